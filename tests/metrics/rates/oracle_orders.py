# ruff: noqa: ANN401 - events of many kinds.
"""The rates of hotline orders counted again from the events alone: no table, no sort, nothing of the service's code."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from shared.events.envelope import Envelope
from tests.metrics.rates.oracle import SHANGHAI, Shown

PERIODS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def day_of(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


class OrderOracle:
    """Knows the events that were told up to an instant."""

    def __init__(self, told: Iterable[Envelope], until: datetime, codes: dict[str, str]) -> None:
        self.events: list[Any] = sorted(
            (one for one in told if one.time <= until), key=lambda one: one.sequence
        )
        self.now, self.codes = until, codes
        came: list[Any] = [one.data for one in self.events if self.word(one) == "received"]
        self.orders: dict[str, Any] = {one.order_id: one for one in came}

    def word(self, one: Any) -> str:
        return str(one.type.split(".")[-2])

    def of(self, order_id: str, word: str) -> list[Any]:
        return [one for one in self.events if self.word(one) == word and one.data.order_id == order_id]

    def last(self, order_id: str, word: str) -> Any:
        return next((one.data for one in reversed(self.of(order_id, word))), None)

    def answer(self, rate: str, by: str, first: date, last: date) -> Shown:
        found: dict[tuple[str, str], list[Any]] = {}
        for order_id, order in self.orders.items():
            for day, said, unit in getattr(self, rate.partition(".")[2])(order_id):
                if first <= day <= last:
                    unit_id = unit or self.unit(order_id)
                    row = found.setdefault(self.group(order, unit_id, by, day), [0, 0, {}])
                    self.count(row, self.out(order_id) or said)
        return {group: (row[0], row[1], row[2]) for group, row in found.items()}

    def count(self, row: list[Any], said: str) -> None:
        if said in {"in", "out"}:
            row[0] += said == "in"
            row[1] += 1
        else:
            row[2][said] = row[2].get(said, 0) + 1

    def group(self, order: Any, unit: str, by: str, day: date) -> tuple[str, str]:
        if by in PERIODS:
            return "", day.strftime(PERIODS[by])
        if by == "quarter":
            return "", f"{day.year}-Q{1 + (day.month - 1) // 3}"
        keys = {"order_kind": order.kind, "category": (*order.category, "")[0], "channel": order.channel}
        keys |= {"region": order.region_code, "source": order.source_id, "unit": ""}
        return (self.codes.get(unit, unit) if by == "unit" else ""), keys[by]

    def unit(self, order_id: str) -> str:
        last = self.last(order_id, "dispatched")
        return str(last.unit_id if last else self.orders[order_id].unit_code)

    def out(self, order_id: str) -> str:
        excluded = self.last(order_id, "excluded")
        if excluded and excluded.excluded:
            return "excluded"
        return next((word for word in ("recalled", "merged") if self.of(order_id, word)), "")

    def accepted(self, order_id: str) -> Iterator[Any]:
        opened = self.last(order_id, "opened")
        said = "in" if opened and not opened.refusal else "out"
        yield day_of(self.orders[order_id].received_at), said, ""

    def about_office(self, order_id: str) -> Iterator[Any]:
        said = any(one.data.about_office for one in self.of(order_id, "opened"))
        yield day_of(self.orders[order_id].received_at), "in" if said else "out", ""

    def repeated(self, order_id: str) -> Iterator[Any]:
        order = self.orders[order_id]
        earlier = [
            one
            for one in self.orders.values()
            if order.caller and order.category and one.order_id != order_id
            if (one.source_id, one.caller, one.category) == (order.source_id, order.caller, order.category)
            if (one.received_at, one.order_id) < (order.received_at, order_id)
            if order.received_at - one.received_at <= timedelta(days=30)
        ]
        yield day_of(order.received_at), "in" if order.repeats or earlier else "out", ""

    def worked(self, order_id: str, word: str) -> Iterator[Any]:
        """Give the day of the last dispatch, why nothing is owed, what was done since, and when it was due."""
        for one in self.of(order_id, "dispatched")[-1:]:
            opened: Any = self.last(order_id, "opened")
            done = [more.data for more in self.of(order_id, word) if more.sequence > one.sequence]
            gone = "refused" if opened and opened.refusal else ""
            gone = gone or ("returned" if self.is_returned(order_id, one.data) else "")
            yield day_of(one.time), gone, done[-1] if done else None, one.data.due_at

    def is_returned(self, order_id: str, dispatch: Any) -> bool:
        found = [one.data.granted for one in self.of(order_id, "returned") if one.data.hop == dispatch.hop]
        return bool(found) and found[-1] is True

    def finished(self, order_id: str) -> Iterator[Any]:
        for day, gone, done, _due in self.worked(order_id, "answered"):
            yield day, gone or ("in" if done else "out"), ""

    def on_time(self, order_id: str) -> Iterator[Any]:
        for day, gone, done, due in self.worked(order_id, "answered"):
            still = "not_due" if due >= self.now else "out"
            yield day, gone or (("out" if done.late else "in") if done else still), ""

    def contacted(self, order_id: str) -> Iterator[Any]:
        for day, gone, done, _due in self.worked(order_id, "contacted"):
            yield day, gone or ("in" if done and not done.late else "out"), ""

    def returned(self, order_id: str) -> Iterator[Any]:
        for one in self.of(order_id, "dispatched"):
            said = "in" if self.is_returned(order_id, one.data) else "out"
            yield day_of(one.time), said, one.data.unit_id

    def visit(self, order_id: str, field: str) -> Iterator[Any]:
        """Give the day of the last visit at which the caller said something, else of the last, and what was said."""
        ours = [(one.time, one.data) for one in self.of(order_id, "visited")]
        theirs = [(one.data.revisited_at, one.data) for one in self.of(order_id, "revisited")]
        every: list[Any] = sorted([*ours, *theirs], key=lambda one: one[0])
        told = [one for one in every if one[1].reached and getattr(one[1], field) is not None]
        for at, one in (told or every)[-1:]:
            yield day_of(at), getattr(one, field) if told else None

    def resolved(self, order_id: str) -> Iterator[Any]:
        for day, said in self.visit(order_id, "resolved"):
            yield day, "no_answer" if said is None else "in" if said == "yes" else "out", ""

    def satisfaction(self, order_id: str) -> Iterator[Any]:
        for day, said in self.visit(order_id, "level"):
            yield day, "no_answer" if said is None else "in" if said >= 3 else "out", ""
