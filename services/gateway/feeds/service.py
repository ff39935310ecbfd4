"""The use case of the intake: what a group of records changes, in one transaction.

Invariant: every record is counted in its source's day, and what is not taken is kept with its reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.gateway.feeds.domain.drafts import AnyStep, Draft, Fault
from services.gateway.feeds.domain.drafts import service_id as id_of_service
from services.gateway.feeds.domain.steps import TAKEN, Outcome, Service, Taken, take_step
from services.gateway.feeds.domain.steps_approvals import Approval, take_result
from services.gateway.feeds.domain.steps_orders import Order, take_order_step
from services.gateway.feeds.entries import Answer, Entry, Part
from services.gateway.feeds.ports import Keeper
from services.gateway.feeds.repository import (
    add_tallies,
    load_services,
    lock_sources,
    note_heard,
    store_services,
)
from services.gateway.feeds.repository_approvals import load_approvals, store_results
from services.gateway.feeds.repository_orders import load_orders, store_orders
from services.gateway.feeds.repository_rejects import (
    WAITS,
    Refused,
    digest_of,
    known_rejects,
    mark_replayed,
    new_id,
    store_rejects,
)
from services.gateway.ratings.domain import Rating
from services.gateway.ratings.service import take_ratings
from services.gateway.vault.domain import Private
from shared.clock import local_date
from shared.database import SyncTx
from shared.events.approvals import ApprovalReceived
from shared.events.hotline import OrderEvent, OrderReceived
from shared.events.ratings import RatingSubmitted

_GIVES = {
    "ServiceAccepted": "accepted",
    "ServicePaused": "paused",
    "ServiceResumed": "resumed",
    "ServiceCompleted": "completed",
    "RatingSubmitted": "rating",
    "OrderReceived": "order",
    "OrderUrged": "urged",
    "OrderRecalled": "recalled",
    "OrderRevisited": "revisited",
    "ApprovalReceived": "approval",
}
_WORST = (
    Outcome.REJECTED,
    Outcome.CONFLICT,
    Outcome.ACCEPTED,
    Outcome.CORRECTED,
    Outcome.REPEATED,
    Outcome.IGNORED,
)


def build_take(
    keeper: Keeper, real_now: Callable[[], datetime]
) -> Callable[[SyncTx, Sequence[Entry]], list[Answer]]:
    """Build what the group commit calls; `real_now` says since when a refused record is kept."""

    def take(tx: SyncTx, entries: Sequence[Entry]) -> list[Answer]:
        work = _Work(tx, entries, keeper, real_now())
        work.take_steps()
        work.take_ratings()
        return work.finish()

    return take


class _Work:
    """One group of entries on its way."""

    def __init__(self, tx: SyncTx, entries: Sequence[Entry], keeper: Keeper, real_now: datetime) -> None:
        self._tx, self._entries, self._keeper, self._real_now = tx, entries, keeper, real_now
        lock_sources(tx.connection, {entry.source_id for entry in entries})
        self._services = load_services(tx.connection, set(_service_ids(entries)))
        self._orders = load_orders(tx.connection, set(_order_ids(entries)))
        self._approvals = load_approvals(tx.connection, set(_approval_ids(entries)))
        self._parts: list[list[Part]] = [[] for _ in entries]
        self._faults: list[Fault | None] = [entry.fault for entry in entries]
        self._waits: dict[int, str] = {}
        self._private: list[tuple[str, Private]] = []

    def take_steps(self) -> None:
        """Bring in steps of services and orders, and results, as they follow each other in what was sent."""
        for position, entry in enumerate(self._entries):
            for draft in entry.drafts:
                if draft.rating is None:
                    self._take_step(position, entry, draft)
        changed = [service for service in self._services.values() if service.changed]
        store_services(self._tx.connection, changed)
        store_orders(self._tx.connection, [order for order in self._orders.values() if order.changed])
        store_results(self._tx.connection, self._approvals.values(), local_date(self._tx.now))

    def _take_step(self, position: int, entry: Entry, draft: Draft) -> None:
        taken = self._taken(entry, draft)
        if taken is None:
            self._faults[position] = _NO_PAUSE
            return
        if taken.event is not None:
            event = self._named(taken.event, draft)
            self._tx.outbox.add(event, time=self._tx.now, revision=taken.revision)
        self._note(position, draft, taken.outcome)

    def _taken(self, entry: Entry, draft: Draft) -> Taken | None:
        subject = draft.event.subject
        if isinstance(draft.event, OrderEvent):
            order = self._orders.setdefault(subject, Order(subject, entry.source_id))
            return take_order_step(order, draft)
        if isinstance(draft.event, ApprovalReceived):
            approval = self._approvals.setdefault(subject, Approval(subject, entry.source_id))
            return take_result(approval, draft, draft.event)
        service = self._services.setdefault(subject, Service(subject, entry.source_id))
        return take_step(service, draft)

    def _named(self, event: AnyStep, draft: Draft) -> AnyStep:
        """Put the pseudonym of its caller into an order."""
        if not isinstance(event, OrderReceived):
            return event
        number = draft.private.phone or draft.private.certificate
        return event.model_copy(update={"caller": self._keeper.pseudonym(event.source_id, number)})

    def take_ratings(self) -> None:
        """Bring the ratings in; one that names no unit is of the unit that accepted its service."""
        waiting: list[tuple[int, Draft, Rating]] = []
        for position, entry in enumerate(self._entries):
            for draft in entry.drafts:
                rating = draft.rating and self._placed(draft.rating)
                if rating:
                    waiting.append((position, draft, self._with_text(draft, rating)))
                elif draft.rating:
                    self._faults[position] = _no_service(draft.rating.event)
                    self._waits[position] = _service_of(draft.rating.event)
        outcomes = take_ratings(self._tx, [rating for _, _, rating in waiting])
        for (position, draft, _), outcome in zip(waiting, outcomes, strict=True):
            self._note(position, draft, Outcome(outcome.value))

    def _placed(self, rating: Rating) -> Rating | None:
        event = rating.event
        if event.unit_code:
            return rating
        service = self._services.get(_service_of(event))
        if service is None or not service.unit_code:
            return None
        place = {"unit_code": service.unit_code, "item_code": event.item_code or service.item_code}
        place["region_code"] = event.region_code or service.region_code
        return rating._replace(event=event.model_copy(update=place))

    def _with_text(self, draft: Draft, rating: Rating) -> Rating:
        if not draft.private.text:
            return rating
        return rating._replace(event=rating.event.model_copy(update={"has_text": True}))

    def _note(self, position: int, draft: Draft, outcome: Outcome) -> None:
        subject = draft.event.subject
        self._parts[position].append(Part(_GIVES[type(draft.event).__name__], subject, outcome))
        if outcome is Outcome.CONFLICT:
            self._faults[position] = _CONFLICT
        elif outcome in TAKEN and draft.private:
            self._private.append((subject, draft.private))

    def finish(self) -> list[Answer]:
        """Keep what is private and what was refused, count everything, and answer."""
        self._keeper.keep_many(self._tx, self._private)
        answers = [self._answer(position) for position in range(len(self._entries))]
        kept = self._keep_refused(answers)
        counts: Counter[tuple[str, str]] = Counter()
        for position, (entry, answer) in enumerate(zip(self._entries, answers, strict=True)):
            if entry.replay is not None:
                self._mark(entry, answer)
                continue
            again = answer.fault is not None and position not in kept
            counts[entry.source_id, f"record.{Outcome.REPEATED if again else answer.outcome}"] += 1
            for part in answer.parts:
                counts[entry.source_id, f"event.{part.gives}"] += part.outcome in TAKEN
        add_tallies(self._tx.connection, local_date(self._tx.now), +counts)
        heard = {entry.source_id for entry in self._entries if entry.replay is None}
        note_heard(self._tx.connection, heard, self._tx.now)
        return answers

    def _answer(self, position: int) -> Answer:
        parts, fault = tuple(self._parts[position]), self._faults[position]
        said = {part.outcome for part in parts}
        if fault is not None and Outcome.CONFLICT not in said:
            said.add(Outcome.REJECTED)
        outcome = next((one for one in _WORST if one in said), Outcome.IGNORED)
        return Answer(outcome, parts, fault)

    def _keep_refused(self, answers: list[Answer]) -> set[int]:
        """Store the refused records that are not stored yet, put their ids in, and give their positions."""
        keys = {
            position: (entry.source_id, digest_of(entry.content))
            for position, entry in enumerate(self._entries)
            if answers[position].fault is not None and entry.replay is None
        }
        known, new = known_rejects(self._tx.connection, keys.values()), dict[int, tuple[str, Refused]]()
        for position, key in keys.items():
            if key not in known:
                known[key] = new_id()
                new[position] = (known[key], self._refused(position, answers[position], key[1]))
            answers[position] = _with_id(answers[position], known[key])
        times = {"now": self._tx.now, "real_now": self._real_now}
        store_rejects(self._tx.connection, list(new.values()), **times)
        return set(new)

    def _refused(self, position: int, answer: Answer, digest: bytes) -> Refused:
        entry, fault = self._entries[position], answer.fault
        assert fault is not None  # noqa: S101 - only what has one is refused.
        return Refused(
            source_id=entry.source_id,
            place=entry.place[:80],
            outcome=answer.outcome.value,
            service_id=self._waits.get(position, ""),
            field=fault.field[:100],
            code=fault.code,
            message=fault.message,
            remedy=fault.remedy,
            raw=self._keeper.seal(entry.content),
            digest=digest,
        )

    def _mark(self, entry: Entry, answer: Answer) -> None:
        if entry.replay is not None and answer.fault is None:
            replay = entry.replay
            mark_replayed(self._tx.connection, replay.reject_id, by=replay.by, now=self._tx.now)


def _with_id(answer: Answer, reject_id: str) -> Answer:
    return Answer(answer.outcome, answer.parts, answer.fault, reject_id)


def _service_ids(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        for draft in entry.drafts:
            event = draft.event
            if isinstance(event, OrderEvent | ApprovalReceived):
                continue
            if not isinstance(event, RatingSubmitted):
                yield event.service_id
            elif not event.unit_code:
                yield _service_of(event)


def _order_ids(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        for draft in entry.drafts:
            if isinstance(draft.event, OrderEvent):
                yield draft.event.order_id


def _approval_ids(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        for draft in entry.drafts:
            if isinstance(draft.event, ApprovalReceived):
                yield draft.event.approval_id


def _service_of(event: RatingSubmitted) -> str:
    return id_of_service(event.source_id, event.project_no)


_CONFLICT = Fault(
    "",
    "",
    "record.conflict",
    "同一编号的记录已收下，且内容不同：未作更改",
    "请核对哪一条正确；已办结的办件、已撤单或已回访的工单不能再改受理信息；审批结果有变的请按新的结果版本报送",
)
_NO_PAUSE = Fault(
    "",
    "",
    "pause.unknown",
    "没有收到过这次暂停的开始，无法恢复计时",
    "请先报送特别程序或补正的开始，再重试本条",
)


def _no_service(event: RatingSubmitted) -> Fault:
    message = f"评价没有写明部门，且没有收到办件 {event.project_no} 的受理，无法确定承办单位"
    return Fault("", event.project_no, WAITS, message, "收到该办件的受理后自动补收；或请在评价中填写部门")
