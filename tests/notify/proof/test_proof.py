"""The proof of a task with an extension, a hand-over, a crash and a downtime in its life; and what breaks it."""

import asyncio
import functools
import io
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlalchemy import delete, update

from services.gateway.models import ArchivedEvent
from services.notify.models import DeliveryRow, InboxRow, NoticeRow
from services.notify.proof.docx import write
from services.notify.proof.page import ProofPage
from services.notify.proof.service import prove
from shared.chain import link_hash
from shared.errors import NotFound, Unavailable
from shared.events.supervision import TaskReturned
from shared.testing import FakeClock, sqlite_database
from tests.gateway.world import gateway
from tests.notify.made import adopt_shipped_rules, at, task_registered
from tests.notify.proof.life import Life, keys, whole_life

END = at(date(2023, 7, 24))


@functools.cache
def lived() -> tuple[Path, ProofPage, ProofPage]:
    """Live the life once: the databases that it left, its page, and the part of the second unit."""
    folder = Path(tempfile.mkdtemp(prefix="duban-proof-"))

    async def live() -> tuple[ProofPage, ProofPage]:
        clock = FakeClock(at(date(2023, 6, 1)))
        db = sqlite_database("notify", folder, clock)
        async with gateway(folder, clock) as world:
            life = Life(db, clock, world)
            await whole_life(life)
            pages = await life.prove(), await life.prove("u2")
        await db.close()
        return pages

    return folder, *asyncio.run(live())


@pytest.fixture
def page() -> ProofPage:
    return lived()[1]


@pytest.fixture
def left_behind(tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived()[0], tmp_path / "life"))


@pytest.fixture
async def life(left_behind: Path) -> AsyncIterator[Life]:
    """Open a copy of the databases, to be spoiled."""
    clock = FakeClock(END)
    db = sqlite_database("notify", left_behind, clock)
    async with gateway(left_behind, clock) as world:
        yield Life(db, clock, world)
    await db.close()


def test_a_whole_life_has_one_notice_per_key_no_unexplained_gap_and_verifies(page: ProofPage) -> None:
    told = [(one.rung, one.offset_days, one.recipient) for one in page.notices if one.told]

    assert told == [
        ("warned", -7, "u1"),
        ("warned", -3, "u1"),
        ("warned", -7, "u2"),
        ("warned", -3, "u2"),
        ("due", 0, "u2"),
    ]
    assert len(keys(page)) == len(set(keys(page)))
    assert (page.verdict, page.gaps) == ("核验通过：5条提醒均与档案一致，没有原因不明的缺漏", [])
    assert (page.verified, page.unexplained) == (True, 0)


async def test_a_step_beside_the_deadlines_stands_in_the_proof_and_in_the_archive(tmp_path: Path) -> None:
    clock = FakeClock(at(date(2023, 6, 1)))
    db = sqlite_database("notify", tmp_path, clock)
    async with gateway(tmp_path, clock) as world:
        life = Life(db, clock, world)
        await adopt_shipped_rules(db)
        await life.happen(task_registered(), TaskReturned(task_id="t1", state="returned"))
        await life.live_until(at(date(2023, 6, 1), 10))

        page = await life.prove()
    await db.close()

    [notice] = page.notices
    assert (notice.rung_word, notice.clock_word, notice.recipient) == ("退回重办", "办理动态", "u1")
    assert (notice.verified, notice.archive is not None, page.verified) == (True, True, True)


def test_the_page_tells_the_extension_and_the_hand_over(page: ProofPage) -> None:
    [clock] = page.clocks
    [extension] = clock.extensions

    assert [f"{era.due_at:%m-%d}" for era in clock.eras] == ["06-30", "07-20"]
    assert (extension.outcome_word, extension.granted_on) == ("同意", "2023-07-20")
    assert [part.units for part in page.units] == [["u1"], ["u2"]]


def test_an_attempt_that_a_crash_left_open_is_told_and_was_repeated_with_its_id(page: ProofPage) -> None:
    [crashed] = [one for one in page.notices if len(one.attempts) > 1]

    assert [one.outcome for one in crashed.attempts] == ["unknown", "sent"]
    assert crashed.attempts[0].parcel_id == crashed.attempts[1].parcel_id


def test_a_notice_that_was_missed_names_the_downtime(page: ProofPage) -> None:
    [late] = [one for one in page.notices if one.late]

    assert late.reason == "逾时补发：服务于2023-07-15 09:00至2023-07-18 08:00中断，恢复后补发"
    assert len(page.downtimes) == 1


def test_the_paper_tells_the_clock_with_its_extension_and_who_answered(page: ProofPage) -> None:
    paper = docx.Document(io.BytesIO(write(page)))

    lines = [paragraph.text for paragraph in paper.paragraphs]
    assert "承办单位：2023-06-01 09:00起：u1；2023-07-03 09:00起：u2" in lines
    assert any("→ 2023-07-20" in line and "同意至2023-07-20" in line for line in lines)
    assert len(paper.tables[0].rows) == 1 + len(page.notices)


def test_a_unit_sees_what_it_was_told_itself(page: ProofPage) -> None:
    part = lived()[2]

    assert {one.recipient for one in part.notices} == {"u2"}
    assert part.verified
    assert len(part.notices) < len(page.notices)


async def test_an_archived_event_that_was_altered_does_not_verify(life: Life, page: ProofPage) -> None:
    [archive] = [one.archive for one in page.notices if one.rung == "due" and one.archive]
    place = ArchivedEvent.position == archive.position
    async with life.gateway.db.transaction() as tx:
        await tx.session.execute(update(ArchivedEvent).where(place).values(payload=b"{}"))

    spoiled = await life.prove()

    assert not spoiled.verified
    assert any("档案内容与其哈希不符" in problem for problem in spoiled.problems)


async def test_an_archived_event_that_was_altered_with_its_hash_does_not_verify(
    life: Life, page: ProofPage
) -> None:
    [archive] = [one.archive for one in page.notices if one.rung == "due" and one.archive]
    async with life.gateway.db.transaction() as tx:
        row = await tx.session.get_one(ArchivedEvent, archive.position)
        row.payload = row.payload.replace(b'"late":false', b'"late":true')
        row.hash = link_hash(row.previous_hash, row.stream, row.sequence, row.payload)

    spoiled = await life.prove()

    assert any("档案与前后条的哈希不连续" in problem for problem in spoiled.problems)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipient": "u9"}, "提醒编号与其内容不符"),
        ({"decided_at": at(date(2023, 6, 27))}, "提醒记录与档案不一致"),
        ({"verdict": "skipped_before_recorded"}, "档案中有这条提醒，提醒记录中没有"),
    ],
)
async def test_a_notice_that_was_altered_does_not_verify(
    life: Life, changes: dict[str, object], said: str
) -> None:
    async with life.db.transaction() as tx:
        await tx.session.execute(update(NoticeRow).where(NoticeRow.rung == "due").values(**changes))

    page = await life.prove()

    assert not page.verified
    assert said in page.verdict


async def test_a_notice_that_was_removed_is_missed_by_the_archive_and_by_the_rules(
    life: Life, page: ProofPage
) -> None:
    [gone] = [one.id for one in page.notices if one.rung == "warned" and one.late]
    async with life.db.transaction() as tx:
        await tx.session.execute(delete(InboxRow).where(InboxRow.notice_id == gone))
        await tx.session.execute(delete(DeliveryRow).where(DeliveryRow.notice_id == gone))
        await tx.session.execute(delete(NoticeRow).where(NoticeRow.id == gone))

    spoiled = await life.prove()

    assert (spoiled.verified, spoiled.unexplained) == (False, 1)
    assert [(gap.rung_word, gap.explained) for gap in spoiled.gaps] == [("提前预警（提前3天）", False)]


async def test_without_the_archive_nothing_is_called_proven(life: Life) -> None:
    class Away:
        async def links(self, task_id: str) -> list[object]:
            raise Unavailable(f"no archive for {task_id}")

    page = await prove(life.db, Away(), "t1")  # type: ignore[arg-type]  # It gives nothing.

    assert (page.verified, page.archive) == (False, None)
    assert "档案暂时无法读取" in page.verdict


async def test_a_task_that_nobody_knows_has_no_proof(life: Life) -> None:
    with pytest.raises(NotFound, match="没有事项 t9"):
        await prove(life.db, life.archive, "t9")
