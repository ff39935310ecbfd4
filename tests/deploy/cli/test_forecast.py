"""`duban notice forecast`, against a gateway that is made up."""

import json
from pathlib import Path
from typing import Any

from deploy.api_client.common import NoticeForecast
from deploy.api_client.forecast import AlteredForecast, DifferenceAnswer, ForecastAnswer, MessageForecast
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run


def message(leaves_at: str, recipient: str = "u1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON.
    said = {"id": "p1", "channel": "log", "recipient": recipient, "urgent": False, "notices": ["n1", "n2"]}
    return whole(MessageForecast, **(said | {"leaves_at": leaves_at} | changes))


FORECAST = whole(
    ForecastAnswer,
    first="2023-06-20",
    last="2023-06-26",
    assumes="假定无新情况",
    notices=[whole(NoticeForecast)] * 3,
    messages=[
        message("2023-06-21T01:00:00Z"),
        message("2023-06-21T01:00:00Z", "u2", notices=["n3"]),
        message("2023-06-25T01:00:00Z", urgent=True),
    ],
)
MOVED = whole(AlteredForecast, before=message("2023-06-21T01:00:00Z"), after=message("2023-06-25T01:00:00Z"))
DIFFERENCE = whole(
    DifferenceAnswer,
    first="2023-06-20",
    last="2023-06-26",
    summary="4 条消息变化",
    added=[message("2023-06-21T01:00:00Z")],
    removed=[message("2023-06-21T02:30:00Z", "u2")],
    moved=[MOVED],
    refilled=[],
)


def test_the_days_are_told_with_what_leaves_on_each() -> None:
    with made_up(json_answer(FORECAST)) as gateway:
        said = printed(run("notice", "forecast", "--days", "7", "--recipient", "u1", url=gateway.url))

    assert said.splitlines() == [
        "2023-06-20 至 2023-06-26：提醒 3 条，合并为消息 3 条",
        "（假定无新情况）",
        "2023-06-21（周三）",
        "  09:00 u1 [log] 2 条提醒",
        "  09:00 u2 [log] 1 条提醒",
        "2023-06-25（周日）",
        "  09:00 u1 [log] 2 条提醒，紧急",
    ]
    assert gateway.asked[0].url.query == b"days=7&recipient=u1"


def test_the_forecast_is_printed_as_json() -> None:
    with made_up(json_answer(FORECAST)) as gateway:
        said = printed(run("notice", "forecast", "--json", url=gateway.url))

    assert json_lines(said) == [FORECAST]


def test_other_rules_are_tried_and_their_difference_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text('{"rules": []}', "utf-8")

    with made_up(json_answer(DIFFERENCE)) as gateway:
        said = printed(run("notice", "forecast", "--rules", str(tmp_path / "rules.json"), url=gateway.url))

    assert said.splitlines() == [
        "2023-06-20 至 2023-06-26：4 条消息变化",
        "  新增 06-21 09:00 u1 [log] 2 条提醒",
        "  减少 06-21 10:30 u2 [log] 2 条提醒",
        "  改期 06-21 09:00 u1 [log] 2 条提醒 → 06-25 09:00 u1 [log] 2 条提醒",
    ]
    assert (gateway.paths, gateway.said) == (["POST /api/v1/forecast"], {"days": 7, "rules": {"rules": []}})


def test_rules_that_are_no_json_are_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text("{", "utf-8")

    refused = run("notice", "forecast", "--rules", str(tmp_path / "rules.json"))

    assert (refused.exit_code, code_of(refused)) == (1, "file.not_json")


def test_days_and_contacts_are_tried_together_with_rules(tmp_path: Path) -> None:
    files = {"rules": {"rules": []}, "calendar": [{"day": "2023-06-21", "is_workday": False}], "contacts": {}}
    options = []
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
        options += [f"--{name}", str(tmp_path / name)]

    with made_up(json_answer(DIFFERENCE)) as gateway:
        printed(run("notice", "forecast", *options, url=gateway.url))

    assert gateway.said == {"days": 7, **files}
