# ruff: noqa: ANN401 - events of many kinds.
"""The rates counted again from the events alone, one by one: no table, no roll, no sort, nothing of the service's code.

Only the due instant of a service is asked of `shared.service_limits`, which has tests of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.events.envelope import Envelope
from shared.service_limits import Pause, Promise, service_due
from shared.workdays import WorkCalendar

SHANGHAI = timezone(timedelta(hours=8))
Said = tuple[str, int]  # What a fact is in a rate (`in`, `out` or why it is left out), and its weight.
Shown = dict[tuple[str, str], tuple[int, int, dict[str, int]]]


class Oracle:
    """Knows the events that were told up to an instant."""

    def __init__(
        self, told: Iterable[Envelope], until: datetime, codes: dict[str, str], types: dict[str, str]
    ) -> None:
        self.events = sorted((one for one in told if one.time <= until), key=lambda one: one.sequence)
        self.now, self.codes, self.types = until, codes, types

    def named(self, word: str) -> list[Any]:
        return [one for one in self.events if one.type.endswith(f".{word}.v1")]

    def answer(self, rate: str, by: str, first: Any, last: Any) -> Shown:
        """Count a rate by group over the days from first to last."""
        found: dict[tuple[str, str], list[Any]] = {}
        for place, day, (word, weight) in getattr(self, rate.replace(".", "_"))():
            if not first <= day <= last:
                continue
            row = found.setdefault(self.group(place, by, day), [0, 0, {}])
            if word in {"in", "out"}:
                row[0] += weight if word == "in" else 0
                row[1] += 1
            else:
                row[2][word] = row[2].get(word, 0) + 1
        return {group: (row[0], row[1], row[2]) for group, row in found.items()}

    def group(self, place: Any, by: str, day: Any) -> tuple[str, str]:
        periods = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
        if by in periods:
            return "", day.strftime(periods[by])
        if by == "quarter":
            return "", f"{day.year}-Q{1 + (day.month - 1) // 3}"
        unit = self.codes.get(place.unit_code, place.unit_code)
        window = f"{place.hall}/{place.window}" if place.hall else place.window
        channel = getattr(place, "channel", None) or getattr(place, "place", "")
        keys = {
            "unit": "",
            "hall": place.hall,
            "window": window,
            "clerk": place.clerk,
            "item": place.item_code,
        }
        keys |= {"region": place.region_code, "source": place.source_id, "channel": channel}
        keys["item_type"] = getattr(place, "item_type", None) or self.types.get(place.item_code, "")
        return (unit if by in {"unit", "hall", "window", "clerk"} else ""), keys[by]

    # Ratings

    def ratings(self) -> dict[str, Any]:
        return {one.data.rating_id: one.data for one in reversed(self.named("rating.submitted"))}

    def fallen(self) -> set[str]:
        last = {one.data.rating_id: one.data.stands for one in self.named("rectification.judged")}
        return {rating for rating, stands in last.items() if not stands}

    def of_ratings(self, say: Callable[[Any], Said], *, default: bool) -> Iterator[Any]:
        fallen = self.fallen()
        for rating_id, rating in self.ratings().items():
            said = say(rating)
            if rating_id in fallen:
                said = ("not_standing", 0)
            elif rating.is_default and default:
                said = ("default", 0)
            yield rating, rating.rated_at.astimezone(SHANGHAI).date(), said

    def ratings_satisfaction(self) -> Iterator[Any]:
        return self.of_ratings(lambda one: ("in" if one.level >= 3 else "out", 1), default=True)

    def ratings_dissatisfaction(self) -> Iterator[Any]:
        return self.of_ratings(lambda one: ("in" if one.level <= 2 else "out", 1), default=True)

    def ratings_activity(self) -> Iterator[Any]:
        return self.of_ratings(lambda one: ("out" if one.is_default else "in", 1), default=False)

    def ratings_level(self) -> Iterator[Any]:
        return self.of_ratings(lambda one: ("in", one.level), default=True)

    # Services

    def services_on_time(self) -> Iterator[Any]:
        accepted = {one.data.service_id: one.data for one in self.named("service.accepted")}
        done = {one.data.service_id: one.data.completed_at for one in self.named("service.completed")}
        for service_id, one in accepted.items():
            yield self.service(one, self.pauses(service_id), done.get(service_id))

    def pauses(self, service_id: str) -> list[Pause]:
        begun = [one.data for one in self.named("service.paused") if one.data.service_id == service_id]
        ended = [one.data for one in self.named("service.resumed") if one.data.service_id == service_id]
        starts = {one.number: one.paused_at for one in begun}
        ends = {one.number: one.resumed_at for one in ended}
        return [Pause(start, ends.get(number)) for number, start in sorted(starts.items())]

    def service(self, one: Any, pauses: list[Pause], done: datetime | None) -> Any:
        promise = Promise(one.kind, one.promised, one.promised_unit, one.due_on)
        due = service_due(one.accepted_at, promise, pauses, WorkCalendar())
        due_day = due.due_at.astimezone(SHANGHAI).date() if due.due_at else None
        done_day = done.astimezone(SHANGHAI).date() if done else None
        waits = due.basis.value == "paused"
        if done_day and (waits or (due_day and done_day <= due_day)):
            word, day = "in", done_day
        elif due_day:
            word, day = (
                ("out" if done_day or due_day < self.now.astimezone(SHANGHAI).date() else "not_due"),
                due_day,
            )
        elif waits:
            start = max(pause.start for pause in pauses if pause.end is None)
            word, day = "paused", start.astimezone(SHANGHAI).date()
        else:
            word, day = "undated", done_day or one.accepted_at.astimezone(SHANGHAI).date()
        return one, day, ("instant" if one.kind == "instant" else word, 1)

    # Rectifications

    def of_rectifications(self, say: Callable[[str, Any], Said]) -> Iterator[Any]:
        fallen, ratings, verdicts = self.fallen(), self.ratings(), {}
        for one in self.named("rectification.judged"):
            verdicts[one.data.rating_id] = one.data.verdict
        for one in self.named("rectification.opened"):
            said = say(verdicts.get(one.data.rating_id, ""), one.data)
            said = ("not_standing", 0) if one.data.rating_id in fallen else said
            yield ratings[one.data.rating_id], one.time.astimezone(SHANGHAI).date(), said

    def last_rectified(self, task: str) -> Any:
        reopened = [one.sequence for one in self.named("task.reopened") if one.data.task_id == task]
        since = max(reopened, default=0)
        found = [one for one in self.named("rectification.rectified") if one.data.task_id == task]
        return next((one.data for one in reversed(found) if one.sequence > since), None)

    def rectifications_done(self) -> Iterator[Any]:
        def say(verdict: str, one: Any) -> Said:
            if verdict == "unreasonable":
                return "unreasonable", 0
            return ("in" if self.last_rectified(one.task_id) else "out"), 1

        return self.of_rectifications(say)

    def rectifications_on_time(self) -> Iterator[Any]:
        def say(verdict: str, one: Any) -> Said:
            if verdict == "unreasonable":
                return "unreasonable", 0
            done = self.last_rectified(one.task_id)
            if done is None:  # No clock is told of in this world, so nothing is due.
                return "not_due", 0
            return ("out" if done.late else "in"), 1

        return self.of_rectifications(say)

    def rectifications_called_back(self) -> Iterator[Any]:
        def say(_verdict: str, one: Any) -> Said:
            if not one.is_named:
                return "anonymous", 0
            calls = [call.data for call in self.named("rectification.called_back")]
            return ("in" if any(call.task_id == one.task_id and call.reached for call in calls) else "out"), 1

        return self.of_rectifications(say)
