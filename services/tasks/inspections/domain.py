"""The life of an inspection 督查活动: which step leads where, and what each needs.

Objection within 30 days and review within 30 more are those of 政府督查工作条例; the limit for feedback is ours.

Invariant: nothing is inspected before a named leader approved it, and nothing closed with an objection open.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.tasks.ledger.domain_limits import Limit, Span
from shared.clock import end_of_day, local_date
from shared.errors import Conflict, Invalid
from shared.workdays import WorkCalendar


class InspectionState(StrEnum):
    """Where an inspection stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class InspectionStep(StrEnum):
    """What is done with it."""

    PLAN = "plan"
    APPROVE = "approve"
    START = "start"
    FIND = "find"
    CONCLUDE = "conclude"
    ANSWER = "answer"
    OBJECT = "object"
    REVIEW = "review"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Effect(StrEnum):
    """How an inspection worked 效果评估."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Outcome(StrEnum):
    """What a review 复核 of an objection decides about the conclusion."""

    UPHELD = "upheld"
    AMENDED = "amended"


STATE_WORDS = {
    InspectionState.DRAFT: "拟订",
    InspectionState.APPROVED: "已批准",
    InspectionState.UNDER_WAY: "督查中",
    InspectionState.FEEDBACK: "结论反馈",
    InspectionState.CLOSED: "已办结",
    InspectionState.WITHDRAWN: "已撤回",
}
STEP_WORDS = {
    InspectionStep.PLAN: "拟订方案",
    InspectionStep.APPROVE: "批准",
    InspectionStep.START: "启动",
    InspectionStep.FIND: "登记问题",
    InspectionStep.CONCLUDE: "反馈督查结论",
    InspectionStep.ANSWER: "反馈整改情况",
    InspectionStep.OBJECT: "提出异议",
    InspectionStep.REVIEW: "复核异议",
    InspectionStep.CLOSE: "办结",
    InspectionStep.WITHDRAW: "撤回",
}
EFFECT_WORDS = {Effect.GOOD: "效果明显", Effect.FAIR: "有一定效果", Effect.POOR: "效果不明显"}
OUTCOME_WORDS = {Outcome.UPHELD: "维持结论", Outcome.AMENDED: "变更结论"}
_S, _T = InspectionState, InspectionStep
# Which step is made in which states, and the state after it; none where it stays.
STEPS: dict[InspectionStep, tuple[tuple[InspectionState, ...], InspectionState | None]] = {
    _T.APPROVE: ((_S.DRAFT,), _S.APPROVED),
    _T.START: ((_S.APPROVED,), _S.UNDER_WAY),
    _T.FIND: ((_S.UNDER_WAY, _S.FEEDBACK), None),
    _T.CONCLUDE: ((_S.UNDER_WAY,), _S.FEEDBACK),
    _T.ANSWER: ((_S.FEEDBACK,), None),
    _T.OBJECT: ((_S.FEEDBACK,), None),
    _T.REVIEW: ((_S.FEEDBACK,), None),
    _T.CLOSE: ((_S.FEEDBACK,), _S.CLOSED),
    _T.WITHDRAW: ((_S.DRAFT, _S.APPROVED), _S.WITHDRAWN),
}
# A unit has been, or will be, inspected.
COUNTED = (_S.APPROVED, _S.UNDER_WAY, _S.FEEDBACK, _S.CLOSED)
# What the inspected units may know of: not that somebody is about to come.
SHOWN_TO_UNITS = (_S.UNDER_WAY, _S.FEEDBACK, _S.CLOSED)


def state_after(state: InspectionState, step: InspectionStep) -> InspectionState:
    """Give the state after `step`.

    Raises:
        Conflict: The step can't be made now; the message names those that can.
    """
    states, after = STEPS[step]
    if state not in states:
        legal = [one for one, (froms, _) in STEPS.items() if state in froms]
        words = "、".join(f"{STEP_WORDS[one]}（{one}）" for one in legal) or "无"
        message = f"督查活动处于“{STATE_WORDS[state]}”，不能{STEP_WORDS[step]}；现在可以：{words}"
        raise Conflict(message, code="inspection.step_illegal", field="step", state=state, legal=legal)
    return after or state


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPlan:
    """An inspection as it is planned 督查方案.

    Attributes:
        basis: On what ground 依据.
        scope: What is looked at 范围和内容.
        team: Posts or codes of those who go.
        units: Who is inspected.
        joint_units: Who supervises together with the office 联动督办.
        follow_up_of: The inspection that this one looks back at 回头看.
    """

    title: str
    basis: str
    scope: str
    starts_on: date
    ends_on: date
    team: tuple[str, ...]
    units: tuple[str, ...]
    joint_units: tuple[str, ...] = ()
    follow_up_of: str | None = None


def check_plan(plan: InspectionPlan) -> None:
    """Pass when a plan says all that a leader has to know.

    Raises:
        Invalid: Something is missing or makes no sense.
    """
    said = {"title": plan.title, "basis": plan.basis, "scope": plan.scope}
    empty = [name for name, text in said.items() if not text.strip()]
    empty += [name for name, listed in (("team", plan.team), ("units", plan.units)) if not listed]
    if empty:
        message = f"督查方案缺少：{'、'.join(empty)}"
        raise Invalid(message, code="inspection.incomplete", field=empty[0], missing=empty)
    if plan.ends_on < plan.starts_on:
        message = f"督查结束日 {plan.ends_on} 早于开始日 {plan.starts_on}"
        raise Invalid(message, code="inspection.dates", field="ends_on")
    if both := sorted(set(plan.units) & set(plan.joint_units)):
        message = f"单位 {both[0]} 不能既被督查又参与督查"
        raise Invalid(message, code="inspection.own_unit", field="joint_units", units=both)


def check_objection(told_at: datetime, now: datetime, days: int, calendar: WorkCalendar) -> None:
    """Pass while a unit may still object to a conclusion.

    Args:
        told_at: When it was told the conclusion.
        now: The time of the objection.
        days: The limit in natural days.
        calendar: By which a last day off moves on.

    Raises:
        Conflict: The limit is over.
    """
    until = Limit(days, Span.DAYS).due_after(told_at, calendar)
    if now > until:
        message = f"对督查结论的异议须在 {days} 日内提出，已于 {local_date(until)} 截止"
        raise Conflict(message, code="inspection.objection_late", field="reason")


def due_day(start: datetime, amount: int, span: Span, calendar: WorkCalendar) -> date:
    """Give the last day of a limit that begins at `start`."""
    return local_date(Limit(amount, span).due_after(start, calendar))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has to be done before an inspection is closed.

    Attributes:
        silent: Units that have not answered.
        objecting: Units whose objection was not decided.
        feedback_due_on: Until when the units have to answer.
    """

    silent: Collection[str]
    objecting: Collection[str]
    feedback_due_on: date | None


def check_closing(standing: Standing, effect_note: str, now: datetime) -> None:
    """Pass when an inspection can be closed.

    Raises:
        Conflict: An objection is open, or a unit has not answered and still has time to.
        Invalid: Its effect is not explained.
    """
    if standing.objecting:
        message = f"单位 {'、'.join(sorted(standing.objecting))} 的异议尚未复核，不能办结"
        raise Conflict(
            message, code="inspection.objection_open", field="id", units=sorted(standing.objecting)
        )
    in_time = standing.feedback_due_on is not None and now <= end_of_day(standing.feedback_due_on)
    if standing.silent and in_time:
        message = f"单位 {'、'.join(sorted(standing.silent))} 尚未反馈，期限为 {standing.feedback_due_on}"
        raise Conflict(message, code="inspection.feedback_open", field="id", units=sorted(standing.silent))
    if not effect_note.strip():
        message = "办结须写明效果评估（effect_note）"
        raise Invalid(message, code="inspection.effect_missing", field="effect_note")
