"""The app of the tasks service on a database of its own, with a bus that does nothing, and people who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from services.tasks.api import build_router
from services.tasks.app import build
from services.tasks.attachments.adapters import FolderStore, NoScanner
from services.tasks.attachments.ports import Shelf
from services.tasks.edge import Check
from services.tasks.settings import Settings
from shared.database import Database
from shared.principal import Principal, sign
from shared.testing import FakeClock, SharedRoutes, sqlite_database
from shared.web import create_app, principal_check

SECRET = "a secret of at least thirty-two bytes"
SUPERVISOR = Principal(
    id="office",
    role="supervisor",
    scopes=frozenset({"plans:read", "plans:write", "tasks:read", "tasks:write"}),
)
PLAN_TEXT = """示例发〔2023〕1号
示例新城营商环境提升行动方案
2023年4月25日
一、总体目标
全面提升服务水平。
二、重点任务
（一）提升服务
1.开通一次办理窗口。把材料减到三份以内。
牵头单位：政务中心
责任单位：财政金融部、各相关部门
完成时限：2023年6月底前
2.推行网上申报。网上申报比例达到95%以上。
牵头单位：财政金融部
完成时限：2023年9月底前
"""


class FakeBus:
    """A bus that is healthy and carries nothing."""

    def __init__(self) -> None:
        self.running = False
        self.collected = 0

    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    def problems(self) -> list[str]:
        return [] if self.running else ["bus: not running"]

    async def collect(self) -> None:
        self.collected += 1

    def is_active(self) -> bool:
        return self.running


def routes(db: Database, shelf: Shelf, check: Check) -> APIRouter:
    return build_router(db, check, shelf)


ROUTES = SharedRoutes(routes)


@dataclass
class Caller:
    """Somebody who calls the inner API with a principal that the gateway would sign."""

    client: httpx.AsyncClient
    who: Principal
    clock: FakeClock

    async def get(self, path: str, **query: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes.
        return await self.client.get(path, params=query, headers=self._headers())

    async def post(self, path: str, **said: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes.
        return await self.client.post(path, headers=self._headers(), **said)

    async def put(self, path: str, said: object) -> httpx.Response:
        return await self.client.put(path, json=said, headers=self._headers())

    async def patch(self, path: str, said: object) -> httpx.Response:
        return await self.client.patch(path, json=said, headers=self._headers())

    async def delete(self, path: str) -> httpx.Response:
        return await self.client.delete(path, headers=self._headers())

    async def send(self, text: str = PLAN_TEXT, *, confirm: bool = True, filename: str = "plan.txt") -> Any:  # noqa: ANN401 - JSON.
        query = {"filename": filename, "confirm": confirm}
        return (await self.post("/plans", params=query, content=text.encode())).json()

    async def tasks(self, **query: Any) -> Any:  # noqa: ANN401 - JSON.
        return (await self.get("/tasks", **query)).json()["items"]

    def as_(self, who: Principal) -> "Caller":
        return Caller(self.client, who, self.clock)

    def _headers(self) -> dict[str, str]:
        return {"x-duban-principal": sign(self.who, SECRET, now=self.clock.real_now())}


def settings(folder: Path) -> Settings:
    return Settings(
        redis_url=SecretStr("redis://127.0.0.1:1"),
        principal_secret=SecretStr(SECRET),
        tasks_database_url=SecretStr(f"sqlite:///{folder}/tasks.db"),
        attachments_dir=folder / "attachments",
    )


def bare_app(folder: Path, db: Database) -> FastAPI:
    """Give an app of the routes alone; nothing runs beside them."""
    chosen = settings(folder)
    shelf = Shelf(FolderStore(chosen.attachments_dir), NoScanner(), chosen.attachment_limit)
    return create_app("tasks", routers=[ROUTES(db, shelf, principal_check(SECRET))])


@asynccontextmanager
async def serving(folder: Path, clock: FakeClock) -> AsyncIterator[Caller]:
    """Serve the routes on a migrated database in `folder`; a supervisor calls."""
    db = sqlite_database("tasks", folder, clock)
    transport = httpx.ASGITransport(app=bare_app(folder, db), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tasks") as client:
        yield Caller(client, SUPERVISOR, clock)
    await db.close()


@asynccontextmanager
async def running(folder: Path, clock: FakeClock) -> AsyncIterator[Caller]:
    """Run the whole app on a migrated database in `folder`, with what a new day brings; a supervisor calls."""
    await sqlite_database("tasks", folder, clock).close()
    app = build(settings(folder), clock=clock, bus=FakeBus())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tasks") as client,
    ):
        yield Caller(client, SUPERVISOR, clock)
