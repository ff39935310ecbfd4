"""Pages of lists on both databases: stable while rows come and go, and no place of one list is taken for another's."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import APIRouter, Depends
from httpx import ASGITransport, AsyncClient
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table, insert, select

from shared.clock import Clock
from shared.database import Database
from shared.errors import Invalid
from shared.paging import Asked, Page, Places, Sorting, down, up
from shared.paging_http import Paging
from shared.tables import UtcDateTime
from shared.testing import FakeClock
from shared.web import create_app

OpenDatabase = Callable[[str, Clock], Database]
T0 = datetime(2023, 6, 20, 1, tzinfo=UTC)
ROWS = Table(
    "paged_row",
    MetaData(),
    Column("id", String(8), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("due", Date),
    Column("open", Boolean, nullable=False),
    Column("number", Integer, nullable=False),
)
BY_TIME = Sorting("by time", down(ROWS.c.at), up(ROWS.c.id))
BY_DUE = Sorting("by due", up(ROWS.c.due.is_(None)), up(ROWS.c.due), down(ROWS.c.number), up(ROWS.c.id))
Row = tuple[str, datetime, date | None, bool, int]
PLACES = Places("places", str, int)


def row(number: int) -> dict[str, object]:
    """Make a row; many share an instant, and every third has no due day."""
    due = None if number % 3 == 0 else date(2023, 7, 1 + number % 4)
    at = T0 + timedelta(microseconds=number // 4)
    return {"id": f"r{number:03}", "at": at, "due": due, "open": number % 2 == 0, "number": number % 5}


async def page(db: Database, asked: Asked | None, sorting: Sorting = BY_TIME) -> Page[Row]:
    async with db.reading() as session:
        rows = await session.execute(sorting.page(select(*ROWS.c), asked))
        return sorting.cut(
            [(one.id, one.at, one.due, one.open, one.number) for one in rows], asked, KEYS[sorting]
        )


async def pages(db: Database, sorting: Sorting, limit: int) -> AsyncIterator[Page[Row]]:
    """Walk to the end of the list."""
    after: str | None = ""
    while after is not None:
        found = await page(db, Asked(after, limit), sorting)
        yield found
        after = found.next


KEYS: dict[Sorting, Callable[[Row], tuple[object, ...]]] = {
    BY_TIME: lambda one: (one[1], one[0]),
    BY_DUE: lambda one: (one[2] is None, one[2], one[4], one[0]),
}


async def add(db: Database, *numbers: int) -> None:
    async with db.transaction() as tx:
        await tx.session.execute(insert(ROWS).values([row(number) for number in numbers]))


async def filled(open_database: OpenDatabase, clock: FakeClock) -> Database:
    db = open_database("notify", clock)
    async with db.transaction() as tx:
        await (await tx.session.connection()).run_sync(ROWS.metadata.create_all)
    await add(db, *range(10, 40, 2))
    return db


@pytest.mark.parametrize("sorting", [BY_TIME, BY_DUE])
@pytest.mark.parametrize("limit", [1, 2, 4, 15, 16])
async def test_the_pages_of_a_list_are_the_list(
    open_database: OpenDatabase, sorting: Sorting, limit: int
) -> None:
    db = await filled(open_database, FakeClock())
    whole = await page(db, None, sorting)

    seen = [found.items async for found in pages(db, sorting, limit)]

    assert [one for items in seen for one in items] == [*whole.items]
    assert (len(whole.items), len(seen)) == (15, -(-15 // limit))


@pytest.mark.parametrize("sorting", [BY_TIME, BY_DUE])
async def test_each_row_is_seen_once_while_others_come_before_and_behind(
    open_database: OpenDatabase, sorting: Sorting
) -> None:
    db = await filled(open_database, FakeClock())

    seen, new = list[str](), iter(range(1, 100, 2))
    async for found in pages(db, sorting, 2):
        seen += [one[0] for one in found.items]
        await add(db, next(new), next(new))

    assert len(seen) == len(set(seen))
    assert {row(number)["id"] for number in range(10, 40, 2)} <= set(seen)


async def test_a_page_goes_on_when_the_row_that_it_begins_behind_is_gone(open_database: OpenDatabase) -> None:
    db = await filled(open_database, FakeClock())
    whole = [one[0] for one in (await page(db, None)).items]
    first = await page(db, Asked(limit=3))
    async with db.transaction() as tx:
        await tx.session.execute(ROWS.delete().where(ROWS.c.id == first.items[-1][0]))

    second = await page(db, Asked(first.next or "", 3))

    assert [one[0] for one in second.items] == whole[3:6]


def token(*said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "r012",
        "%%%",
        "长",
        token("by due", T0.isoformat(), "r012"),
        token("by time", "r012"),
        token("by time", T0.isoformat(), "r012", "more"),
        token("by time", "2023-06-20T01:00:00", "r012"),
        token("by time", "soon", "r012"),
        token("by time", 5, "r012"),
        token("by time", None, "r012"),
        token("by time", T0.isoformat(), None),
        token("by time", [], {}),
        token("by time"),
        token("by time", T0.isoformat(), 12),
        base64.urlsafe_b64encode(b"5").decode(),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_what_is_no_place_of_the_list_is_refused_by_field_value_and_remedy(after: str) -> None:
    with pytest.raises(Invalid) as refused:
        BY_TIME.read(after)

    assert (refused.value.code, refused.value.field) == ("page.unknown", "after")
    assert f"after={after[:60]} " in refused.value.message
    assert "next" in refused.value.message


def test_a_place_is_read_as_it_was_written() -> None:
    values = (True, None, 3, "r012")

    assert BY_DUE.read(BY_DUE.write(values)) == values


async def get(path: str, limit_at_hand: int = 3) -> tuple[int, object, str]:
    router = APIRouter()

    @router.get("/letters")
    async def letters(paging: Paging = Depends()) -> list[str]:  # noqa: FAST002 - one of both ways.
        rows = [(f"z{number}", number) for number in range(limit_at_hand)]
        begin = PLACES.read(paging.asked.after) if paging.asked.after else ()
        page = PLACES.cut([one for one in rows if one > begin], paging.asked, lambda one: one)
        return [one for one, _ in paging.show(page)]

    app = create_app("letters", routers=[router])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://duban") as client:
        answer = await client.get(path)
        following = answer.links.get("next", {}).get("url", "")
        return answer.status_code, answer.json(), following


async def test_the_link_of_a_page_leads_to_the_next_with_the_same_filters() -> None:
    status, items, link = await get("/letters?limit=2&q=%E5%A4%A7%20a&q=b")
    _, rest, end = await get("/letters" + link)

    assert (status, items, rest, end) == (200, ["z0", "z1"], ["z2"], "")
    assert link.startswith("?limit=2&q=%E5%A4%A7+a&q=b&after=")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many"])
async def test_a_page_has_at_least_one_row_and_at_most_a_thousand(limit: str) -> None:
    status, said, _ = await get(f"/letters?limit={limit}")

    assert (status, isinstance(said, dict) and said["field"]) == (422, "query.limit")


async def test_a_page_has_a_hundred_rows_when_nothing_is_said() -> None:
    _, items, link = await get("/letters", limit_at_hand=101)

    assert isinstance(items, list)
    assert (len(items), bool(link)) == (100, True)


@pytest.mark.parametrize("values", [(1, 1), ("a", "b"), ("a",)])
def test_what_are_no_values_of_the_keys_is_never_written_down(values: tuple[object, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        PLACES.write(values)


def test_keys_of_a_kind_that_can_not_be_written_down_are_no_order() -> None:
    with pytest.raises(TypeError, match="bytes"):
        Places("blobs", bytes)
