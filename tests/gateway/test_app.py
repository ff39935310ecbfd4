"""The composition root with a real bus, and what is asked once by many."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from services.gateway.app import build
from services.gateway.recent import Recent
from services.gateway.settings import Settings
from shared.clock import LiveClock
from tests.gateway.world import SECRET, VAULT_KEY


async def test_with_a_real_bus_the_inner_side_serves_its_operations(tmp_path: Path) -> None:
    settings = Settings(
        redis_url=SecretStr(f"unix://{tmp_path}/none"),
        principal_secret=SecretStr(SECRET),
        vault_key=SecretStr(VAULT_KEY),
        gateway_database_url=SecretStr(f"sqlite:///{tmp_path}/gateway.db"),
    )

    apps = build(settings, clock=LiveClock())

    served = set(apps.inner.openapi()["paths"])
    assert {
        "/bus",
        "/bus/repair",
        "/dead",
        "/archive/{feed}",
        "/archive/verify",
        "/metrics",
        "/readyz",
    } <= served


async def test_many_who_ask_at_once_share_one_answer() -> None:
    asked: list[str] = []

    async def find(name: str) -> str:
        asked.append(name)
        await asyncio.sleep(0)
        return name.upper()

    recent = Recent(find)

    assert await asyncio.gather(*(recent.get("a") for _ in range(5))) == ["A"] * 5
    assert asked == ["a"]
