"""The example consumer of the documents takes real deliveries, and the test kit tells good receivers from bad ones."""

import asyncio
import importlib.util
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.subscriptions import app
from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.adapters import Addresses
from services.gateway.subscriptions.service_orders import Desk as PeoplesDesk
from shared.clock import LiveClock
from shared.database import Database
from shared.errors import DubanError
from shared.events import schemas
from shared.testing import FakeClock, sqlite_database
from tests.gateway.subscriptions.world import Desk, always, desk_over, rated, receiving, well
from tests.gateway.vault.unsealed import Unsealed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def load_example() -> ModuleType:
    path = Path(__file__).parents[3] / "docs/examples/consumer.py"
    spec = importlib.util.spec_from_file_location("duban_example_consumer", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = load_example()


@dataclass
class Downstream:
    """What a downstream system did; it fails as long as `broken`."""

    events: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False

    def __call__(self, _database: sqlite3.Connection, event: dict[str, Any]) -> None:
        if self.broken:
            raise ValueError("the downstream system is broken")
        self.events.append(event)


@contextmanager
def consuming(folder: Path, handle: Callable[..., None], secret: str = SECRET) -> Iterator[str]:
    consumer = EXAMPLE.Consumer(secret, str(folder / "consumer.db"), handle)
    with EXAMPLE.serve(consumer, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/events"
        server.shutdown()
        thread.join()
    consumer.close()


def desk_of_today(folder: Path) -> Desk:
    """Open a desk whose signatures are of now: the consumer compares them with the time of day."""
    db: Database = sqlite_database("gateway", folder, FakeClock(LiveClock().real_now()))
    return desk_over(db)


async def give_secret(desk: Desk) -> None:
    tools = PeoplesDesk(Addresses(Hosts.parse(desk.hosts)), Unsealed(), desk.clock)
    async with desk.db.transaction() as tx:
        await people.rotate(tx, "credit", people.NewSecret(SECRET), tools, by="key-1")


async def test_the_example_consumer_takes_each_event_of_a_real_delivery_once_and_in_order(
    tmp_path: Path,
) -> None:
    desk, downstream = desk_of_today(tmp_path), Downstream()
    await desk.archive(*(rated(f"r{number % 2}", level=number) for number in (5, 4, 3, 2)))
    with consuming(tmp_path, downstream) as address:
        await desk.subscribe(address)
        await give_secret(desk)
        await desk.settle()
    await desk.engine.stop()

    of_one = [event["data"]["level"] for event in downstream.events if event["subject"] == "r1"]
    assert (len(downstream.events), of_one) == (4, [5, 3])
    assert await desk.states() == ["delivered"] * 4


@pytest.mark.slow
async def test_what_fails_downstream_is_answered_500_and_taken_when_it_comes_again(tmp_path: Path) -> None:
    downstream = Downstream(broken=True)
    with consuming(tmp_path, downstream) as address:
        first = await asyncio.to_thread(check, address)
        downstream.broken = False
        second = await asyncio.to_thread(check, address)

    assert "signed：应答 500" in first.output
    assert second.exit_code == 0


async def test_an_older_revision_is_taken_and_not_handled(tmp_path: Path) -> None:
    downstream = Downstream()
    consumer = EXAMPLE.Consumer(SECRET, str(tmp_path / "c.db"), downstream)
    for revision in (2, 1, 2, 3):
        event = {"source": "s", "subject": "a", "revision": revision}
        consumer._take(f"id-{len(downstream.events)}-{revision}", event)  # noqa: SLF001 - behind the signature.
    consumer.close()

    assert [event["revision"] for event in downstream.events] == [2, 2, 3]


def check(address: str, secret: str = SECRET) -> Any:  # noqa: ANN401 - the runner's.
    return CliRunner().invoke(app, ["check", address, "--secret", secret])


@pytest.mark.slow
async def test_the_example_consumer_passes_the_test_kit_and_handles_each_event_once(tmp_path: Path) -> None:
    downstream = Downstream()
    with consuming(tmp_path, downstream) as address:
        result = await asyncio.to_thread(check, address)

    assert (result.exit_code, bool(re.fullmatch(r"共 (\d{3}) 项，\1 项符合\n", result.output))) == (0, True)
    assert {event["type"] for event in downstream.events} == set(schemas.published())
    assert (
        len(downstream.events) == len(schemas.published()) + 1
    )  # One came with two signatures, under its own id.


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [(well, ["altered", "strange", "stale", "unsigned"]), (always(401), ["signed", "repeated", "rotating"])],
)
async def test_the_kit_names_what_a_receiver_does_wrong(reply: Any, wrong: list[str]) -> None:  # noqa: ANN401 - Receiver's.
    with receiving(reply) as receiver:
        result = await asyncio.to_thread(check, receiver.url)

    named = [line.partition("：")[0] for line in result.output.splitlines()]
    assert result.exit_code == 1
    assert set(wrong) <= set(named)


def test_a_receiver_that_is_not_there_and_a_secret_that_is_none_are_one_clear_line() -> None:
    nobody, no_secret = check("http://127.0.0.1:1/"), check("http://127.0.0.1:1/", "whsec_short")

    errors = [one.exception for one in (nobody, no_secret)]
    assert [error.code for error in errors if isinstance(error, DubanError)] == [
        "receiver.unavailable",
        "subscription.secret_invalid",
    ]
