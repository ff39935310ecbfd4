"""`duban simulate` against a gateway that is made up, or not there."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from deploy.api_client import Duban
from deploy.cli import simulate
from deploy.cli.client import client_over
from deploy.cli.simulate import Sender, SystemClock, business_time, play_all, play_at_rate
from deploy.simulate import Profile, RatingFeed, moments
from shared.errors import DubanError, Permanent, Unavailable
from tests.deploy.gateways import printed, real

NOW = datetime(2023, 6, 20, 1, tzinfo=UTC)
Answer = Callable[[httpx.Request], httpx.Response]


class Gateway:
    """Takes batches in; every tenth rating of each is refused."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, object]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        ratings = [json.loads(line) for line in request.content.splitlines()]
        self.batches.append(ratings)
        refused = [
            {"line": n, "code": "rating.conflict", "message": "已收下"} for n in range(len(ratings) // 10)
        ]
        answer = {"accepted": len(ratings) - len(refused), "repeated": 0, "rejected": refused}
        return httpx.Response(200, json=answer)


def client(answer: Answer) -> Duban:
    return client_over(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(answer)))


def refusing(status: int, body: object) -> Answer:
    return lambda _request: httpx.Response(status, json=body)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """Give a URL where nothing listens; the port is held, not listened on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_a_feed_is_sent_in_batches_and_counted() -> None:
    gateway = Gateway()
    sender = Sender(client(gateway), print)

    play_all(sender, RatingFeed(1, Profile()), moments(25, until=NOW, days=1), batch=10)

    assert [len(batch) for batch in gateway.batches] == [10, 10, 5]
    assert (sender.tally.sent, sender.tally.accepted, sender.tally.rejected) == (25, 23, 2)
    assert sender.tally.reasons == ["rating.conflict 已收下"] * 2


def test_a_feed_with_a_rate_is_dated_in_business_time_and_ends_at_its_count() -> None:
    gateway = Gateway()
    sender = Sender(client(gateway), print)

    play_at_rate(sender, RatingFeed(1, Profile()), rate=500, count=60, now=lambda: NOW)

    assert sender.tally.sent == 60
    assert {str(rating["rated_at"])[:15] for batch in gateway.batches for rating in batch} == {
        "2023-06-20T09:0"
    }


def test_the_line_says_what_became_of_the_ratings() -> None:
    sender = Sender(client(Gateway()), print)
    play_all(sender, RatingFeed(1, Profile()), moments(20, until=NOW, days=1), batch=20)

    assert sender.tally.line(2.0) == "已报送 20 条（10 条/秒）：收下 18，重复 0，拒收 2"
    assert sender.tally.line(0.0).startswith("已报送 20 条（0 条/秒）")


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"code": "key.unknown", "title": "密钥无效"}, Permanent, "key.unknown"),
        (503, {"code": "unavailable", "title": "稍后再试"}, Unavailable, "稍后再试"),
        (502, "no gateway of ours", Unavailable, "gateway.unexpected"),
    ],
)
def test_a_refusal_is_told_in_the_gateways_words(
    status: int, body: object, kind: type[DubanError], words: str
) -> None:
    sender = Sender(client(refusing(status, body)), print)

    with pytest.raises(kind, match=words):
        sender.send([])


def clock_at(*instants: str) -> Answer:
    """Tell one instant after the other."""
    said = iter(instants)
    return lambda _request: httpx.Response(200, json={"now": next(said), "drill": True})


def test_the_feed_lives_in_the_systems_time() -> None:
    assert business_time(client(clock_at("2023-06-20T01:00:00+00:00"))) == NOW


def test_a_drill_that_is_slow_is_asked_again_before_the_feed_is_far_ahead_of_it() -> None:
    seconds = [100.0]
    said = clock_at("2023-06-20T01:00:00+00:00", "2023-06-20T01:00:01+00:00")
    clock = SystemClock(client(said), seconds=lambda: seconds[0])

    found = [clock.now()]
    for later in (109.0, 110.0, 112.0):
        seconds[0] = later
        found.append(clock.now())

    assert [(instant - NOW).total_seconds() for instant in found] == [0, 9, 1, 3]


@pytest.mark.slow
async def test_a_key_that_may_only_send_ratings_sends_them_in_the_systems_time(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        said = printed(await gateway.run("simulate", "--count", "20", "--json", role="feed"))
        at_rate = printed(
            await gateway.run("simulate", "--count", "20", "--rate", "500", "--json", role="feed")
        )

    assert [json.loads(one)["accepted"] for one in (said, at_rate)] == [20, 20]


@pytest.mark.slow
async def test_a_feed_of_the_future_is_refused_in_so_many_words(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        said = printed(await gateway.run("simulate", "--count", "1", "--at", "2999-01-01T00:00", role="feed"))

    assert "拒收 1" in said
    assert "rating.rated_at_future" in said


def test_a_gateway_that_is_down_is_one_clear_sentence(closed_port: str) -> None:
    result = CliRunner().invoke(simulate.app, ["--key", "k", "--url", closed_port])

    assert isinstance(result.exception, Unavailable)
    assert "没有应答" in result.exception.message
    assert "duban up" in result.exception.message


def test_a_time_that_is_none_is_refused_before_anything_is_sent(closed_port: str) -> None:
    result = CliRunner().invoke(simulate.app, ["--key", "k", "--url", closed_port, "--at", "yesterday"])

    assert getattr(result.exception, "code", "") == "simulate.at"


def test_an_empty_feed_needs_no_gateway(closed_port: str) -> None:
    arguments = [
        "--key",
        "k",
        "--url",
        closed_port,
        "--at",
        "2023-06-20T09:00",
        "--seed",
        "3",
        "--count",
        "0",
    ]

    plain, as_json = (CliRunner().invoke(simulate.app, [*arguments, *more]) for more in ([], ["--json"]))

    assert "（--seed 3 --at 2023-06-20T09:00:00+08:00 可重现）" in plain.stdout
    assert json.loads(as_json.stdout)["again"] == "--seed 3 --at 2023-06-20T09:00:00+08:00"


def test_progress_is_told_once_a_second() -> None:
    said: list[str] = []
    ticks = iter([0.0, 0.5, 1.2, 1.2, 1.2, 1.9])
    sender = Sender(client(Gateway()), said.append, clock=lambda: next(ticks))

    play_all(sender, RatingFeed(1, Profile()), moments(3, until=NOW, days=1), batch=1)

    assert said == ["已报送 2 条（2 条/秒）：收下 2，重复 0，拒收 0"]


def test_ctrl_c_ends_the_feed_with_a_word() -> None:
    said: list[str] = []

    def work() -> None:
        raise KeyboardInterrupt

    simulate.until_interrupted(work, said.append)

    assert said == ["已中断 / interrupted"]


class Handler(BaseHTTPRequestHandler):
    """Answers as `Gateway` does, over HTTP."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        answer = Gateway()(httpx.Request("POST", "http://gateway", content=body)).content
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def gateway_url() -> Iterator[str]:
    """Serve a gateway that is made up, over real HTTP."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("more", [[], ["--rate", "1000"]])
def test_the_command_says_what_was_taken_and_why_some_was_not(more: list[str], gateway_url: str) -> None:
    arguments = [
        "--key",
        "k",
        "--url",
        gateway_url,
        "--at",
        "2023-06-20T09:00+08:00",
        "--count",
        "20",
        "--batch",
        "20",
    ]

    result = CliRunner().invoke(simulate.app, [*arguments, *more])

    assert result.exit_code == 0
    assert "已报送 20 条" in result.stdout
    assert ("拒收：rating.conflict 已收下" in result.stdout) or more
