"""`duban notice silence`, against a gateway that is made up and answers as the service does."""

from datetime import date
from typing import Any

import pytest

from services.notify.quiet.api import SilenceBody, SilenceView
from shared.testing import json_lines
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run
from tests.notify.made import at

ADD = ("notice", "silence", "add", "unit", "u1", "--reason", "搬迁")


def silence(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON.
    made = SilenceView(
        id="s-1",
        scope="unit",
        value="u1",
        from_at=at(date(2023, 6, 20)),
        until_at=at(date(2023, 7, 1), 18),
        reason="搬迁",
        by="k1",
        made_at=at(date(2023, 6, 20)),
        ended_by="",
    )
    return made.model_copy(update=changes).model_dump(mode="json")


@pytest.mark.parametrize(
    ("until", "sent"),
    [
        ("2023-07-01T18:00", "2023-07-01T18:00:00+08:00"),
        ("2023-07-01T10:00:00+00:00", "2023-07-01T10:00:00+00:00"),
    ],
)
def test_a_silence_is_added_until_a_minute_in_shanghai(until: str, sent: str) -> None:
    with made_up(json_answer(silence())) as gateway:
        said = printed(run(*ADD, "--until", until, url=gateway.url))

    assert said.splitlines() == ["已静默 s-1：单位 u1，至 2023-07-01 18:00"]
    assert gateway.paths == ["POST /api/v1/silences"]
    assert gateway.said == {"scope": "unit", "value": "u1", "until": sent, "reason": "搬迁"}


def test_a_day_counts_from_its_beginning_to_its_end() -> None:
    days = ("--from", "2023-06-30", "--until", "2023-07-01")
    with made_up(json_answer(silence())) as gateway:
        said = printed(run(*ADD, *days, "--json", url=gateway.url))

    body = SilenceBody.model_validate(gateway.said)
    assert body.from_ == at(date(2023, 6, 30), 0)
    assert at(date(2023, 7, 1), 23, 59) < body.until < at(date(2023, 7, 2), 0)
    assert json_lines(said) == [silence()]


def test_what_is_no_instant_is_refused_before_anything_is_asked() -> None:
    refused = [run(*ADD, "--until", text) for text in ("tomorrow", "2023-02-30")]

    assert [code_of(one) for one in refused] == ["instant.invalid"] * 2


def test_silences_are_listed_with_what_they_cover_and_why() -> None:
    found = [silence(), silence(id="s-2", scope="all", value="", ended_by="k2")]
    with made_up(json_answer(found)) as gateway:
        said = printed(run("notice", "silence", "list", "--over", url=gateway.url))
        as_json = printed(run("notice", "silence", "list", "--json", url=gateway.url))

    assert [line.split() for line in said.splitlines()] == [
        ["编号", "范围", "起", "止", "设定人", "提前结束", "原因"],
        ["s-1", "单位", "u1", "2023-06-20", "09:00", "2023-07-01", "18:00", "k1", "—", "搬迁"],
        ["s-2", "全部", "2023-06-20", "09:00", "2023-07-01", "18:00", "k1", "k2", "搬迁"],
    ]
    assert json_lines(as_json) == found
    assert [one.url.query for one in gateway.asked] == [b"over=true", b""]


def test_a_silence_is_ended() -> None:
    with made_up(json_answer(silence(scope="all", value=""))) as gateway:
        said = printed(run("notice", "silence", "end", "s-1", url=gateway.url))

    assert said.splitlines() == ["已结束静默 s-1：全部"]
    assert gateway.paths == ["POST /api/v1/silences/s-1/end"]
