"""The audit: refusals gathered, read by one administrator only, never changed, and verified, on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.gateway.audit.domain import Break, Broken, Deed
from services.gateway.audit.models import AuditEntry
from services.gateway.audit.refusals import MOST, Refusal, Refusals
from services.gateway.audit.repository import verify_chain
from services.gateway.audit.service import record
from shared.database import Database
from tests.gateway.accounts.made import account, ask, audited, log_in, token_of
from tests.gateway.accounts.replica import TASKS, Replica
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.

REFUSED = Refusal("key-1", "10.0.0.1", 403, "scope.missing", "GET /api/v1/tasks")
# A guard against mistakes; who owns the database can take it off, and the chain still tells.
UNGUARD = {
    "sqlite": ["DROP TRIGGER audit_entry_update", "DROP TRIGGER audit_entry_delete"],
    "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays"],
}


async def put(db: Database, *deeds: Deed) -> None:  # noqa: F811 - the fixture.
    async with db.transaction() as tx:
        await record(tx, *deeds, at=db.clock.real_now())


async def put_and_fail(db: Database) -> None:  # noqa: F811 - the fixture.
    async with db.transaction() as tx:
        await record(tx, Deed("a.b", "x"), at=db.clock.real_now())
        raise RuntimeError


async def run(db: Database, *statements: str) -> None:  # noqa: F811 - the fixture.
    async with db.transaction() as tx:
        for statement in statements:
            await tx.session.execute(text(statement))


async def test_deeds_at_the_same_time_make_one_chain(db: Database) -> None:  # noqa: F811 - the fixture.
    await asyncio.gather(*(put(db, Deed("a.b", f"key-{number}", detail={"n": "1"})) for number in range(20)))

    assert await db.look(verify_chain) == (20, None)


async def test_a_deed_that_is_not_committed_leaves_no_entry_and_no_gap(db: Database) -> None:  # noqa: F811 - the fixture.
    with pytest.raises(RuntimeError):
        await put_and_fail(db)
    await put(db, Deed("a.b", "x" * 100))

    assert await db.look(verify_chain) == (1, None)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET what = 'x'", "DELETE FROM audit_entry"])
async def test_the_database_refuses_to_change_an_entry(db: Database, statement: str) -> None:  # noqa: F811 - the fixture.
    await put(db, Deed("a.b", "x"))

    with pytest.raises(DBAPIError, match="only added"):
        await run(db, statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entry SET about = 'x' WHERE id = 2", Broken(2, Break.ALTERED)),
        ("UPDATE audit_entry SET hash = 'x' WHERE id = 2", Broken(2, Break.ALTERED)),
        ("DELETE FROM audit_entry WHERE id = 3", Broken(3, Break.MISSING)),
        ("DELETE FROM audit_entry WHERE id = 5", Broken(5, Break.CUT)),
    ],
)
async def test_whoever_takes_the_guard_off_is_found_by_the_chain(
    db: Database,  # noqa: F811 - the fixture.
    statement: str,
    broken: Broken,
) -> None:
    await put(db, *(Deed("a.b", f"key-{number}") for number in range(5)))
    dialect = "sqlite" if db.is_sqlite else "postgresql"

    await run(db, *UNGUARD[dialect], statement)

    assert await db.look(verify_chain) == (broken.id - 1, broken)


async def test_refusals_that_are_alike_become_one_entry_with_a_count(db: Database) -> None:  # noqa: F811 - the fixture.
    refusals = Refusals(db)
    for _ in range(3):
        refusals.note(REFUSED)
    refusals.note(REFUSED._replace(by=""))
    await refusals.write()
    await refusals.write()

    async with db.reading() as session:
        found = (await session.scalars(select(AuditEntry).order_by(AuditEntry.times))).all()
    assert [(one.by, one.times) for one in found] == [("unknown", 1), ("key-1", 3)]


async def test_a_flood_of_refusals_takes_a_bounded_number_of_entries(db: Database) -> None:  # noqa: F811 - the fixture.
    refusals = Refusals(db)
    for number in range(MOST + 5):
        refusals.note(REFUSED._replace(address=str(number)))
    await refusals.write()

    async with db.reading() as session:
        count, total = (await session.execute(select(func.count(), func.sum(AuditEntry.times)))).one()
    assert (count, total) == (MOST + 1, MOST + 5)


async def test_refusals_that_could_not_be_written_are_written_later(db: Database) -> None:  # noqa: F811 - the fixture.
    refusals = Refusals(db)
    await run(db, "ALTER TABLE audit_head RENAME TO away")
    refusals.note(REFUSED)
    with pytest.raises(DBAPIError):
        await refusals.write()
    await run(db, "ALTER TABLE away RENAME TO audit_head")
    await refusals.stop()

    assert await db.look(verify_chain) == (1, None)


async def test_refusals_at_the_door_say_who_was_refused_what(place: Replica) -> None:
    made = await account(place, "auditadmin")
    token = await token_of(place, made.login)

    await ask(place, token, path=TASKS)
    await ask(place, "duban_guess", path=TASKS)
    await place.accounts.refusals.write()

    found = await audited(place, what="request.refused")
    assert {(one.by, one.about, one.detail, one.address) for one in found} == {
        (made.id, "GET /api/v1/tasks", '{"code":"scope.missing","status":"403"}', "127.0.0.1"),
        ("unknown", "GET /api/v1/tasks", '{"code":"key.invalid","status":"401"}', "127.0.0.1"),
    }


async def test_a_failed_login_is_one_entry_and_a_lockout_another(place: Replica) -> None:
    made = await account(place)
    for _ in range(6):
        await log_in(place, made.login, "wrong")
    await place.accounts.refusals.write()

    found = [(one.what, one.times) for one in await audited(place)]
    assert found == [("request.refused", 1), *[("login.failed", 1)] * 5]


async def test_only_the_audit_administrator_reads_the_audit_and_nobody_writes_it(place: Replica) -> None:
    seen = {}
    for role in ("auditadmin", "secadmin", "sysadmin", "supervisor", "ops"):
        _, secret = await place.key(role)
        seen[role] = [
            (await ask(place, secret, method, path)).status_code
            for method, path in (("GET", "/api/v1/audit"), ("GET", "/api/v1/audit/verify"))
        ]
    _, secret = await place.key("auditadmin")
    changes = [
        (await ask(place, secret, one, "/api/v1/audit")).status_code for one in ("DELETE", "PUT", "POST")
    ]

    assert seen.pop("auditadmin") == [200, 200]
    assert set(map(tuple, seen.values())) == {(403, 403)}
    assert changes == [405] * 3


async def test_the_audit_is_read_in_pages_and_says_whether_it_holds(place: Replica) -> None:
    key, secret = await place.key("auditadmin")
    await put(place.db, *(Deed("a.b", "x", f"s-{number}") for number in range(3)))
    place.clock.advance(timedelta(seconds=1))

    page = (await ask(place, secret, path="/api/v1/audit?what=a.b&limit=2")).json()
    rest = (await ask(place, secret, path=f"/api/v1/audit?by=x&before={page[-1]['id']}")).json()
    about = (await ask(place, secret, path=f"/api/v1/audit?about={key.id}")).json()
    holds = (await ask(place, secret, path="/api/v1/audit/verify")).json()
    await run(place.db, *UNGUARD["sqlite"], "DELETE FROM audit_entry WHERE id = 2")
    broken = (await ask(place, secret, path="/api/v1/audit/verify")).json()

    assert [one["about"] for one in [*page, *rest]] == ["s-2", "s-1", "s-0"]
    assert (about[0]["what"], about[0]["detail"]["role"]) == ("key.made", "auditadmin")
    assert holds == {"entries": 4, "broken_at": None, "how": ""}
    assert broken == {"entries": 1, "broken_at": 2, "how": "missing"}
