"""`duban rating findings`, `limits` and `statistics`, against a gateway that answers as the services do."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from deploy.api_client.ratings import FindingView, MonthView, Rectified
from services.metrics.findings.api import LimitsHistory, LimitsView
from services.metrics.findings.domain import changed, finding_rules
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

AT = datetime(2023, 6, 20, 1, tzinfo=UTC)
SHIPPED = LimitsView(rules=finding_rules(), set_by="", set_at=None, why="")
OWN = LimitsView(
    rules=changed(finding_rules(), {"burst": {"minimum": 20}}, version=2),
    set_by="k1",
    set_at=AT,
    why="大厅人多",
)


def found(*items: FindingView) -> dict[str, object]:
    return {
        "first": "2023-06-01",
        "last": "2023-06-30",
        "rules": finding_rules().model_dump(mode="json"),
        "count": len(items),
        "items": [one.to_json() for one in items],
    }


def test_findings_are_listed_with_who_and_how_many_and_the_usual() -> None:
    words = {"title": "短时集中好评", "unit_name": "政务中心", "key": "h1/w1", "number": 12, "usual": 1.5}
    one = FindingView.model_validate(whole(FindingView, minute=AT.isoformat(), rows=[], **words))
    with made_up(json_answer(found(one))) as gateway:
        asked = ("rating", "findings", "--unit", "u1", "--from", "2023-06-01", "--to", "2023-06-30")
        lines = printed(run(*asked, url=gateway.url)).splitlines()
        plain = printed(run("rating", "findings", "--json", url=gateway.url))

    assert gateway.asked[0].url.params.multi_items() == [
        ("unit", "u1"),
        ("from", "2023-06-01"),
        ("to", "2023-06-30"),
    ]
    assert lines[0] == "2023-06-01 至 2023-06-30：1 处，界限第 1 版"
    assert lines[2].split() == ["2023-06-20", "09:00", "政务中心", "h1/w1", "短时集中好评", "12", "1.50"]
    assert json_lines(plain) == [one.to_json()]


def test_without_findings_there_is_no_table() -> None:
    with made_up(json_answer(found())) as gateway:
        lines = printed(run("rating", "findings", url=gateway.url)).splitlines()

    assert lines == ["2023-06-01 至 2023-06-30：0 处，界限第 1 版"]


def test_limits_are_shown_with_who_set_which_version_and_why() -> None:
    history = LimitsHistory(limits=OWN, versions=[OWN, SHIPPED]).model_dump(mode="json")
    with made_up(json_answer(history)) as gateway:
        lines = printed(run("rating", "limits", url=gateway.url)).splitlines()
        plain = json_lines(printed(run("rating", "limits", "--json", url=gateway.url)))

    assert lines[0] == "疑点界限第 2 版"
    assert lines[1].startswith("  短时集中好评：levels=5、4 minimum=20 times=10；")
    assert lines[3:] == ["第 2 版 2023-06-20 09:00 k1：大厅人多", "第 1 版 随版本发布"]
    assert [one["rules"]["version"] for one in plain] == [2, 1]


def test_limits_are_set_from_a_file_with_the_reason(tmp_path: Path) -> None:
    file, changes = tmp_path / "limits.json", {"burst": {"minimum": 20}}
    file.write_text(json.dumps(changes), "utf-8")
    with made_up(json_answer(OWN.model_dump(mode="json"))) as gateway:
        said = printed(run("rating", "limits", "set", str(file), "--why", "大厅人多", url=gateway.url))
        run("rating", "limits", "set", str(file), "--why", "大厅人多", "--json", url=gateway.url)

    assert gateway.paths == ["PUT /api/v1/ratings/findings/limits"] * 2
    assert (gateway.said, said.splitlines()[0]) == (
        {"changes": changes, "why": "大厅人多"},
        "疑点界限第 2 版",
    )


def test_statistics_are_shown_with_their_sum_and_written_as_a_workbook(tmp_path: Path) -> None:
    rectified = Rectified(standing=3, done=2)
    month = {"default": 1, "by_channel": {}, "delay_p95": None, "rectification": rectified.to_json()}
    unit = whole(
        MonthView,
        **month,
        unit_name="政务中心",
        source_id="push",
        ratings=9,
        by_level={"5": 6, "1": 2, "2": 1},
        delay_median=40,
    )
    total = whole(
        MonthView, **month, unit_name="", source_id="", ratings=9, by_level={"1": 2}, delay_median=None
    )
    answer = {
        "as_of": AT.isoformat(),
        "first": str(date(2023, 6, 1)),
        "last": str(date(2023, 6, 30)),
        "month": "2023-06",
        "items": [unit],
        "total": total,
    }
    file = tmp_path / "统计.xlsx"
    with made_up(json_answer(answer)) as gateway:
        lines = printed(
            run("rating", "statistics", "--month", "2023-06", "--xlsx", str(file), url=gateway.url)
        ).splitlines()
        plain = printed(run("rating", "statistics", "--json", url=gateway.url))
        unwritten = run("rating", "statistics", "--xlsx", str(tmp_path), url=gateway.url)

    assert gateway.paths[:2] == ["GET /api/v1/ratings/statistics", "GET /api/v1/ratings/statistics.xlsx"]
    assert gateway.asked[1].url.params["month"] == "2023-06"
    assert (file.exists(), code_of(unwritten)) == (True, "file.unwritable")
    assert lines[0] == "2023-06 好差评统计（截至 2023-06-20 09:00）"
    assert [line.split() for line in lines[2:]] == [
        ["政务中心", "push", "9", "3", "1", "40", "3", "2"],
        ["合计", "9", "2", "1", "—", "3", "2"],
    ]
    assert json_lines(plain)[0]["month"] == "2023-06"
