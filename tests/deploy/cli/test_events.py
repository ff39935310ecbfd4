"""`duban events tail` and `duban verify`."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from deploy.cli.client import client_over
from deploy.cli.events import RECONNECT_SECONDS, follow, parse
from services.gateway.models import ArchivedEvent
from shared.errors import Permanent, Unavailable
from shared.testing import json_lines
from tests.deploy.gateways import Real, code_of, json_answer, made_up, printed, real, run
from tests.gateway.world import entry

STREAM = """: keepalive

id: 1
event: cn.duban.ratings.received.v1
data: {"a": 1}

retry: 3000

id: 2
data:{"b":
data: 2}

data: cut off"""


def test_events_are_read_and_comments_hints_and_halves_are_not() -> None:
    found = list(parse(iter(STREAM.split("\n"))))

    assert found == [("1", "cn.duban.ratings.received.v1", '{"a": 1}'), ("2", "message", '{"b":\n2}')]


class Line:
    """Event streams that end after two events each; the second connection is refused by a service that is down."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        last = request.headers["last-event-id"]
        self.begun.append(last)
        if len(self.begun) == 2:
            return httpx.Response(503, json={"code": "unavailable", "title": "稍后再试"})
        events = (f"id: {int(last) + n}\ndata: {{}}\n\n" for n in (1, 2))
        return httpx.Response(200, text="".join(events))


def test_a_line_that_is_cut_begins_again_after_the_last_position(capsys: pytest.CaptureFixture[str]) -> None:
    line, slept = Line(), list[float]()
    client = client_over(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(line)))

    found = list(islice(follow(client, "0", "ratings", sleep=slept.append), 4))

    assert [event[0] for event in found] == ["1", "2", "3", "4"]
    assert (line.begun, slept) == (["0", "2", "2"], [RECONNECT_SECONDS] * 2)
    assert "稍后再试" in capsys.readouterr().err


def test_an_event_without_a_position_does_not_move_the_place_to_resume() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["last-event-id"])
        return httpx.Response(200, text="data: {}\n\n")

    client = client_over(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(answer)))
    list(islice(follow(client, "9", "", sleep=lambda _: None), 2))

    assert asked == ["9", "9"]


def test_a_refusal_ends_it() -> None:
    with made_up(json_answer({"code": "key.invalid", "title": "密钥无效"}, 401)) as gateway:
        result = run("events", "tail", url=gateway.url)

    assert (result.exit_code, code_of(result)) == (1, "key.invalid")
    assert isinstance(result.exception, Permanent)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost"])
def test_an_address_that_is_none_is_not_waited_for(url: str) -> None:
    result = run("events", "tail", url=url)

    assert isinstance(result.exception, Unavailable)


def parts(*found: Mapping[str, object]) -> Iterator[httpx.Response]:
    return (httpx.Response(200, json=part) for part in found)


def test_a_long_archive_is_verified_to_its_end() -> None:
    whole = {"broken": None, "first": 1}
    answers = parts(whole | {"next": 101}, whole | {"next": 201}, whole | {"next": None})

    with made_up(lambda _: next(answers)) as gateway:
        said = printed(run("verify", "--to", "250", url=gateway.url))

    assert len(json_lines(said)) == 3
    assert [dict(request.url.params) for request in gateway.asked] == [
        {"from": begin, "to": "250"} for begin in ("1", "101", "201")
    ]


def test_a_break_in_a_later_part_ends_with_1() -> None:
    answers = parts({"broken": None, "next": 101}, {"broken": {"position": 150}, "next": None})

    with made_up(lambda _: next(answers)) as gateway:
        result = run("verify", url=gateway.url)

    assert result.exit_code == 1
    assert json_lines(result.stdout)[-1]["broken"] == {"position": 150}


async def archived(gateway: Real) -> None:
    await gateway.world.archive(entry(1), entry(2))
    await gateway.world.archive(entry(1, "ratings"))
    await gateway.world.archive(entry(3, name="教育局"))


@pytest.mark.slow
async def test_a_real_gateway_is_followed_from_a_position_on(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        await archived(gateway)
        lines = printed(await gateway.run("events", "tail", "--from", "1", "--count", "3")).splitlines()
        chosen = await gateway.run("events", "tail", "--feed", "ratings", "--count", "1", "--json")

    assert [line.split()[0] for line in lines] == ["2", "3", "4"]
    assert "supervision.unit.registered.v1" in lines[2]
    assert "教育局" in lines[2]
    assert json_lines(printed(chosen))[0]["data"]["unit_id"] == "u1"


@pytest.mark.slow
async def test_bytes_that_are_no_event_are_told_too(tmp_path: Path) -> None:
    broken = entry(1)
    async with real(tmp_path) as gateway:
        await gateway.world.archive(type(broken)("ratings", 1, b"\xff"))
        said = printed(await gateway.run("events", "tail", "--count", "1"))

    position, kind, told = said.split(maxsplit=2)
    assert (position, kind, json.loads(told)["payload"]) == ("1", "unreadable", "/w==")


async def test_a_position_beyond_a_real_archive_is_refused(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        result = await gateway.run("events", "tail", "--from", "5")

    assert code_of(result) == "position.ahead"


@pytest.mark.slow
async def test_a_real_archive_verifies_until_an_entry_is_gone(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        await archived(gateway)
        whole = json_lines(printed(await gateway.run("verify", role="ops")))
        async with gateway.world.db.transaction() as tx:
            await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position == 2))
        result = await gateway.run("verify", role="ops")

    assert whole == [{"first": 1, "last": 4, "broken": None, "next": None, "anchors": 0}]
    assert (result.exit_code, json_lines(result.stdout)[0]["broken"]["position"]) == (1, 2)
