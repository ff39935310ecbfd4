"""How the command line reaches the gateway, and how it fails."""

import httpx
import pytest

from deploy.cli.client import client_over, connect, given, tell_more
from deploy.cli.command import main
from shared.errors import DubanError, Invalid, Permanent, Unavailable
from tests.deploy.gateways import json_answer, made_up, printed, run


def test_the_key_goes_along_as_a_bearer_and_the_parameters_as_they_are() -> None:
    page = {"items": list[object](), "next": None, "total": 0}
    with made_up(json_answer(page)) as gateway, connect(gateway.url, "duban_1") as client:
        answer = client.tasks.get_tasks(q="窗口")

    assert answer.to_json() == page
    assert gateway.asked[0].headers["authorization"] == "Bearer duban_1"
    assert gateway.asked[0].url.params["q"] == "窗口"


@pytest.mark.parametrize(
    ("url", "key", "code"),
    [
        ("http://127.0.0.1:1", "", "key.missing"),
        ("http://127.0.0.1:1", "密钥", "key.invalid"),
        ("http://a:b", "k", "url.invalid"),
    ],
)
def test_what_can_not_be_sent_is_refused_here(url: str, key: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        connect(url, key)

    assert caught.value.code == code


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "localhost", "ftp://localhost"])
def test_a_gateway_that_is_not_there_is_named_with_a_way_out(url: str) -> None:
    with connect(url, "k") as client, pytest.raises(Unavailable, match=r"没有应答.*duban up") as caught:
        client.tasks.get_tasks()

    assert caught.value.code == "gateway.down"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (403, {"code": "scope.missing", "title": "没有权限"}, Permanent, "scope.missing"),
        (503, {"code": "service.unavailable", "title": "稍后再试"}, Unavailable, "service.unavailable"),
        (404, {"detail": "another server"}, Permanent, "gateway.unexpected"),
        (502, ["no problem document"], Unavailable, "gateway.unexpected"),
    ],
)
def test_a_refusal_keeps_its_code(status: int, body: object, kind: type[DubanError], code: str) -> None:
    with (
        made_up(json_answer(body, status)) as gateway,
        connect(gateway.url, "k") as client,
        pytest.raises(kind) as caught,
    ):
        client.units.get_units()

    assert (type(caught.value), caught.value.code) == (kind, code)
    assert str(status) in caught.value.message


def test_a_refusal_that_is_no_json_shows_how_it_begins() -> None:
    page = httpx.Response(500, text="<html>" + "x" * 1000)
    with (
        made_up(lambda _: page) as gateway,
        connect(gateway.url, "k") as client,
        pytest.raises(Unavailable) as caught,
    ):
        client.units.get_units()

    assert "<html>" in caught.value.message
    assert len(caught.value.message) < 300


def test_an_answer_that_is_none_of_the_route_is_told_as_a_failure_of_the_gateway() -> None:
    with (
        made_up(json_answer([{"id": 1}])) as gateway,
        connect(gateway.url, "k") as client,
        pytest.raises(Permanent, match="应答无法识别") as caught,
    ):
        client.units.get_units()

    assert caught.value.code == "gateway.unexpected"


def test_only_parameters_that_were_given_are_sent() -> None:
    assert given(a="", b=None, c=0, d="x", e=False) == {"c": "0", "d": "x", "e": "False"}


def test_a_foreseen_failure_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["task", "list", "--url", "http://127.0.0.1:1", "--key", "k"])

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.startswith("duban: 网关 http://127.0.0.1:1 没有应答")
    assert said.count("\n") == 1


COMMANDS = ["up", "migrate", "verify", "simulate", "plan parse", "plan import", "catalogue build"]
COMMANDS += ["task list", "task show", "task move", "task units", "rating post", "events tail"]
COMMANDS += ["dead list", "dead show", "dead replay", "dead discard", "bus status", "bus repair"]
COMMANDS += ["bus gaps", "bus accept-gap", "units load"]
COMMANDS += ["feed sources", "feed set", "feed try", "feed send", "feed watch", "feed rejects", "feed replay"]
COMMANDS += ["feed discard", "feed reconcile"]
COMMANDS += ["key create", "key list", "key revoke"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    assert "Usage" in printed(run(*command.split(), "--help"))


def test_databases_are_migrated_where_the_environment_says(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["migrate", "nobody"])

    assert "没有服务 nobody" in capsys.readouterr().err


@pytest.mark.parametrize("link", ['<?after=b>; rel="next"', ""])
def test_a_list_that_was_cut_says_that_there_is_more(link: str, capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"link": link} if link else {}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=[], headers=headers))
    client = client_over(httpx.Client(base_url="http://gateway", transport=transport))
    client.orders.get_orders(limit=1)
    tell_more(client)

    assert ("--limit" in capsys.readouterr().err) == bool(link)
