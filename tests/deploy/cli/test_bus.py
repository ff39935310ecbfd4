"""`duban bus`: what ops teams see and do, also while a service is down."""

from collections.abc import Callable

import httpx
import pytest

from shared.streams.bus import State
from shared.streams.gaps import AcceptedGap, OpenGap
from shared.streams.repair import Repaired
from shared.testing import DRILL_START, json_lines
from tests.deploy.gateways import code_of, down, json_answer, made_up, printed, run

ALL = ["gateway", "tasks", "notify", "metrics"]
STATE = State(
    active=True, holder="h", group="metrics", relays={}, cursors={"ratings": 6}, caught_up_at={}, problems=[]
).model_dump(mode="json")
OPEN = OpenGap(feed="supervision", first=1, last=20).model_dump(mode="json")
ACCEPTED = AcceptedGap(
    feed="ratings", first=3, last=4, reason="备份已损坏", accepted_by="key-1", accepted_at=DRILL_START
).model_dump(mode="json")
REPAIRED = Repaired(feed="ratings", refilled=3).model_dump(mode="json")


def but_down(
    service: str, answer: Callable[[httpx.Request], httpx.Response]
) -> Callable[[httpx.Request], httpx.Response]:
    """Answer for all services but one, which is down."""
    return lambda request: down(service)(request) or answer(request)


def gaps_of_notify(request: httpx.Request) -> httpx.Response:
    known = "/notify/" in request.url.path
    return httpx.Response(
        200, json={"open": [OPEN], "accepted": [ACCEPTED]} if known else {"open": [], "accepted": []}
    )


def test_the_state_of_every_bus_is_one_line() -> None:
    with made_up(json_answer(STATE)) as gateway:
        found = json_lines(printed(run("bus", "status", url=gateway.url)))

    assert [line["service"] for line in found] == ["gateway", "tasks", "notify", "metrics"]
    assert all(line["cursors"] == {"ratings": 6} for line in found)


@pytest.mark.parametrize("services", [["gateway"], ["gateway", "tasks", "notify", "metrics"]])
def test_a_repair_of_one_service_or_all_says_what_it_did(services: list[str]) -> None:
    named = services if len(services) == 1 else []

    with made_up(json_answer([REPAIRED])) as gateway:
        found = json_lines(printed(run("bus", "repair", *named, url=gateway.url)))

    assert found == [{"service": name} | REPAIRED for name in services]
    assert gateway.paths == [f"POST /api/v1/ops/{name}/bus/repair" for name in services]


@pytest.mark.parametrize("step", ["status", "repair"])
def test_a_service_that_is_down_is_one_line_and_the_others_are_still_asked(step: str) -> None:
    answer = json_answer(STATE if step == "status" else [REPAIRED])

    with made_up(but_down("tasks", answer)) as gateway:
        result = run("bus", step, url=gateway.url)

    assert (result.exit_code, len(gateway.asked)) == (1, 4)
    assert [line["service"] for line in json_lines(result.stdout)] == ["gateway", "notify", "metrics"]
    assert result.stderr == "duban: tasks: 网关拒绝了请求（503 service.unavailable）：tasks 暂时无法访问\n"


def test_one_service_that_is_asked_and_down_is_the_error_itself() -> None:
    with made_up(but_down("tasks", json_answer(STATE))) as gateway:
        result = run("bus", "status", "tasks", url=gateway.url)

    assert (result.exit_code, code_of(result), result.stdout) == (1, "service.unavailable", "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (json_answer({"code": "key.invalid", "title": "密钥无效"}, 401), "key.invalid"),
        (json_answer({"code": "scope.missing", "title": "没有权限"}, 403), "scope.missing"),
    ],
)
def test_what_is_wrong_with_every_service_alike_is_said_once(
    answer: Callable[[httpx.Request], httpx.Response], code: str
) -> None:
    with made_up(answer) as gateway:
        result = run("bus", "status", url=gateway.url)

    assert (len(gateway.asked), code_of(result)) == (1, code)


def test_a_gateway_that_is_down_is_said_once() -> None:
    assert code_of(run("bus", "status")) == "gateway.down"


def test_gaps_are_told_with_those_that_were_given_up() -> None:
    with made_up(but_down("tasks", gaps_of_notify)) as gateway:
        result = run("bus", "gaps", url=gateway.url)

    first, second = result.stdout.splitlines()
    assert (result.exit_code, len(gateway.asked)) == (1, 4)
    assert first.startswith("notify supervision 1—20 缺失")
    assert second.startswith("notify ratings 3—4 已放弃")
    assert second.endswith("key-1 备份已损坏")


def test_gaps_are_printed_as_json() -> None:
    with made_up(gaps_of_notify) as gateway:
        found = json_lines(printed(run("bus", "gaps", "notify", "--json", url=gateway.url)))

    assert found == [{"service": "notify", "open": [OPEN], "accepted": [ACCEPTED]}]


@pytest.mark.parametrize(("last", "meant"), [(["4"], 4), ([], 3)])
def test_a_gap_is_given_up_with_a_reason(last: list[str], meant: int) -> None:
    with made_up(json_answer(ACCEPTED | {"last": meant})) as gateway:
        said = printed(
            run("bus", "accept-gap", "metrics", "ratings", "3", *last, "--reason", "损坏", url=gateway.url)
        )

    assert said.startswith(f"metrics ratings 3—{meant} 已放弃：{meant - 2} 个事件丢失")
    assert gateway.paths == ["POST /api/v1/ops/metrics/bus/gaps/ratings"]
    assert gateway.said == {"first": 3, "last": meant, "reason": "损坏"}


def test_a_gap_is_not_given_up_without_a_reason() -> None:
    with made_up(json_answer(ACCEPTED)) as gateway:
        result = run("bus", "accept-gap", "metrics", "ratings", "3", url=gateway.url)

    assert (result.exit_code, gateway.asked) == (2, [])


def test_a_gap_that_can_still_be_filled_is_not_said_to_be_given_up() -> None:
    with made_up(json_answer({"code": "gap.differs", "title": "缺口是 1 至 2"}, 409)) as gateway:
        result = run("bus", "accept-gap", "metrics", "ratings", "3", "--reason", "x", url=gateway.url)

    assert (result.exit_code, code_of(result), result.stdout) == (1, "gap.differs", "")
