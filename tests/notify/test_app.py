"""The app that `build` puts together, on a real bus."""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from services.notify.app import build, build_outside
from services.notify.settings import Settings
from shared.clock import DrillClock
from shared.testing import FakeClock
from shared.testing_servers import ValkeyServer
from tests.notify.channels.made import settings_of, written
from tests.notify.conftest import OpenDatabase
from tests.notify.made import at


@pytest.fixture
def valkey_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="duban-") as folder:
        server = ValkeyServer(Path(folder), append_only=False)
        server.start()
        yield server.url
        server.kill()


async def answer_when_ready(client: httpx.AsyncClient) -> httpx.Response:
    """Ask until the service is ready, for a minute at most."""
    for _ in range(600):
        answer = await client.get("http://notify/readyz")
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.1)
    return answer


@pytest.mark.valkey
async def test_the_service_becomes_ready_on_a_real_bus(
    open_database: OpenDatabase, tmp_path: Path, valkey_url: str
) -> None:
    open_database(FakeClock())
    settings = Settings(
        redis_url=SecretStr(valkey_url),
        principal_secret=SecretStr("a secret that the gateway and this service share"),
        notify_database_url=SecretStr(f"sqlite:///{tmp_path}/notify.db"),
    )
    app = build(settings, clock=DrillClock(datetime.now(UTC), at(date(2023, 6, 20))))

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client,
    ):
        ready = await answer_when_ready(client)
        metrics = (await client.get("http://notify/metrics")).text

    assert ready.json() == {"ready": True, "problems": []}
    assert 'duban_build_info{service="notify"' in metrics


async def test_every_notice_leaves_through_all_channels_but_the_spare_ones(tmp_path: Path) -> None:
    file = written(tmp_path, settings_of("email", name="mail"), settings_of("sms_http", spare=True))
    settings = Settings(
        redis_url=SecretStr("redis://nowhere"),
        principal_secret=SecretStr("a secret that the gateway and this service share"),
        notify_database_url=SecretStr(f"sqlite:///{tmp_path}/notify.db"),
        channels_file=file,
    )

    outside, names = build_outside(settings, FakeClock())

    assert ([one.name for one in outside], names) == (["mail", "sms_http"], ["log", "mail"])
    for one in outside:
        await one.close()
