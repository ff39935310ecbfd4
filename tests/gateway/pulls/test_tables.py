"""A table of a front-end database: read behind a column that grows, or by a status that is written back."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from services.gateway.pulls.domain import TablePlan
from shared.errors import Invalid
from shared.testing_servers import PostgresServer
from tests.gateway.pulls.world import Desk, add_rows, front_table, numbers, services, statuses, table_plan


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database that has nothing in it but what a test puts there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/front.db"
    made: str = request.getfixturevalue("postgres").new_url("gateway")
    return made.replace("postgresql://", "postgresql+psycopg://")


async def test_rows_behind_the_last_one_are_taken_and_those_that_came_late_too(desk: Desk, url: str) -> None:
    front_table(url, services(25))
    desk.secrets["front"] = url
    await desk.set(table_plan(cursor="id", overlap=5))
    await desk.pull()
    add_rows(url, services(2, first=26), first=26)
    desk.clock.advance(timedelta(minutes=1))
    await desk.pull()

    row = await desk.row()
    assert await desk.taken() == numbers(services(27))
    assert (row.runs, row.error, '"high":"int:27"' in row.cursor) == (2, "", True)


async def test_a_row_that_commits_behind_the_cursor_is_found_in_the_overlap(desk: Desk, url: str) -> None:
    records = services(10)
    front_table(url, records[:6])
    add_rows(url, records[7:], first=8)
    desk.secrets["front"] = url
    await desk.set(table_plan(cursor="id", overlap=5))
    await desk.pull()
    add_rows(url, records[6:7], first=7)
    desk.clock.advance(timedelta(minutes=1))
    await desk.pull()

    assert sorted(await desk.taken()) == numbers(records)


async def test_rows_of_the_same_time_on_two_pages_are_all_taken(desk: Desk, url: str) -> None:
    same = [record | {"acceptDate": "2023-05-04 10:00:00"} for record in services(35)]
    front_table(url, same)
    desk.secrets["front"] = url
    await desk.set(table_plan(cursor="acceptDate"))
    await desk.pull()

    assert await desk.taken() == numbers(same)


async def test_the_status_is_written_back_when_rows_are_on_disk(desk: Desk, url: str) -> None:
    records = services(12)
    front_table(url, [*records[:11], records[11] | {"promiseDay": "viele"}])
    desk.secrets["front"] = url
    await desk.set(table_plan(status="status", refused=2))
    await desk.pull()

    assert statuses(url) == [1] * 11 + [2]
    assert await desk.taken() == numbers(records[:11])


async def test_a_status_that_can_not_be_written_back_is_told_and_nothing_counts_twice(
    desk: Desk, url: str
) -> None:
    front_table(url, services(3))
    _execute(url, "ALTER TABLE front RENAME COLUMN status TO frozen")
    _execute(url, "CREATE VIEW held AS SELECT *, frozen AS status FROM front")
    desk.secrets["front"] = url
    await desk.set(table_plan(status="status", table="held"))
    _execute(url, "ALTER TABLE front ADD COLUMN other integer")
    await desk.pull()
    desk.clock.advance(timedelta(minutes=1))
    await desk.pull()
    row = await desk.row()

    assert await desk.taken() == numbers(services(3))
    assert (row.failures, "pull.database" in row.error) == (2, True) or url.startswith("postgresql")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("no url", "不是数据库地址"),
        ("mysql://u:geheim@127.0.0.1/x", "没有安装驱动"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "前置库不可用"),
        ("sqlite:////nowhere/front.db", "前置库不可用"),
    ],
)
async def test_a_database_that_can_not_be_read_is_told_without_its_password(
    desk: Desk, secret: str, message: str
) -> None:
    desk.secrets["front"] = secret
    await desk.set(table_plan(cursor="id"))
    await desk.pull()

    error = (await desk.row()).error
    assert (message in error, "geheim" in error) == (True, False)


def test_a_plan_has_a_column_that_grows_or_a_status() -> None:
    with pytest.raises(ValidationError, match="须恰好写一个"):
        table_plan()
    with pytest.raises(ValidationError, match="反复读取"):
        table_plan(status="status", new=1)


def test_secrets_without_a_folder_are_those_of_the_environment() -> None:
    from services.gateway.pulls.secrets import NamedSecrets  # noqa: PLC0415 - of this test alone.

    with pytest.raises(Invalid, match="没有密钥 front"):
        NamedSecrets({}, None).named("front")


def test_a_name_of_a_column_is_a_name() -> None:
    with pytest.raises(ValidationError, match="table"):
        TablePlan.model_validate({**table_plan(cursor="id").model_dump(), "table": "front; DROP TABLE x"})
