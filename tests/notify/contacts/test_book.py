"""The book of contacts is written whole or not at all, by few, and read back as it was written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.notify import handlers
from services.notify.contacts.book import Book, check_book
from shared.errors import Invalid
from shared.events.supervision import UnitRegistered
from shared.principal import Principal, sign
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.made import tell
from tests.notify.test_api import SECRET, running

WRITE = frozenset({"tasks:read", "tasks:write"})
OFFICE = Principal(id="s", role="supervisor", scopes=WRITE)
UNIT = Principal(id="k", role="unit", unit="u1", scopes=WRITE)
BOOK: dict[str, Any] = {
    "people": [
        {"id": "lee", "name": "李", "routes": [{"channel": "mail", "address": "lee@x"}]},
        {"id": "wang", "name": "王", "routes": []},
    ],
    "posts": [
        {"mailbox": "supervision-office", "person": "wang", "since": "2023-06-01", "until": None},
        {"mailbox": "u1/leader", "person": "lee", "since": "2023-06-01", "until": "2023-12-31"},
    ],
    "leaves": [{"person": "lee", "since": "2023-07-01", "until": "2023-07-07", "deputy": "wang"}],
}


async def test_a_book_comes_back_as_it_was_written_and_again(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    unit = UnitRegistered(unit_id="u1", name="政务中心", kind="department")
    await tell(open_database(FakeClock()), handlers.on_unit_registered, unit)
    said = []
    async with running(tmp_path) as client:
        for who in (UNIT, OFFICE, OFFICE):
            headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
            said.append((await client.put("/contacts", json=BOOK, headers=headers)).json())
        read = (await client.get("/contacts", headers=headers)).json()

    assert said[0]["code"] == "role.refused"
    assert said[1:] == [BOOK, BOOK]
    assert read == BOOK


@pytest.mark.parametrize(
    ("part", "changed", "field"),
    [
        ("people", [*BOOK["people"], BOOK["people"][0]], "people"),
        ("posts", [{"mailbox": "u1", "person": "zhao", "since": "2023-06-01"}], "posts.0"),
        ("posts", [{"mailbox": "u9", "person": "lee", "since": "2023-06-01"}], "posts.0"),
        ("posts", [{"mailbox": "u1/king", "person": "lee", "since": "2023-06-01"}], "posts.0"),
        (
            "posts",
            [{"mailbox": "u1", "person": "lee", "since": "2023-06-02", "until": "2023-06-01"}],
            "posts.0",
        ),
        ("leaves", [BOOK["leaves"][0] | {"deputy": "zhao"}], "leaves.0"),
        ("leaves", [BOOK["leaves"][0] | {"deputy": "lee"}], "leaves.0"),
    ],
)
def test_the_first_fault_is_told_with_its_place(part: str, changed: object, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_book(Book.model_validate(BOOK | {part: changed}), frozenset({"u1"}))

    assert refused.value.field == field
