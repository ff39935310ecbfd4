"""A 台账 sheet comes in: new tasks, changed ones, tasks of plans that are only named, and the same file again."""

from datetime import date
from typing import Any

import pytest

from services.tasks.models import RevisionRow, TaskRow
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.service_import import import_ledger as import_read
from services.tasks.sheets.study import read_ledger
from shared.clock import at_local, local_date
from shared.database import Database
from shared.errors import Forbidden, Invalid
from tests.tasks import factories as make
from tests.tasks.factories import A, B, C, unit_id
from tests.tasks.sheets.workbooks import HEADER, edited, office_book, office_rows

JUNE_20 = at_local(date(2023, 6, 20), 9)
LEVELLED = ("督办编号", "事项名称", "任务级别", "文号", "牵头单位", "办理时限", "立项时间")


async def bring(db: Database, content: bytes, actor: Any = make.OFFICE) -> tuple[int, int, int]:  # noqa: ANN401 - an Actor.
    """Import a workbook on 20 June; give how many tasks are added, changed and unchanged."""
    async with db.transaction() as tx:
        study = await import_read(tx, read_ledger(read_workbook(content)), make.act(actor, JUNE_20))
    found = study.findings
    return len(found.added), len(found.changed), len(found.unchanged)


async def faults(db: Database, content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(Invalid) as caught:
        await bring(db, content)
    told: Any = caught.value.details["faults"]
    return [(one["row"], one["column"], one["code"]) for one in told]


async def by_hand(db: Database) -> list[TaskRow]:
    return [task for task in await make.rows(db, TaskRow) if task.document_id is None]


def row(**said: Any) -> list[Any]:  # noqa: ANN401 - what a cell takes.
    values: dict[str, Any] = {
        "督办编号": "督1号",
        "事项名称": "示例",
        "任务级别": "重要",
        "文号": "示〔2023〕9号",
        "牵头单位": A,
        "办理时限": date(2023, 9, 30),
        "立项时间": date(2023, 5, 10),
    }
    return [(values | said)[name] for name in LEVELLED]


def book(*rows: list[Any]) -> bytes:
    return office_book(rows, LEVELLED)


async def test_new_rows_are_registered_with_all_that_they_say(ledger: Database) -> None:
    assert await bring(ledger, office_book()) == (3, 0, 0)

    first = min(await by_hand(ledger), key=lambda task: task.sort_key)
    assert (first.number, first.title, first.body) == ("督〔2023〕1号", "第1件督办事项", "办好第1件事。")
    assert (first.source, first.kind, first.state, first.level) == (
        "meeting",
        "instruction",
        "registered",
        "normal",
    )
    assert (first.deadline, first.answering_unit, first.light) == (date(2023, 7, 2), unit_id(A), "green")


async def test_a_day_of_registration_in_the_past_dates_the_history(ledger: Database) -> None:
    await bring(ledger, office_book())

    [task, *_] = await by_hand(ledger)
    [first] = [one for one in await make.rows(ledger, RevisionRow) if one.task_id == task.id]
    assert local_date(first.at) == date(2023, 5, 10)
    assert first.snapshot["number"] == task.number


async def test_the_same_file_again_changes_nothing(ledger: Database) -> None:
    await bring(ledger, office_book())
    before = await make.rows(ledger, RevisionRow)

    assert await bring(ledger, office_book()) == (0, 0, 3)
    assert len(await make.rows(ledger, RevisionRow)) == len(before)


async def test_rows_without_a_number_are_known_again_by_what_they_say(ledger: Database) -> None:
    rows = [[*one[:1], None, *one[2:]] for one in office_rows()]

    assert await bring(ledger, office_book(rows)) == (3, 0, 0)
    assert await bring(ledger, office_book(rows)) == (0, 0, 3)


@pytest.mark.parametrize(
    ("changed", "attribute", "expected"),
    [
        ({"事项名称": "改名"}, "title", "改名"),
        ({"任务级别": "紧急"}, "level", "urgent"),
        ({"文号": None}, "source_ref", None),
        ({"牵头单位": B}, "answering_unit", unit_id(B)),
        ({"办理时限": "2023年10月底前"}, "deadline", date(2023, 10, 31)),
        ({"办理时限": None}, "deadline", None),
        ({"办理时限": "长期"}, "ongoing", True),
    ],
)
async def test_a_changed_row_changes_its_task(
    ledger: Database, changed: dict[str, Any], attribute: str, expected: object
) -> None:
    await bring(ledger, book(row()))

    assert await bring(ledger, book(row(**changed))) == (0, 1, 0)
    assert await bring(ledger, book(row(**changed))) == (0, 0, 1)
    [task] = await by_hand(ledger)
    assert (getattr(task, attribute), task.revision) == (expected, 2)


async def test_level_and_units_may_change_at_once(ledger: Database) -> None:
    await bring(ledger, book(row()))

    await bring(ledger, book(row(任务级别="一般", 牵头单位=C)))

    [task] = await by_hand(ledger)
    changes = [one.changes for one in await make.rows(ledger, RevisionRow) if one.task_id == task.id]
    assert changes[1:] == [
        {"level": ["important", "normal"]},
        {"units": [[["lead", unit_id(A)]], [["lead", unit_id(C)]]]},
    ]


async def test_columns_that_the_sheet_lacks_stay_as_they_are(ledger: Database) -> None:
    await bring(ledger, office_book())

    content = office_book(
        [["督〔2023〕1号", "第1件督办事项", "改了的内容"]], ("督办编号", "事项名称", "主要内容")
    )

    assert await bring(ledger, content) == (0, 1, 0)
    [task] = [one for one in await by_hand(ledger) if one.number == "督〔2023〕1号"]
    assert (task.body, task.deadline, task.source) == ("改了的内容", date(2023, 7, 2), "meeting")


async def test_a_task_may_be_added_to_a_plan(ledger: Database) -> None:
    content = office_book([["新增", make.TITLE, A]], ("事项名称", "所属方案", "牵头单位"))

    assert await bring(ledger, content) == (1, 0, 0)
    [task] = await by_hand(ledger)
    assert (task.plan_id, task.source, task.sort_key[:11]) == (make.PLAN, "manual", "00001.99999")


async def test_a_task_of_a_plan_may_be_named_but_not_rewritten(ledger: Database) -> None:
    header = ("督办编号", "事项名称", "牵头单位", "办理时限", "主要内容")
    named = office_book([[make.task_id("1"), "第1项示例任务", None, "2023年6月30日", None]], header)
    rewritten = edited(named, {"B3": "另一件事", "C3": B, "D3": "2023年12月31日", "E3": "改写"})

    assert await bring(ledger, named) == (0, 0, 1)
    assert await faults(ledger, rewritten) == [(3, letter, "task.printed") for letter in "BCDE"]


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("任务来源", "会议议定", "task.fixed"),
        ("事项类型", "重点任务", "task.fixed"),
        ("所属方案", make.TITLE, "task.fixed"),
        ("立项时间", "2023年5月11日", "task.fixed"),
        ("事项类型", "没有的类型", "kind.unknown"),
        ("所属方案", "没有的方案", "plan.unknown"),
        ("任务级别", "特急", "level.unknown"),
    ],
)
async def test_what_an_import_may_not_change_is_a_fault(
    ledger: Database, header: str, value: str, code: str
) -> None:
    await bring(ledger, book(row()))

    content = office_book([["督1号", "示例", value]], ("督办编号", "事项名称", header))

    assert await faults(ledger, content) == [(3, "C", code)]


async def test_a_task_that_is_over_can_not_be_changed(ledger: Database) -> None:
    await bring(ledger, book(row()))
    [task] = await by_hand(ledger)
    async with ledger.transaction() as tx:
        (await tx.session.get_one(TaskRow, task.id)).state = "closed"

    assert await bring(ledger, book(row())) == (0, 0, 1)
    assert await faults(ledger, book(row(事项名称="改名"))) == [(3, "A", "task.done")]


async def test_a_date_that_people_set_can_not_be_cleared(ledger: Database) -> None:
    await bring(ledger, book(row(办理时限=None)))
    [task] = await by_hand(ledger)
    async with ledger.transaction() as tx:
        held = await tx.session.get_one(TaskRow, task.id)
        held.deadline, held.deadline_set = date(2023, 8, 1), True

    assert await faults(ledger, book(row(办理时限=None))) == [(3, "F", "deadline.set_by_hand")]
    assert await bring(ledger, book(row(办理时限="2023年8月1日"))) == (0, 0, 1)


async def test_a_number_of_two_tasks_is_ambiguous(ledger: Database) -> None:
    await bring(ledger, book(row(), row(督办编号="督2号", 事项名称="另一件")))
    async with ledger.transaction() as tx:
        for task in await by_hand(ledger):
            (await tx.session.get_one(TaskRow, task.id)).number = "督3号"

    assert (
        "code.ambiguous" in {code for _, _, code in await faults(ledger, book(row(督办编号="督3号")))}
    ) is True


async def test_rows_that_mean_the_same_task_are_told(ledger: Database) -> None:
    plain: list[list[Any]] = [["甲事", A], ["甲 事", A], [None, A]]

    found = await faults(ledger, office_book(plain, ("事项名称", "牵头单位")))

    assert found == [(4, "A", "title.twice"), (5, "A", "title.missing")]


async def test_a_sheet_without_a_header_is_refused(ledger: Database) -> None:
    with pytest.raises(Invalid) as caught:
        await bring(ledger, office_book(header=("甲", "乙")))

    assert caught.value.code == "sheet.no_header"


async def test_only_supervisors_import(ledger: Database) -> None:
    with pytest.raises(Forbidden):
        await bring(ledger, office_book(), make.worker(A))


async def test_two_headers_of_one_meaning_stop_the_import(ledger: Database) -> None:
    content = office_book(header=(*HEADER[:-1], "牵头部门"))

    assert await faults(ledger, content) == [(2, "J", "header.twice")]


async def test_codes_count_as_their_words_and_empty_rows_are_passed_over(ledger: Database) -> None:
    rows: list[list[Any]] = [
        ["甲事", "meeting", "instruction", "urgent"],
        [None] * 4,
        ["乙事", "会议议定", "批示交办事项", "紧急"],
    ]

    assert await bring(ledger, office_book(rows, ("事项名称", "任务来源", "事项类型", "任务级别"))) == (
        2,
        0,
        0,
    )
    assert {(task.source, task.kind, task.level) for task in await by_hand(ledger)} == {
        ("meeting", "instruction", "urgent")
    }


async def test_a_cell_is_told_once_even_when_two_rules_refuse_it(ledger: Database) -> None:
    header = ("督办编号", "事项名称", "办理时限", "牵头单位")
    content = office_book([[make.task_id("1"), "第1项示例任务", "月底", "无此单位"]], header)

    assert await faults(ledger, content) == [(3, "C", "cell.date_wrong"), (3, "D", "unit.unknown")]
