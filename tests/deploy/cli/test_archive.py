"""`duban archive` and what `duban verify` compares: anchors on paper, and the ledger's own tables."""

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from deploy.stating import verify_state
from services.gateway.archive import service as archiving
from services.gateway.archive.anchoring import anchor_day
from services.tasks.models import TaskRow
from shared.streams import Entry
from shared.tables import OUTBOX
from shared.testing import FakeClock, json_lines, sqlite_database
from tests.deploy.gateways import code_of, printed, real, run
from tests.gateway.test_archive_export import changed, written
from tests.gateway.world import entry
from tests.tasks import factories as make


def test_an_export_is_checked_offline_and_what_was_changed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "whole.ndjson"
    file.write_bytes(b"".join(written()))
    altered = tmp_path / "altered.ndjson"
    altered.write_bytes(b"".join(changed(written(), 3, payload="AAAA")))

    [whole] = json_lines(printed(run("archive", "check", str(file))))
    found = run("archive", "check", str(altered))
    other = run("archive", "check", str(file), "--public-key", base64.b64encode(b"o" * 32).decode())

    assert (whole["first"], whole["last"], whole["whole"], whole["key_compared"]) == (1, 4, True, False)
    assert [code_of(one) for one in (found, other)] == ["export.changed"] * 2
    assert "第 3 行" in str(found.exception)


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    assert code_of(run("archive", "check", str(tmp_path / "nothing"))) == "file.unreadable"
    assert code_of(run("archive", "trim", "--before", "2023")) == "trim.before_invalid"
    assert code_of(run("verify", "--anchor", "7:xyz")) == "anchor.invalid"


@pytest.mark.slow
async def test_an_archive_is_anchored_exported_compared_and_trimmed(tmp_path: Path) -> None:
    out = tmp_path / "out.ndjson"
    async with real(tmp_path) as gateway:
        await gateway.world.archive(*(entry(number) for number in range(1, 5)))
        async with gateway.world.db.transaction() as tx:
            anchor = await anchor_day(tx, real_now=gateway.world.clock.real_now())
        assert anchor is not None
        day, mark = anchor.day.isoformat(), anchor.hash.hex()
        listed = await gateway.run("archive", "anchors", role="ops")
        exported = await gateway.run("archive", "export", str(out), role="ops")
        same = await gateway.run("verify", "--anchor", f"4:{mark[:16]}", role="ops")
        other = await gateway.run("verify", "--anchor", f"4:{'0' * 16}", role="ops")
        again = await gateway.run("archive", "export", str(out), role="ops")
        plan = await gateway.run("archive", "trim", "--before", day, role="ops")

    assert mark in printed(listed)
    [whole] = json_lines(printed(exported))
    assert (whole["count"], whole["key_compared"]) == (4, True)
    assert json_lines(printed(same))[-1]["matches"] is True
    assert (other.exit_code, code_of(again)) == (1, "file.unwritable")
    assert json.loads(printed(plan))["done"] is False


async def ledger_with_archive(folder: Path, clock: FakeClock) -> None:
    """Make a data directory whose archive holds all events of its ledger of two tasks."""
    tasks, gateway = (sqlite_database(service, folder, clock) for service in ("tasks", "gateway"))
    await make.confirm(
        tasks, make.document([make.task("1"), make.task("2")], targets=(), cadences=(), doubts=())
    )
    async with tasks.reading() as session:
        rows = await session.execute(select(OUTBOX.c.seq, OUTBOX.c.payload).order_by(OUTBOX.c.seq))
        entries = [Entry("supervision", sequence, payload) for sequence, payload in rows]
    await gateway.run_sync(lambda tx: archiving.archive(tx.connection, entries))
    await tasks.close()
    await gateway.close()


async def test_a_quiet_update_of_the_ledger_is_found_and_named(tmp_path: Path) -> None:
    clock = FakeClock()
    await ledger_with_archive(tmp_path, clock)
    whole = await verify_state(tmp_path, {})
    db = sqlite_database("tasks", tmp_path, clock)
    async with db.transaction() as tx:
        await tx.session.execute(
            update(TaskRow).where(TaskRow.id == make.task_id("2")).values(state="closed")
        )
    await db.close()

    found = await verify_state(tmp_path, {})

    assert (whole.tasks, whole.differences, whole.events > 2) == (2, [], True)
    assert [one.words() for one in found.differences] == [
        f"事项 {make.task_id('2')} 的 state：应为 registered，实为 closed"
    ]
    assert list(found.lines())[-1]["differences"] == 1
