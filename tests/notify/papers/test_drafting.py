"""A summary becomes a draft, a draft a released paper that never changes, and an instruction on it an event."""

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from services.notify.models import InstructionRow, PaperRow
from services.notify.papers.files import files_of
from services.notify.papers.instructions import Instruction, instruct
from services.notify.papers.service import Release, edit_draft, keep_anchor, release_paper, withdraw_paper
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict, Invalid, NotFound
from shared.events.deadlines import PaperDrafted, PaperInstructed, PaperReleased, PaperWithdrawn
from shared.events.exchange import ArchiveAnchored
from shared.testing import FakeClock, events_of
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.papers.summaries import summary, told

JULY_3 = at_local(date(2023, 7, 3), 10)
PAPER = "monthly-2023-06-1"
RELEASE = Release("泾河督查〔2023〕6号", "督查室主任", "office")
INSTRUCTION = Instruction(
    given_by="管委会主任",
    given_on=date(2023, 7, 3),
    text="请政务中心牵头，月底前见效。",
    units=("u1", "u2"),
    due_on=date(2023, 7, 31),
    attachment_id="a1",
    by="office",
)


@pytest.fixture
async def db(open_database: OpenDatabase) -> Database:
    """Open a database whose service has drafted the material of June 2023."""
    database = open_database(FakeClock(JULY_3))
    await told(database, summary())
    return database


async def get(db: Database, paper_id: str = PAPER) -> PaperRow:
    async with db.reading() as session:
        return await session.get_one(PaperRow, paper_id)


async def release(db: Database, said: Release = RELEASE, paper_id: str = PAPER) -> PaperRow:
    async with db.transaction() as tx:
        return await release_paper(tx, paper_id, said)


async def enter(db: Database, said: Instruction = INSTRUCTION) -> InstructionRow:
    async with db.transaction() as tx:
        return await instruct(tx, PAPER, said)


@ON_BOTH
async def test_a_summary_is_drafted_once_however_often_it_arrives(db: Database) -> None:
    row, [event] = await get(db), await events_of(db, PaperDrafted)

    assert (row.state, row.number, row.dated_on) == ("draft", None, date(2023, 7, 3))
    assert (event.paper_id, event.kind, event.period, event.sha256) == (
        PAPER,
        "monthly",
        "2023-06",
        row.sha256,
    )
    assert hashlib.sha256((await files_of(row)).docx).hexdigest() == row.sha256


async def test_a_newer_summary_takes_the_place_of_the_draft_and_leaves_other_periods_alone(
    db: Database,
) -> None:
    await told(db, summary("weekly"), summary(version=2))

    states = {name: (await get(db, name)).state for name in (PAPER, "monthly-2023-06-2", "weekly-2023-W26-1")}
    [withdrawn] = await events_of(db, PaperWithdrawn)
    assert states == {PAPER: "superseded", "monthly-2023-06-2": "draft", "weekly-2023-W26-1": "draft"}
    assert (withdrawn.paper_id, withdrawn.number, withdrawn.by) == (PAPER, None, "")


@pytest.mark.slow
async def test_a_newer_summary_leaves_a_released_paper_alone(db: Database) -> None:
    await release(db)

    await told(db, summary(version=2))

    assert (await get(db)).state == "released"


async def test_the_last_section_of_a_draft_is_edited_and_its_hash_follows(db: Database) -> None:
    before = (await get(db)).sha256

    async with db.transaction() as tx:
        await edit_draft(tx, PAPER, ["（一）逐项销账。"])

    row = await get(db)
    assert (row.next_steps, row.sha256 == before) == (["（一）逐项销账。"], False)


@ON_BOTH
async def test_a_release_keeps_the_bytes_and_tells_number_and_hash(db: Database) -> None:
    await release(db)

    row, [event] = await get(db), await events_of(db, PaperReleased)
    kept = await files_of(row)
    assert (row.docx, row.xlsx) == (kept.docx, kept.xlsx)
    assert (event.number, event.sha256, event.by) == (
        RELEASE.number,
        hashlib.sha256(kept.docx).hexdigest(),
        "office",
    )


@ON_BOTH
async def test_a_release_prints_where_the_archive_stood_at_the_last_anchor_that_was_told(
    db: Database,
) -> None:
    for day, hashed in (
        (date(2023, 7, 2), "aa" * 32),
        (date(2023, 7, 3), "bb" * 32),
        (date(2023, 7, 3), "cc" * 32),
    ):
        async with db.transaction() as tx:
            await keep_anchor(tx, ArchiveAnchored(day=day, position=day.day * 100, hash=hashed))

    await release(db)

    row = await get(db)
    feet = [paragraph.text for paragraph in Document(BytesIO(row.docx or b"")).sections[0].footer.paragraphs]
    sheet = load_workbook(BytesIO(row.xlsx or b"")).worksheets[0]
    assert (row.anchor_position, row.anchor_hash) == (300, "bb" * 32)
    assert feet[-1] == sheet.oddFooter.right.text == f"存证：档案第300号 {'b' * 16}"


async def test_a_released_paper_is_neither_edited_nor_released_again(db: Database) -> None:
    await release(db)

    with pytest.raises(Conflict, match="已印发”，不能再印发"):
        await release(db)
    with pytest.raises(Conflict, match="不能再修改"):
        async with db.transaction() as tx:
            await edit_draft(tx, PAPER, ["改"])


async def test_a_number_is_given_once_and_somebody_signs(db: Database) -> None:
    await told(db, summary("weekly"))
    await release(db)

    with pytest.raises(Conflict, match="已用于公文 monthly-2023-06-1"):
        await release(db, paper_id="weekly-2023-W26-1")
    with pytest.raises(Invalid, match="签发人职务"):
        await release(db, replace(RELEASE, signer=" "), "weekly-2023-W26-1")
    with pytest.raises(NotFound):
        await release(db, paper_id="none")


async def test_a_paper_is_withdrawn_with_a_reason_and_its_number_is_spent(db: Database) -> None:
    await release(db)
    with pytest.raises(Invalid, match="理由"):
        async with db.transaction() as tx:
            await withdraw_paper(tx, PAPER, " ", "office")

    async with db.transaction() as tx:
        await withdraw_paper(tx, PAPER, "数据有误", "office")

    row, [event] = await get(db), await events_of(db, PaperWithdrawn)
    assert (row.state, row.over_reason, row.number, event.number) == (
        "withdrawn",
        "数据有误",
        RELEASE.number,
        RELEASE.number,
    )
    with pytest.raises(Conflict, match="不需要撤回"):
        async with db.transaction() as tx:
            await withdraw_paper(tx, PAPER, "再撤", "office")


async def test_an_instruction_is_kept_here_and_told_without_its_text(db: Database) -> None:
    await release(db)

    row = await enter(db)
    again = await enter(db)

    [event] = await events_of(db, PaperInstructed)
    assert (row.id, row.text, row.attachment_id) == (again.id, INSTRUCTION.text, "a1")
    assert (event.instruction_id, event.number, event.units) == (row.id, RELEASE.number, ("u1", "u2"))
    assert "见效" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given_on": date(2023, 7, 4)}, "批示日期"),
        ({"given_on": date(2023, 7, 2)}, "批示日期"),
        ({"due_on": date(2023, 7, 2)}, "早于今天"),
        ({"units": ("u1", "u1")}, "只能出现一次"),
        ({"units": ("u1", "u9")}, "没有编号为 u9 的单位"),
    ],
)
async def test_an_instruction_that_makes_no_sense_is_refused(
    db: Database, changes: dict[str, object], said: str
) -> None:
    await release(db)

    with pytest.raises(Invalid, match=said):
        await enter(db, replace(INSTRUCTION, **changes))  # type: ignore[arg-type]  # The tests name the fields.


async def test_the_same_word_of_the_sender_stands_for_one_instruction(db: Database) -> None:
    await release(db)
    await enter(db, replace(INSTRUCTION, client_ref="scan 1"))

    with pytest.raises(Conflict, match="内容不同"):
        await enter(db, replace(INSTRUCTION, client_ref="scan 1", text="另一条", due_on=None))


async def test_a_draft_is_not_instructed_upon(db: Database) -> None:
    with pytest.raises(Conflict, match="只有已印发的公文"):
        await enter(db)
