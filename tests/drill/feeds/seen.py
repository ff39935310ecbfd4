"""What a played year shows from outside: answers on rates, tasks, notices, and where planted words were found."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.drill.feeds import made, search
from tests.drill.feeds.house import SERVICES, House
from tests.drill.feeds.oracle import Question, Span, shown
from tests.drill.feeds.oracle_cases import Groups
from tests.drill.feeds.persons import Person, all_words
from tests.drill.feeds.planted import OFFICE

WITHIN: Span = (date(2023, 5, 17), date(2023, 9, 9))  # Begins and ends inside months.
OF_SERVICES = (
    "unit",
    "hall",
    "window",
    "clerk",
    "item",
    "item_type",
    "channel",
    "region",
    "source",
    "month",
    "quarter",
)
OF_RATINGS = (*OF_SERVICES, "day", "year")
OF_CASES = ("month", "day", "year", "unit")
OF_ORDERS = ("unit", "category", "channel", "order_kind", "month", "day")
QUESTIONS = (
    *(Question("services.on_time", by) for by in OF_SERVICES),
    *(Question("ratings.satisfaction", by) for by in OF_RATINGS),
    *(
        Question(f"ratings.{rate}", by)
        for rate in ("dissatisfaction", "activity", "level")
        for by in ("unit", "month")
    ),
    *(
        Question(rate, by, WITHIN)
        for rate in ("services.on_time", "ratings.satisfaction")
        for by in ("unit", "channel")
    ),
)
QUESTIONS_OF_CASES = tuple(
    Question(f"rectifications.{rate}", by) for rate in ("done", "on_time", "called_back") for by in OF_CASES
)
QUESTIONS_OF_ORDERS = tuple(
    Question(f"orders.{rate}", by)
    for rate in ("accepted", "repeated", "finished", "on_time", "resolved", "satisfaction")
    for by in OF_ORDERS
)


@dataclass
class Seen:
    """What was seen of a year while its services ran, and in their files after they had stopped.

    Attributes:
        answers: By question and group: numerator, denominator, what was left out, and the value.
        seconds: How long each answer took, and each scrape of metrics.
        notices: 超时通报 of services: service, the last day of its limit in UTC, recipient.
        tasks: By rating: its task's unit and when it has to be put right.
        leaks: Where planted words were found.
        left: Where something of destroyed persons was found after the services had stopped.
    """

    answers: dict[Question, dict[tuple[str, str], list[Any]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notices: list[tuple[Any, ...]] = field(default_factory=list)
    tasks: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    leaks: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    destroyed: int = 0

    def look(self, house: House) -> None:
        """Ask for everything that has to be equal to what the oracle says."""
        for question in (*QUESTIONS, *QUESTIONS_OF_CASES, *QUESTIONS_OF_ORDERS):
            self._ask(house, question)
        told = """SELECT task_id, due_at, recipient FROM notices WHERE clock = 'service' AND rung = 'overdue'
            AND occurrence = 1 AND verdict LIKE 'send%'"""
        self.notices = house.rows("notify", told)
        tasks = """SELECT j.rating_id, t.answering_unit, c.due_at, r.rated_unit FROM rectification_rating j
            JOIN task t ON t.id = j.task_id JOIN rectification r ON r.task_id = j.task_id
            LEFT JOIN task_clock c ON c.task_id = j.task_id AND c.name = 'rectify'"""
        found = house.rows("tasks", tasks)
        self.tasks = {str(row[0]): row[1:] for row in found}
        assert len(self.tasks) == len(found)

    def _ask(self, house: House, question: Question) -> None:
        span = {"from": str(question.span[0]), "to": str(question.span[1])} if question.span else {}
        began = time.monotonic()
        said = house.ask("metrics", f"/rates/{question.rate}", OFFICE, by=question.by, **span)
        self.seconds[" ".join([question.rate, question.by, *span.values()])] = time.monotonic() - began
        self.answers[question] = {
            (one["unit"], one["key"]): [
                one["numerator"],
                one["denominator"],
                {left["reason"]: left["count"] for left in one["exclusions"]},
                one["value"],
            ]
            for one in said["items"]
        }

    def search(self, house: House, people: Sequence[Person]) -> None:
        """Look for planted words in streams, metrics and files, while all runs; then destroy, stop, and look again."""
        wanted = search.forms(all_words(people))
        began = time.monotonic()
        urls = [house.inner_url(name) for name in SERVICES]
        self.leaks |= search.in_metrics(urls, wanted)
        self.seconds["scrape of all"] = time.monotonic() - began
        self.leaks |= search.in_streams(house.valkey.url, wanted)
        self.leaks |= search.in_files(house.folder, wanted, without={"raw.ndjson"})
        kept = self._destroy(house)
        house.stop()
        self.left = search.in_files(house.folder, [*wanted, *kept], without={"raw.ndjson"})

    def _destroy(self, house: House) -> list[bytes]:
        """Destroy what is known of every planted person over the API; give the bytes that must be gone."""
        query = "SELECT e.subject_id, e.closed, k.wrapped FROM vault_entry e JOIN vault_key k ON k.person = e.person"
        raw = (house.folder / "raw.ndjson").open(encoding="utf-8")
        with raw:
            subjects = {_subject(json.loads(line)) for line in raw if "陕Z·" in line}
        marks = ", ".join("?" * len(subjects))
        rows = house.rows("gateway", f"{query} WHERE e.subject_id IN ({marks})", *subjects)
        for subject in sorted(subjects):
            url = f"{house.url}/api/v1/vault/people/{subject}"
            headers = {"authorization": f"Bearer {house.eraser}"}
            answer = house.client.request("DELETE", url, headers=headers, params={"reason": "本人申请删除"})
            assert answer.is_success, answer.text
        self.destroyed = len(subjects)
        assert len(rows) >= self.destroyed > 0
        return sorted({bytes(one) for row in rows for one in row[1:]})


def _subject(said: Mapping[str, Any]) -> str:
    record = said["record"]
    if said["source"] == made.HOTLINE:
        return f"{made.HOTLINE}.{record['order_no']}"
    return f"{said['source']}.{record['project_no']}.{record['service_number']}"


def with_values(groups: Groups, least: int) -> dict[tuple[str, str], list[Any]]:
    """Write what the oracle counted as the API does."""
    return {
        group: [row[0], row[1], dict(row[2]), shown(row[0], row[1], least)] for group, row in groups.items()
    }
