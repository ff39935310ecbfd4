"""The steps of a rectification: which may be made where it stands, by whom, and where it leads.

Invariants: `STEPS` is the only place that knows a step; a case stands in exactly one stage, and the state of its task
is one of those that `STATES` allows for it. Nobody of the rated unit judges or calls back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from services.tasks.ledger.domain import WITH_UNITS, State
from shared.errors import Conflict, Forbidden, Invalid

KIND, SOURCE = "rectification", "rating"
UNSATISFIED = 2  # The highest level that is a bad rating 差评 (国办发〔2019〕51号: the last two of five).
Side = Literal["rater", "unit"]
Mode = Literal["at_once", "ledger"]
Verdict = Literal["founded", "unreasonable", "malicious", "mistaken"]
VERDICT_WORDS: dict[str, str] = {
    "founded": "属实",
    "unreasonable": "合理但无法律依据",
    "malicious": "恶意",
    "mistaken": "误评",
}
NOT_STANDING = frozenset({"malicious", "mistaken"})
MODE_WORDS: dict[str, str] = {"at_once": "立行立改", "ledger": "台账整改"}
SIDE_WORDS: dict[str, str] = {"rater": "评价人", "unit": "承办单位"}


class Stage(StrEnum):
    """Where a case stands."""

    VERIFY = "verify"
    FIRST = "first_review"
    SECOND = "second_review"
    APPEAL = "appeal"
    RECTIFY = "rectify"
    REPLY = "reply"
    CALL_BACK = "call_back"
    CLOSING = "closing"
    CLOSED = "closed"


STAGE_WORDS = {
    Stage.VERIFY: "待核实",
    Stage.FIRST: "待初核认定",
    Stage.SECOND: "待复核认定",
    Stage.APPEAL: "申诉复核中",
    Stage.RECTIFY: "整改中",
    Stage.REPLY: "待回复",
    Stage.CALL_BACK: "待回访",
    Stage.CLOSING: "待办结",
    Stage.CLOSED: "办结",
}


class StepName(StrEnum):
    """What may be done with a case."""

    OPEN = "open"
    JOIN = "join"
    CLASSIFY = "classify"
    PROPOSE = "propose"
    SUPPORT = "support"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    APPEAL = "appeal"
    DECIDE = "decide"
    LEDGER = "ledger"
    RECTIFY = "rectify"
    REPLY = "reply"
    CALL_BACK = "call_back"
    CLOSE = "close"
    REOPEN = "reopen"


STEP_WORDS = {
    StepName.OPEN: "登记",
    StepName.JOIN: "追加评价并入",
    StepName.CLASSIFY: "定类",
    StepName.PROPOSE: "核实",
    StepName.SUPPORT: "初核同意",
    StepName.CONFIRM: "复核认定",
    StepName.REFUSE: "不予认定",
    StepName.APPEAL: "申诉",
    StepName.DECIDE: "申诉决定",
    StepName.LEDGER: "建立台账",
    StepName.RECTIFY: "整改",
    StepName.REPLY: "回复",
    StepName.CALL_BACK: "回访",
    StepName.CLOSE: "办结",
    StepName.REOPEN: "重开",
}
_HANDED_IN = frozenset({State.SUBMITTED})
_WITH_UNITS = frozenset(WITH_UNITS)
_HELD_UP = frozenset({State.REGISTERED, State.OBJECTED, State.SUSPENDED, State.CANCELLED})
# Step → (stages, states of the task) in which it may be made.
STEPS: dict[StepName, tuple[frozenset[Stage], frozenset[State]]] = {
    StepName.CLASSIFY: (frozenset({Stage.VERIFY, Stage.RECTIFY}), _WITH_UNITS),
    StepName.PROPOSE: (frozenset({Stage.VERIFY}), _WITH_UNITS),
    StepName.SUPPORT: (frozenset({Stage.FIRST}), _HANDED_IN),
    StepName.CONFIRM: (frozenset({Stage.SECOND}), _HANDED_IN),
    StepName.REFUSE: (frozenset({Stage.FIRST, Stage.SECOND}), _HANDED_IN),
    StepName.APPEAL: (
        frozenset({Stage.VERIFY, Stage.REPLY, Stage.CALL_BACK, Stage.CLOSING, Stage.CLOSED}),
        _WITH_UNITS | _HANDED_IN | {State.CLOSED},
    ),
    StepName.DECIDE: (frozenset({Stage.APPEAL}), _HANDED_IN | {State.CLOSED}),
    StepName.LEDGER: (frozenset({Stage.RECTIFY}), _WITH_UNITS),
    StepName.RECTIFY: (frozenset({Stage.RECTIFY}), _WITH_UNITS),
    StepName.REPLY: (frozenset({Stage.REPLY}), _WITH_UNITS | _HANDED_IN),
    StepName.CALL_BACK: (frozenset({Stage.CALL_BACK, Stage.CLOSING}), _HANDED_IN),
    StepName.CLOSE: (frozenset({Stage.CALL_BACK, Stage.CLOSING}), _HANDED_IN),
    StepName.REOPEN: (frozenset(Stage), frozenset({State.CLOSED, State.CANCELLED})),
}
# Stage → states in which its task may be, beside those in which everything is held up.
STATES: dict[Stage, frozenset[State]] = {
    Stage.VERIFY: _WITH_UNITS,
    Stage.FIRST: _HANDED_IN,
    Stage.SECOND: _HANDED_IN,
    Stage.APPEAL: _HANDED_IN | {State.CLOSED},
    Stage.RECTIFY: _WITH_UNITS,
    Stage.REPLY: _WITH_UNITS | _HANDED_IN,
    Stage.CALL_BACK: _HANDED_IN,
    Stage.CLOSING: _HANDED_IN,
    Stage.CLOSED: frozenset({State.CLOSED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands, as far as steps go.

    Attributes:
        refused: The office did not follow the unit, which may appeal against that once.
        stands: Whether the rating counts by what was found so far.
    """

    stage: Stage
    state: State
    refused: bool = False
    stands: bool = True

    def appealing(self) -> Side | None:
        """Say who may appeal now: the unit against a refusal, the rater's side against a rating that counts no more."""
        if self.stage is Stage.VERIFY:
            return "unit" if self.refused else None
        return None if self.stands else "rater"


def fits(stage: Stage, state: State) -> bool:
    """Tell whether a task may be in a state while its case stands in a stage."""
    return state in STATES[stage] or state in _HELD_UP


def legal_steps(standing: Standing) -> tuple[StepName, ...]:
    """Name the steps that may be made now, in the order of the table."""
    return tuple(
        step
        for step, (stages, states) in STEPS.items()
        if standing.stage in stages
        and standing.state in states
        and (step is not StepName.APPEAL or standing.appealing() is not None)
    )


def check_step(step: StepName, standing: Standing) -> None:
    """Pass when a step may be made now.

    Raises:
        Conflict: It may not; the message names the legal ones.
    """
    legal = legal_steps(standing)
    if step in legal:
        return
    words = (
        "、".join(f"{STEP_WORDS[one]}（{one}）" for one in legal)
        or "无（未派单、异议、中止、撤销期间不能办理）"
    )
    message = f"差评整改处于“{STAGE_WORDS[standing.stage]}”，不能{STEP_WORDS[step]}；现在可以：{words}"
    raise Conflict(
        message, code="rectification.step_illegal", field="step", stage=standing.stage, legal=[*legal]
    )


def check_verdict(verdict: str) -> None:
    """Pass for a verdict.

    Raises:
        Invalid: There is none such; the message names those that there are.
    """
    _check_word(verdict, VERDICT_WORDS, field="verdict", what="核实结论")


def check_mode(mode: str) -> None:
    """Pass for a way of putting something right.

    Raises:
        Invalid: There is none such.
    """
    _check_word(mode, MODE_WORDS, field="mode", what="整改方式")


def _check_word(said: str, words: dict[str, str], *, field: str, what: str) -> None:
    if said not in words:
        known = "、".join(f"{word}（{code}）" for code, word in words.items())
        message = f"没有{what} {said}，可用：{known}"
        raise Invalid(message, code=f"rectification.{field}_unknown", field=field)


def require_words(said: str, *, field: str, what: str) -> str:
    """Give what somebody wrote, without space around it.

    Raises:
        Invalid: It is empty.
    """
    if not said.strip():
        raise Invalid(f"请填写{what}（{field}）", code=f"rectification.{field}_missing", field=field)
    return said.strip()


def check_outsider(unit: str, units: Collection[str], *, word: str) -> None:
    """Pass for somebody whose unit has, and had, no part in the case.

    Raises:
        Forbidden: Theirs does.
    """
    if unit and unit in units:
        message = f"本单位（{unit}）是被评价或承办单位，不能{word}，须由其他单位的人员办理"
        raise Forbidden(message, code="rectification.own_unit", field="unit", units=sorted(units))


def check_other_person(actor: str, others: Iterable[str | None], *, word: str) -> None:
    """Pass for a person who had no say before.

    Raises:
        Forbidden: It is one of those who had.
    """
    if actor in {one for one in others if one}:
        message = f"{word}须由另一人办理：{actor} 已参与过本次认定"
        raise Forbidden(message, code="rectification.same_person", field="actor")
