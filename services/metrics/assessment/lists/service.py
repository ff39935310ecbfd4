"""Use cases of lists: drawn from final scores, released by another; and of performance records."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.metrics.assessment.lists import repository
from services.metrics.assessment.lists.domain import Entry, entries
from services.metrics.assessment.periods import repository as periods
from services.metrics.assessment.periods.domain import check_other, check_step
from services.metrics.assessment.schemes import repository as schemes
from services.metrics.assessment.schemes.domain import ListRule
from shared.database import SyncTx
from shared.errors import Conflict, Invalid, NotFound
from shared.events import assessment as events


@dataclass(frozen=True, slots=True)
class Draft:
    """A list to be drawn.

    Attributes:
        code: Which rule of the scheme.
        struck: Units to be struck off, each with the reason.
    """

    list_id: str
    period: str
    code: str
    struck: Mapping[str, str]
    by: str


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry for a performance record 干部实绩档案."""

    record_id: str
    person_id: str
    unit_id: str
    period: str
    post: str
    text: str
    by: str


def draw(tx: SyncTx, draft: Draft) -> None:
    """Draw a draft from the final scores of a period.

    Raises:
        NotFound: There is no such period, or its scheme has no such list.
        Conflict: The period is not final: the window for appeals comes first.
        Invalid: A unit is struck off that would not stand on the list.
    """
    row = periods.period(tx.connection, draft.period)
    check_step("list", row.state, draft.period)
    held = periods.run(tx.connection, draft.period, row.run).scheme_version
    rule = _rule(schemes.numbered(tx.connection, row.scheme, held).scheme.lists, draft.code)
    found = entries(rule, periods.scores(tx.connection, draft.period, row.run))
    if strange := sorted(draft.struck.keys() - {one.unit_id for one in found}):
        message = f"单位 {strange[0]} 不在名单上，无需剔除，请核对 struck"
        raise Invalid(message, code="list.struck", field="struck")
    kept = [one.model_copy(update={"struck": draft.struck.get(one.unit_id, "")}) for one in found]
    values: dict[str, object] = {
        "list_id": draft.list_id,
        "period_id": draft.period,
        "run": row.run,
        "code": draft.code,
    }
    values |= {"kind": rule.kind, "name": rule.name, "state": "draft", "post": "", "why": ""}
    values |= {"entries": [one.model_dump(mode="json") for one in kept]}
    repository.add_list(tx.connection, {**values, "drafted_at": tx.now, "drafted_by": draft.by})


def _rule(rules: tuple[ListRule, ...], code: str) -> ListRule:
    for rule in rules:
        if rule.code == code:
            return rule
    known = "、".join(rule.code for rule in rules) or "（无）"
    raise NotFound(f"办法中没有榜单 {code}，可用：{known}", code="list.rule", field="code")


def release(tx: SyncTx, name: str, by: str, post: str) -> None:
    """Release a draft by name; from then on everybody may read it.

    Raises:
        NotFound: There is none such.
        Forbidden: Who releases is who drafted.
        Conflict: It is no draft, or the period was scored again since.
    """
    row = repository.a_list(tx.connection, name)
    check_other(by, row.drafted_by, about="榜单")
    period = periods.period(tx.connection, row.period_id)
    if (period.run, period.state) != (row.run, "final"):
        message = f"周期 {row.period_id} 在榜单 {name} 拟订后重新计分，请撤回并重新拟订"
        raise Conflict(message, code="list.outdated", field="id")
    values: dict[str, object] = {"state": "released", "released_at": tx.now, "released_by": by, "post": post}
    repository.move_list(tx.connection, name, ("draft",), values)
    standing = [one for one in map(Entry.model_validate, row.entries) if not one.struck]
    told = events.ListReleased(
        list_id=name,
        period_id=row.period_id,
        run=row.run,
        kind=row.kind,
        by=by,
        units=tuple(one.unit_id for one in standing),
    )
    tx.outbox.add(told, time=tx.now, revision=1)


def withdraw(tx: SyncTx, name: str, by: str, why: str) -> None:
    """Withdraw a list, drafted or released, with a reason.

    Raises:
        NotFound: There is none such.
        Conflict: It is withdrawn.
    """
    row = repository.a_list(tx.connection, name)
    values: dict[str, object] = {"state": "withdrawn", "withdrawn_at": tx.now, "withdrawn_by": by, "why": why}
    repository.move_list(tx.connection, name, ("draft", "released"), values)
    if row.state == "released":  # Nobody was told of a draft.
        told = events.ListWithdrawn(list_id=name, period_id=row.period_id, run=row.run, kind=row.kind, by=by)
        tx.outbox.add(told, time=tx.now, revision=2)


def enter(tx: SyncTx, entered: Entered) -> None:
    """Enter a unit's final score into a person's performance record.

    Raises:
        NotFound: There is no such period, or the unit has no score in it.
        Conflict: The period is not final.
    """
    row = periods.period(tx.connection, entered.period)
    if row.state != "final":
        message = f"周期 {entered.period} 尚未定案，定案后才能记入实绩档案"
        raise Conflict(message, code="record.not_final", field="period")
    if entered.unit_id not in periods.scores(tx.connection, entered.period, row.run):
        message = f"单位 {entered.unit_id} 在周期 {entered.period} 没有得分"
        raise NotFound(message, code="score.unknown", field="unit")
    values: dict[str, object] = {
        "record_id": entered.record_id,
        "person_id": entered.person_id,
        "unit_id": entered.unit_id,
    }
    values |= {"period_id": entered.period, "run": row.run, "post": entered.post, "text": entered.text}
    values |= {"entered_at": tx.now, "entered_by": entered.by, "state": "entered"}
    repository.add_record(tx.connection, {**values, "objection": "", "answer": ""})
    _tell(tx, events.RecordEntered, entered.record_id, entered.period, entered.unit_id)


def object_to(tx: SyncTx, name: str, by: str, text: str) -> None:
    """Object to an entry about oneself.

    Raises:
        NotFound: There is none such, or it is about another.
        Conflict: It was objected to before.
    """
    row = repository.record(tx.connection, name)
    if row.person_id != by:
        raise repository.unknown_record(name)
    values: dict[str, object] = {"state": "objected", "objection": text, "objected_at": tx.now}
    repository.move_record(tx.connection, name, "entered", values)
    _tell(tx, events.RecordObjected, name, row.period_id, row.unit_id)


def answer(tx: SyncTx, name: str, by: str, said: tuple[bool, str]) -> None:
    """Answer an objection; `said` is whether the entry is kept, and why.

    Raises:
        NotFound: There is none such.
        Conflict: Nobody objected, or it is answered.
    """
    row = repository.record(tx.connection, name)
    kept, text = said
    values: dict[str, object] = {"state": "kept" if kept else "withdrawn", "answer": text}
    values |= {"answered_at": tx.now, "answered_by": by}
    repository.move_record(tx.connection, name, "objected", values)
    told = events.RecordAnswered(record_id=name, period_id=row.period_id, unit_id=row.unit_id, kept=kept)
    tx.outbox.add(told, time=tx.now, revision=3)


def _tell(tx: SyncTx, kind: type[events.RecordEvent], name: str, period: str, unit: str) -> None:
    number = 1 if kind is events.RecordEntered else 2
    tx.outbox.add(kind(record_id=name, period_id=period, unit_id=unit), time=tx.now, revision=number)
