"""`duban dead` and `duban key`: what ops teams see and do."""

from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from deploy.cli import command
from deploy.cli.ops import key_app
from shared.errors import Invalid
from shared.streams.dead import DeadEvent
from shared.testing import DRILL_START, FakeClock, json_lines, sqlite_database
from tests.deploy.gateways import code_of, down, json_answer, made_up, printed, run

DEAD = DeadEvent(
    feed="ratings",
    sequence=7,
    subject="r-1",
    type="cn.duban.ratings.received.v1",
    reason="ValueError: 坏",
    attempts=10,
    dead=True,
    parked_at=DRILL_START,
    next_try_at=DRILL_START,
    text="{}",
).model_dump(mode="json")


def one_dead_in_metrics(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"items": [DEAD] if "/metrics/" in request.url.path else []})


def test_dead_events_of_all_services_are_listed() -> None:
    with made_up(one_dead_in_metrics) as gateway:
        said = printed(run("dead", "list", url=gateway.url))

    assert said == "metrics ratings 7 r-1 attempts=10 ValueError: 坏\n"
    assert gateway.paths == [
        f"GET /api/v1/ops/{name}/dead" for name in ("gateway", "tasks", "notify", "metrics")
    ]


def test_a_service_that_is_down_does_not_hide_the_dead_events_of_the_others() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return down("notify")(request) or one_dead_in_metrics(request)

    with made_up(answer) as gateway:
        result = run("dead", "list", url=gateway.url)

    assert (result.exit_code, len(gateway.asked)) == (1, 4)
    assert result.stdout == "metrics ratings 7 r-1 attempts=10 ValueError: 坏\n"
    assert result.stderr.startswith("duban: notify: ")
    assert result.stderr.count("\n") == 1


def test_dead_events_of_one_service_are_listed_as_json() -> None:
    with made_up(one_dead_in_metrics) as gateway:
        said = printed(run("dead", "list", "metrics", "--waiting", "--json", url=gateway.url))

    assert json_lines(said) == [{"service": "metrics"} | DEAD]
    assert gateway.asked[0].url.params["waiting"] == "true"


def test_one_dead_event_is_shown_whole() -> None:
    with made_up(json_answer(DEAD)) as gateway:
        said = printed(run("dead", "show", "metrics", "ratings", "7", url=gateway.url))

    assert json_lines(said) == [DEAD]
    assert gateway.paths == ["GET /api/v1/ops/metrics/dead/ratings/7"]


@pytest.mark.parametrize(("step", "word"), [("replay", "will be tried again"), ("discard", "discarded")])
def test_a_dead_event_is_replayed_or_given_up(step: str, word: str) -> None:
    with made_up(lambda _: httpx.Response(204)) as gateway:
        said = printed(run("dead", step, "metrics", "ratings", "7", url=gateway.url))

    assert word in said
    assert gateway.paths == [f"POST /api/v1/ops/metrics/dead/ratings/7/{step}"]


def test_what_is_refused_is_not_said_to_be_done() -> None:
    with made_up(json_answer({"code": "dead.not_found", "title": "没有"}, 404)) as gateway:
        result = run("dead", "replay", "metrics", "ratings", "7", url=gateway.url)

    assert (result.exit_code, code_of(result), result.stdout) == (1, "dead.not_found", "")


def key(folder: Path, *arguments: str) -> Result:
    sqlite_database("gateway", folder, FakeClock())
    env = {"DUBAN_GATEWAY_DATABASE_URL": f"sqlite:///{folder}/gateway.db"}
    return CliRunner().invoke(key_app, list(arguments), env=env)


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    made = printed(
        key(tmp_path, "create", "--role", "unit", "--unit", "u1", "--label", "某局", "--days", "30")
    )
    head, secret = made.splitlines()
    name = head.split()[0]
    valid = printed(key(tmp_path, "list"))
    revoked = printed(key(tmp_path, "revoke", name))

    assert valid == f"{name} {secret[:12]}… unit u1 valid 某局\n"
    assert revoked == f"{name} revoked\n"
    assert " revoked " in printed(key(tmp_path, "list"))
    assert secret not in valid


def test_a_key_gets_a_new_secret(tmp_path: Path) -> None:
    name, _, *_, old = printed(key(tmp_path, "create", "--role", "ops")).split()

    new = printed(key(tmp_path, "rotate", name, "--overlap-hours", "0")).strip()

    assert new != old
    assert new[:12] in printed(key(tmp_path, "list"))


def test_a_key_gets_the_scopes_that_are_asked_for(tmp_path: Path) -> None:
    scopes = ["--scope", "tasks:read", "--scope", "events:read"]

    made = printed(key(tmp_path, "create", "--role", "ops", *scopes))

    assert made.splitlines()[0].endswith(" ops events:read tasks:read")


def test_the_key_of_a_feed_is_bound_to_its_source(tmp_path: Path) -> None:
    made = printed(key(tmp_path, "create", "--role", "feed", "--source", "push"))

    name, secret = made.split()[0], made.splitlines()[1]
    assert made.splitlines()[0] == f"{name} feed source=push ratings:write"
    assert printed(key(tmp_path, "list")) == f"{name} {secret[:12]}… feed source=push valid\n"


def test_an_unknown_source_is_refused_with_those_there_are(tmp_path: Path) -> None:
    result = key(tmp_path, "create", "--role", "feed", "--source", "nobody")

    assert isinstance(result.exception, Invalid)
    assert "没有数据来源 nobody，可用：" in result.exception.message
    assert "push" in result.exception.message


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["create", "--role", "king"], "role.unknown"),
        (["create", "--role", "ops", "--source", "push"], "source.not_for_role"),
        (["create", "--role", "feed", "--source", "nobody"], "source.unknown"),
        (["revoke", "key-none"], "key.not_found"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, arguments: list[str], code: str) -> None:
    assert code_of(key(tmp_path, *arguments)) == code


def test_keys_need_to_know_the_gateways_database() -> None:
    result = CliRunner().invoke(command.app, ["key", "list"], env={"DUBAN_GATEWAY_DATABASE_URL": ""})

    assert code_of(result) == "database.missing"
