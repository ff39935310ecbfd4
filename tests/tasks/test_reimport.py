"""A revised document changes what it changed, as new revisions; nothing is forgotten."""

from dataclasses import replace

from services.tasks.importer.records import Task
from services.tasks.models import CadenceRow, RevisionRow, SectionRow, StageGoalRow, TaskRow
from shared.database import Database
from shared.events.supervision import PlanConfirmed, StageGoalSet, TargetSet, TaskLit, TaskRegistered
from shared.testing import events_of, published
from tests.tasks import factories as make
from tests.tasks.factories import PLAN, A, B, C, unit_id


def tasks(**first: object) -> list[Task]:
    """The three tasks of the first document, the first of them changed."""
    return [make.task("1", **first), *make.document().tasks[1:]]


async def test_a_changed_task_becomes_a_new_revision(ledger: Database) -> None:
    outcome = await make.confirm(
        ledger, make.document(tasks(lead=(C,), deadline=make.SEPTEMBER)), content="b"
    )

    task, last = await make.get(ledger), (await make.rows(ledger, RevisionRow))[1]
    assert [(one.task_id, one.fields) for one in outcome.changed] == [(f"{PLAN}-1", ("units", "deadline"))]
    assert (task.revision, task.answering_unit, task.deadline) == (2, unit_id(C), make.SEPTEMBER)
    assert (last.move, last.changes["deadline"]) == ("revise", ["2023-06-30", "2023-09-30"])


async def test_a_changed_task_is_published_again_with_its_new_revision(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks(title="新标题")), content="b")

    told = [one for one in await published(ledger) if isinstance(one.data, TaskRegistered)]

    assert len(told) == 4
    assert (told[-1].subject, told[-1].revision) == (f"{PLAN}-1", 2)


async def test_the_other_tasks_stay_as_they_were(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks(title="新标题")), content="b")

    assert [(await make.get(ledger, number)).revision for number in ("2", "3")] == [1, 1]


async def test_a_task_that_only_moved_in_the_file_takes_its_new_lines_silently(ledger: Database) -> None:
    before = await published(ledger)
    outcome = await make.confirm(ledger, make.document(tasks(lines=(70, 72))), content="b")

    assert (outcome.changed, await published(ledger)) == ([], before)
    assert (await make.get(ledger)).first_line == 70


async def test_a_new_task_is_registered_and_takes_its_place(ledger: Database) -> None:
    extra = make.task("9", lines=(15, 16))
    first, *others = make.document().tasks
    await make.confirm(ledger, make.document([first, extra, *others]), content="b")

    rows = sorted(await make.rows(ledger, TaskRow), key=lambda row: row.sort_key)
    assert [row.number for row in rows] == ["1", "9", "2", "3"]


async def test_a_task_that_is_no_longer_named_stays_and_is_reported(ledger: Database) -> None:
    outcome = await make.confirm(ledger, make.document(tasks()[:2]), content="b")
    again = await make.confirm(ledger, make.document(tasks()[:2], name="c"), content="c")

    assert ([one.number for one in outcome.removed], again.removed) == (["3"], [])
    assert (await make.get(ledger, "3")).state == "registered"
    assert (await events_of(ledger, PlanConfirmed))[-1].tasks == 2


async def test_a_task_that_comes_back_is_the_same_task(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks()[:2]), content="b")
    outcome = await make.confirm(ledger, make.document(), content="c")

    assert [one.number for one in outcome.added] == ["3"]
    assert (await make.get(ledger, "3")).revision == 2


async def test_going_back_to_an_earlier_document_is_a_revision_too(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks(title="新标题")), content="b")
    outcome = await make.confirm(ledger, make.document(), content="first")

    assert (outcome.unchanged, (await make.get(ledger)).revision) == (False, 3)


async def test_a_plan_of_another_title_is_another_plan(ledger: Database) -> None:
    plans = (replace(make.document().plans[0], title="另一个方案"),)
    outcome = await make.confirm(ledger, make.document(plans=plans), content="b")

    assert (len(outcome.added), len(await make.rows(ledger, TaskRow))) == (3, 6)


async def test_a_plan_whose_title_is_printed_otherwise_is_the_same(ledger: Database) -> None:
    plans = (replace(make.document().plans[0], title="示例新城 营商环境方案"),)
    outcome = await make.confirm(ledger, make.document(plans=plans), content="b")

    assert (outcome.added, (await events_of(ledger, PlanConfirmed))[-1].title) == (
        [],
        "示例新城 营商环境方案",
    )


async def test_a_changed_target_and_goal_get_a_new_revision(ledger: Database) -> None:
    changed = make.document(targets=(make.target(value=97.0),), milestones=(make.goal(value=70.0),))
    await make.confirm(ledger, changed, content="b")

    told = [one for one in await published(ledger) if isinstance(one.data, StageGoalSet | TargetSet)]
    assert [one.revision for one in told] == [1, 1, 2, 2]


async def test_a_target_that_is_dropped_is_withdrawn_once_and_may_come_back(ledger: Database) -> None:
    await make.confirm(ledger, make.document(targets=()), content="b")
    await make.confirm(ledger, make.document(targets=(), name="c"), content="c")
    await make.confirm(ledger, make.document(), content="d")

    assert [one.withdrawn for one in await events_of(ledger, TargetSet)] == [False, True, False]


async def test_a_goal_that_only_moved_in_the_file_is_not_told_again(ledger: Database) -> None:
    await make.confirm(ledger, make.document(milestones=(make.goal(lines=(95, 95)),)), content="b")

    assert len(await events_of(ledger, StageGoalSet)) == 1
    assert (await make.rows(ledger, StageGoalRow))[0].lines == (95, 95)


async def test_a_duty_that_is_dropped_is_gone(ledger: Database) -> None:
    await make.confirm(ledger, make.document(cadences=()), content="b")

    assert await make.rows(ledger, CadenceRow) == []


async def test_a_section_that_is_renamed_keeps_its_tasks(ledger: Database) -> None:
    sections = (replace(make.document().sections[0], title="新章节"),)
    await make.confirm(ledger, make.document(sections=sections), content="b")

    assert [row.title for row in await make.rows(ledger, SectionRow)] == ["新章节"]


async def test_a_new_date_changes_the_light_at_once(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks(deadline=None)), content="b")

    assert (await events_of(ledger, TaskLit))[-1].light == "undated"


async def test_a_task_that_loses_its_lead_is_answered_for_by_assumption(ledger: Database) -> None:
    await make.confirm(ledger, make.document(tasks(lead=())), content="b")

    task = await make.get(ledger)
    assert (task.answering_unit, task.answering_assumed) == (unit_id(B), True)
    assert A in await make.units(ledger)
