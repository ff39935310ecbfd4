"""The server of subscribers' streams as `deploy/redis/subscribers.sh` starts it: what the gateway and others may do."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from shared.streams import Piece, SubscriberStreams
from tests.deploy.test_redis_users import connect, running

pytestmark = pytest.mark.valkey


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """Start the server."""
    with (
        tempfile.TemporaryDirectory(prefix="duban-acl-") as name,
        running(Path(name), "subscribers.sh") as folder,
    ):
        yield folder


def gateway(server: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=f"{server}/s", username="gateway", password="secret-of-subscribers")


async def test_the_gateway_feeds_streams_and_makes_their_readers(server: Path) -> None:
    streams = SubscriberStreams(f"unix://gateway:secret-of-subscribers@{server}/s")
    hashed = hashlib.sha256(b"secret-of-sub-credit").hexdigest()

    await streams.append("credit", 0, [Piece(1, b"a"), Piece(2, b"b")])
    gone = await streams.shorten("credit", longest=1, keep_from=0, gone=0)
    await streams.set_user("credit", [hashed])
    await streams.cut_off("credit")
    known = await streams.passwords(["credit"])
    read: Any = connect(server, "sub-credit").xrange("sub.credit")
    await streams.drop_user("credit")
    await streams.drop("credit")

    assert (gone, known, read) == (1, {"credit": frozenset({hashed})}, [(b"2-0", {b"__data__": b"b"})])
    assert await streams.names() == set()
    await streams.close()


@pytest.mark.parametrize(
    "command",
    ["FLUSHALL", "KEYS *", "CONFIG GET *", "GET x", "SHUTDOWN", "ACL LIST", "XADD other * a b", "DEL other"],
)
def test_the_gateway_administers_nothing_else(server: Path, command: str) -> None:
    with gateway(server) as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.execute_command(*command.split())


@pytest.mark.slow
def test_nobody_gets_in_without_a_user(server: Path) -> None:
    with (
        redis.Redis(unix_socket_path=f"{server}/s") as stranger,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        stranger.ping()


def test_the_file_of_users_holds_no_password(server: Path) -> None:
    text = (server / "users.acl").read_text("ascii")

    assert "secret-of" not in text
    assert "<" not in text
