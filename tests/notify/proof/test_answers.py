"""What a proof says of 知悉 and 稍后提醒 is what the archive says, or is marked as a record of notify alone."""

import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
from sqlalchemy import delete, select, update

from services.gateway.models import ArchivedEvent
from services.notify.models import NoticeRow, ReplyRow
from services.notify.proof.docx import write
from services.notify.quiet import service as quiet
from services.notify.quiet.domain import Scope, Silence
from shared.clock import end_of_day
from shared.testing import FakeClock, sqlite_database
from tests.gateway.world import gateway
from tests.notify.made import adopt_shipped_rules, clock_started, task_registered
from tests.notify.proof.life import Life, july, june


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """A task that is overdue since 06-30 and told once."""
    clock = FakeClock(june(1))
    db = sqlite_database("notify", tmp_path, clock)
    async with gateway(tmp_path, clock) as world:
        life = Life(db, clock, world)
        await adopt_shipped_rules(db)
        await life.run(june(1, 8), july(24))
        await life.happen(task_registered(), clock_started(recorded_at=clock.now()))
        await life.live_until(june(2), june(21), june(27), june(30), july(3))
        yield life
    await db.close()


async def acknowledge(life: Life, reason: str = "正在办") -> None:
    async with life.db.transaction() as tx:
        mine = select(NoticeRow).where(NoticeRow.recipient == "u1", NoticeRow.rung == "overdue")
        notice = (await tx.session.scalars(mine)).one()
        await quiet.acknowledge(tx, notice, reason=reason, by="key-1")


@pytest.mark.slow
async def test_an_answer_and_what_it_held_back_stand_in_the_archive(life: Life) -> None:
    await acknowledge(life)
    await life.live_until(july(7))

    page = await life.prove()

    [answer] = page.answers
    [held] = [one for one in page.notices if one.verdict == "held_acknowledged"]
    assert answer.archive is not None
    assert (answer.answer_word, answer.recipient, answer.reason, answer.by) == (
        "知悉",
        "u1",
        "正在办",
        "key-1",
    )
    assert held.reason == f"未发：收件方已知悉（正在办）；答复见档案第{answer.archive.position}条"
    assert (held.verified, page.verified) == (True, True)


async def test_every_answer_is_told_though_only_the_last_one_is_kept_here(life: Life) -> None:
    await acknowledge(life, "第一次")
    life.clock.advance(timedelta(minutes=5))
    await acknowledge(life, "第二次")
    await life.live_until(july(4))

    answers = (await life.prove()).answers

    assert [(one.reason, one.archive is not None) for one in answers] == [("", True), ("第二次", True)]


async def test_an_answer_that_the_archive_does_not_know_is_shown_as_such(life: Life) -> None:
    """As one that was given before answers were events."""
    async with life.db.transaction() as tx:
        mine = select(NoticeRow).where(NoticeRow.recipient == "u1", NoticeRow.rung == "overdue")
        notice = (await tx.session.scalars(mine)).one()
        key = {"task_id": "t1", "clock": "finish", "recipient": "u1", "notice_id": notice.id}
        said = {"kind": "acknowledged", "due_at": notice.due_at, "at": tx.now, "reason": "", "by": "k"}
        tx.session.add(ReplyRow(**key, **said, until_at=end_of_day(date(2023, 7, 10))))
    await life.live_until(july(7))

    page = await life.prove()

    [answer] = page.answers
    [held] = [one for one in page.notices if one.verdict == "held_acknowledged"]
    assert (answer.archive, held.verified, page.verified) == (None, False, True)
    assert held.reason == "未发：收件方已知悉；答复只见于提醒记录，未见于档案"


async def test_an_answer_that_was_altered_here_is_told_as_the_archive_has_it_and_apart(life: Life) -> None:
    await acknowledge(life)
    await life.live_until(july(7))
    async with life.db.transaction() as tx:
        await tx.session.execute(update(ReplyRow).values(by="somebody"))

    answers = (await life.prove()).answers

    assert [(one.by, one.archive is not None) for one in answers] == [("key-1", True), ("somebody", False)]


async def test_an_answer_that_was_altered_in_the_archive_does_not_verify(life: Life) -> None:
    await acknowledge(life)
    await life.live_until(july(7))
    [answer] = (await life.prove()).answers
    assert answer.archive is not None
    async with life.gateway.db.transaction() as tx:
        row = await tx.session.get_one(ArchivedEvent, answer.archive.position)
        row.payload = row.payload.replace(b"key-1", b"key-2")

    spoiled = await life.prove()

    assert not spoiled.verified
    assert [(one.by, one.archive) for one in spoiled.answers] == [("key-1", None)]


async def test_what_a_silence_held_back_says_that_silences_are_not_archived(life: Life) -> None:
    async with life.db.transaction() as tx:
        said = Silence(Scope.UNIT, "u1", tx.now, tx.now + timedelta(days=30), "机构调整")
        await quiet.add_silence(tx, said, by="office")
    await life.live_until(july(7))

    [held] = [one for one in (await life.prove()).notices if one.verdict == "held_silenced"]

    assert held.reason == "未发：免打扰期间（机构调整）；免打扰设置只见于提醒记录，不入档案"


async def test_the_paper_and_the_part_of_a_unit_tell_the_answers_that_concern_them(life: Life) -> None:
    await acknowledge(life)
    await life.live_until(july(7))

    page, others = await life.prove(), await life.prove("u2")

    [answer] = page.answers
    assert answer.archive is not None
    lines = [one.text for one in docx.Document(io.BytesIO(write(page))).paragraphs]
    said = "答复：2023-07-03 09:00 u1 办结时限 知悉（正在办），至2023-07-10 23:59"
    assert f"{said}——答复见档案第{answer.archive.position}条" in lines
    assert others.answers == []


async def test_an_answer_in_the_archive_is_told_where_the_record_is_gone(life: Life) -> None:
    await acknowledge(life)
    await life.live_until(july(7))
    async with life.db.transaction() as tx:
        await tx.session.execute(delete(ReplyRow))

    [answer] = (await life.prove()).answers

    assert (answer.reason, answer.archive is not None) == ("", True)
