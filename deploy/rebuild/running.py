"""The rebuild: a fresh database is migrated, filled and swapped in.

Invariant: the present database is only read until the swap (a comparison lets it finish its own counting), so whatever
ends a rebuild before leaves it as it is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path

from sqlalchemy import create_engine, inspect, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from deploy.rebuild.filling import Filled, Wish, fill
from deploy.rebuild.places import Places, archive
from deploy.rebuild.swapping import UNFINISHED, beside, remove, swap
from shared import migrations
from shared.database import Database, sync_url
from shared.errors import Conflict, Invalid, Unavailable
from shared.streams import holder_of
from shared.streams.faults import Outage

SERVICE = "metrics"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done.

    Attributes:
        where: The rebuilt database, without its password; empty when it was only compared.
        kept: The one before, where the rebuilt one was swapped in.
    """

    filled: Filled
    where: str
    kept: str = ""

    def summary(self) -> dict[str, object]:
        """Give it as JSON."""
        told = asdict(self.filled) | {"seconds": round(self.filled.seconds, 2)}
        tables = {one.table: {"rows": one.rows, "sha256": one.digest} for one in self.filled.compared}
        return told | {"compared": tables, "where": self.where, "kept": self.kept}


async def rebuild(found: Places, wish: Wish) -> Rebuilt:
    """Rebuild as asked.

    Raises:
        Conflict: metrics runs, the archive has a gap, or the other database is not empty.
        Invalid: The present database is of another version, or there is nowhere to build.
        Unavailable: The gateway or a database does not answer, or the disk is full.
    """
    try:
        return await _rebuild(found, wish)
    except (SQLAlchemyError, OSError, Outage) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        message = f"重建未完成，原库未改动：{reason}；请检查数据库与磁盘后再试"
        raise Unavailable(message, code="rebuild.interrupted") from error


async def _rebuild(found: Places, wish: Wish) -> Rebuilt:
    _check_version(found.database)
    target, file = _target(found, wish)
    async with _opened(found.database, found) as old:
        if wish.as_of is None:
            await _refuse_while_held(old)
        migrations.upgrade(SERVICE, target)
        async with _opened(target, found) as new, archive(found) as held:
            filled = await fill(old, new, held, wish)
        if wish.as_of is None:
            await _refuse_while_held(old)  # It may have been started meanwhile.
    return _placed(found, wish, filled, file)


def _placed(found: Places, wish: Wish, filled: Filled, file: Path | None) -> Rebuilt:
    if file is None:
        return Rebuilt(filled, make_url(wish.into).render_as_string(hide_password=True))
    if wish.check:
        remove(file)
        return Rebuilt(filled, "")
    if wish.as_of is not None or found.file is None:
        return Rebuilt(filled, str(file))
    kept = swap(found.file, file)
    return Rebuilt(filled, str(found.file), str(kept))


def _target(found: Places, wish: Wish) -> tuple[str, Path | None]:
    """Give the URL to build at, which is empty, and its file where that is ours."""
    if wish.into:
        _refuse_full(wish.into)
        return wish.into, None
    if found.file is None:
        message = "PostgreSQL 上请用 --into 指明一个空库的地址，重建后把 DUBAN_METRICS_DATABASE_URL 指向它"
        raise Invalid(message, code="rebuild.nowhere", field="into")
    at = "" if wish.as_of is None else f".as-of-{wish.as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    file = beside(found.file, at or UNFINISHED)
    remove(file)  # What an earlier one left.
    return f"sqlite:///{file}", file


def _refuse_full(url: str) -> None:
    engine = create_engine(sync_url(url), poolclass=pool.NullPool)
    if inspect(engine).get_table_names():
        place = make_url(url).render_as_string(hide_password=True)
        raise Conflict(
            f"--into 的数据库 {place} 不是空库，请另建一个", code="rebuild.not_empty", field="into"
        )


def _check_version(url: str) -> None:
    """Refuse a database of another version: what people set would not fit.

    Raises:
        Invalid: It is not at the newest version.
    """
    engine = create_engine(sync_url(url), poolclass=pool.NullPool)
    version = ""
    if "alembic_version" in inspect(engine).get_table_names():
        with engine.connect() as connection:
            version = connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
    if version != migrations.newest(SERVICE):
        message = (
            f"metrics 的数据库版本是 {version or '空'}，请先运行 duban migrate metrics（或启动一次 duban up）"
        )
        raise Invalid(message, code="database.other_version", field=SERVICE)


@asynccontextmanager
async def _opened(url: str, found: Places) -> AsyncIterator[Database]:
    db = Database(url, service=SERVICE, clock=found.clock)
    try:
        yield db
    finally:
        await db.close()


async def _refuse_while_held(db: Database) -> None:
    if holder := await holder_of(db):
        message = f"metrics 正在运行（{holder} 持有租约）：请停止它，十秒后再重建"
        raise Conflict(message, code="service.running", field=SERVICE)
