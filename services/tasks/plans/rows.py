"""Rows of a plan's parts, made from the records of the importer under the ledger's ids."""

from collections.abc import Mapping

from services.tasks.domain_ids import part_id
from services.tasks.importer import records
from services.tasks.models import CadenceRow, DoubtRow, SectionRow, StageGoalRow, TargetRow

STRENGTH = {"力争": "strive", "确保": "must", None: "must"}


def section_rows(parsed: records.Parsed, ids: Mapping[str, str]) -> list[SectionRow]:
    """Make the sections, numbered over the document."""
    return [
        SectionRow(
            id=ids[one.id],
            plan_id=ids[one.plan_id],
            ordinal=ordinal,
            heading=one.heading,
            number=one.number,
            title=one.title,
            role=one.role,
            chapter=one.chapter,
            first_line=one.lines[0],
            last_line=one.lines[1],
        )
        for ordinal, one in enumerate(parsed.sections, 1)
    ]


def goal_rows(parsed: records.Parsed, ids: Mapping[str, str]) -> list[StageGoalRow]:
    """Make the stage goals."""
    return [
        StageGoalRow(
            id=part_id(ids[one.plan_id], one.id),
            plan_id=ids[one.plan_id],
            operator=one.operator,
            value=one.value,
            unit=one.unit,
            due_on=one.deadline,
            scope=one.scope,
            strength=STRENGTH[one.strength],
            first_line=one.lines[0],
            last_line=one.lines[1],
            withdrawn=False,
            revision=0,
        )
        for one in parsed.milestones
    ]


def target_rows(parsed: records.Parsed, ids: Mapping[str, str]) -> list[TargetRow]:
    """Make the numeric targets."""
    return [
        TargetRow(
            id=part_id(ids[one.plan_id], one.id),
            plan_id=ids[one.plan_id],
            task_id=ids[one.task_id] if one.task_id else None,
            name=one.name,
            operator=one.operator,
            value=one.value,
            value_max=one.value_max,
            unit=one.unit,
            due_on=one.deadline,
            period=one.period,
            strength=STRENGTH[one.strength],
            first_line=one.lines[0],
            last_line=one.lines[1],
            withdrawn=False,
            revision=0,
        )
        for one in parsed.targets
    ]


def cadence_rows(parsed: records.Parsed, ids: Mapping[str, str]) -> list[CadenceRow]:
    """Make the duties that come back."""
    return [
        CadenceRow(
            id=part_id(ids[one.plan_id], one.id),
            plan_id=ids[one.plan_id],
            task_id=ids[one.task_id] if one.task_id else None,
            frequency=one.frequency,
            times=one.times,
            actor=one.actor,
            actor_assumed=one.actor_assumed,
            action=one.action,
            report_to=one.to,
            first_line=one.lines[0],
            last_line=one.lines[1],
        )
        for one in parsed.cadences
    ]


def doubt_rows(parsed: records.Parsed, ids: Mapping[str, str], document_id: str) -> list[DoubtRow]:
    """Make the doubts of the document's reader."""
    return [
        DoubtRow(
            document_id=document_id,
            ordinal=ordinal,
            code=one.code,
            message=one.message,
            first_line=one.lines[0],
            last_line=one.lines[1],
            task_id=ids.get(one.task_id) if one.task_id else None,
        )
        for ordinal, one in enumerate(parsed.doubts, 1)
    ]
