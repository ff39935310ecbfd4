"""What the indicators, scores and lists of the played year must be: the raw input, the deeds and the shipped tables.

As `oracle.py`: nothing of our code is asked; schemes, bindings and the frame 18+5 are read as data.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from tests.drill.feeds import ledger, oracle_scores, oracle_tasks
from tests.drill.feeds.oracle import Oracle, Question, Span
from tests.drill.feeds.oracle_cases import Orders, of_bulk, of_planted, rectified
from tests.drill.feeds.oracle_scores import Json, Place, Reading, Score, cents, mean_of
from tests.drill.feeds.oracle_tasks import LEAST, MEASURES, Asked
from tests.tasks.rectifications import oracle as of_cases

METRICS = Path(__file__).resolve().parents[3] / "services" / "metrics"
ISSUED, YEAR_END = date(2023, 4, 25), date(2023, 12, 31)
YEAR: Span = (date(2023, 1, 1), YEAR_END)
QUARTERS: Mapping[str, Span] = {
    "2023-Q1": (date(2023, 1, 1), date(2023, 3, 31)),
    "2023-Q2": (date(2023, 4, 1), date(2023, 6, 30)),
    "2023-Q3": (date(2023, 7, 1), date(2023, 9, 30)),
    "2023-Q4": (date(2023, 10, 1), YEAR_END),
}
SPANS: Mapping[str, Span] = {**QUARTERS, "2023": YEAR}
FEWEST = {"services": 5, "ratings": 30, "orders": 30, "rectifications": 1}  # As the rules are shipped.
OF_FEEDS = ("services.on_time", "ratings.satisfaction", "ratings.activity")


class Planted(NamedTuple):
    """The planted cases: what people did with each, ids of ratings, and codes of the units that they name."""

    deeds: Mapping[str, list[tuple[datetime, str, str, str]]]
    ids: Any
    codes: Mapping[str, str]


@dataclass
class Told:
    """What had been told by an instant, and what follows from it.

    Attributes:
        now: Shanghai instant.
        units: Ids of units by their codes.
        categories: Who answers for a category of orders.
        events: Those of supervision in the archive.
        names: Of units by their ids.
    """

    raw: Path
    now: datetime
    units: Mapping[str, str]
    categories: Mapping[str, str]
    planted: Planted
    events: list[oracle_tasks.Event] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)
    _figures: dict[Question, dict[tuple[str, str], list[Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the raw input up to the instant."""
        known = {
            name: [one for one in deeds if one[0] <= self.now] for name, deeds in self.planted.deeds.items()
        }
        self._deeds = {name: deeds for name, deeds in known.items() if deeds}
        fallen = {
            f"planted.{name}.{number}"
            for name, deeds in self._deeds.items()
            for number in ("1", "1.2")
            if not of_cases.expect(self.planted.ids(name), deeds)["stands"]
        }
        questions = [Question(rate, "unit", span) for rate in OF_FEEDS for span in SPANS.values()]
        self.orders = Orders(self.categories, self.now)
        self.oracle = Oracle(self.now, self.units, questions, frozenset(fallen))
        with self.raw.open(encoding="utf-8") as lines:
            self.oracle.read(self._of_feeds(lines))
        self._figures |= self.oracle.figures

    def _of_feeds(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"]).replace(tzinfo=None)
            if at > self.now:
                continue
            if "order_no" in said["record"]:
                self.orders.take(said["record"], at)
            else:
                yield line

    def rate(self, rate: str, span: Span, unit: str | None) -> Reading:
        """Count a rate of a unit, or of all, in a span."""
        question = Question(rate, "unit", span)
        if question not in self._figures:
            self._figures[question] = self._of_cases(question)
        groups = [row for (one, _), row in self._figures[question].items() if unit in {None, one}]
        numerator, denominator = (sum(row[place] for row in groups) for place in (0, 1))
        reasons = {reason for row in groups for reason in row[2]}
        left_out = {reason: sum(row[2].get(reason, 0) for row in groups) for reason in reasons}
        return share(numerator, denominator, FEWEST[rate.partition(".")[0]], left_out)

    def _of_cases(self, question: Question) -> dict[tuple[str, str], list[Any]]:
        if question.rate.startswith("orders."):
            return self.orders.answer(question)
        bulk = [one for rating, one in self.oracle.bad.items() if not rating.startswith("planted.")]
        planted = of_planted(self._deeds, self.planted.ids, self.planted.codes, self.units)
        return rectified([*of_bulk(bulk, self.units), *planted], question, self.now)

    @cached_property
    def tasks(self) -> list[oracle_tasks.Task]:
        """Where every task stands."""
        found = oracle_tasks.found_by_ledger(self.events, self.now, self.names)
        return [*oracle_tasks.play(self.now).values(), *found.values()]

    def of_tasks(
        self, measure: str, asked: Asked, without: Iterable[str] = (), least: int = LEAST
    ) -> Reading:
        """Count a measure of tasks."""
        found = oracle_tasks.count(measure, self.tasks, asked, without)
        if measure in {"tasks.overdue", "tasks.late", "tasks.returned", "tasks.extended"}:
            return Reading(found.numerator * 100, found.numerator, found.denominator, found.left_out)
        return share(found.numerator, found.denominator, least, found.left_out)


def share(numerator: int, denominator: int, least: int, left_out: Mapping[str, int]) -> Reading:
    """Give a share in hundredths of a per cent, cut; none where that would rest on too little."""
    value = numerator * 10_000 // denominator if denominator >= least else None
    return Reading(
        value, numerator, denominator, {reason: count for reason, count in left_out.items() if count}
    )


@cache
def shipped() -> Json:
    """Read the scheme that ships."""
    path = METRICS / "assessment" / "schemes" / "three_years.json"
    found: Json = json.loads(path.read_text("utf-8"))
    return found


@dataclass
class Assessment:
    """The scores of the year.

    Attributes:
        told: What had been told when the periods were closed.
        bodies: Name and kind of each unit, by its id.
        tasks: What the catalogue calls a task, by its id in the ledger.
        judged: Day, judge, unit and points of observation days.
        exempted: By unit the subjects that exemptions took out.
    """

    told: Told
    bodies: Mapping[str, tuple[str, str]]
    tasks: Mapping[str, str]
    judged: list[tuple[date, str, str, str]]
    exempted: Mapping[str, Mapping[str, str]]

    def scores(
        self, scheme: Json, label: str, without: Mapping[tuple[str, str], str] | None = None
    ) -> dict[str, Score]:
        """Score everybody; `without` is what an upheld appeal took out of a unit's line."""
        found = {}
        for unit, (name, kind) in self.bodies.items():
            class_code = oracle_scores.class_of(scheme, name, kind)
            if class_code is not None:
                lines = [*scheme["parts"], *scheme.get("cases", ())]
                readings = {
                    line["code"]: self._reading(line, unit, label, (without or {}).get((unit, line["code"])))
                    for line in lines
                }
                found[unit] = oracle_scores.score(scheme, readings, class_code)
        return found

    def _reading(self, line: Json, unit: str, label: str, upheld: str | None) -> Reading:
        kind = line.get("source", {}).get("kind", "measure")
        if kind == "observation":
            return self._observed(line["source"], unit, SPANS[label])
        if kind == "quarters":
            return self._quarters(line["source"], unit)
        deducts = "points" in line and Fraction(line["points"]) < 0
        subjects = [*self.exempted.get(unit, ())] if deducts else []
        subjects += [upheld] if upheld else []
        measure, (first, last) = line.get("measure") or line["source"]["measure"], SPANS[label]
        if measure not in MEASURES:
            return self.told.rate(measure, (first, last), unit)
        asked = Asked(self.told.now, self.bodies[unit][0], None, first, last)
        least = 1 if measure.startswith("goals.") else LEAST
        return self.told.of_tasks(measure, asked, [self.tasks.get(one, one) for one in subjects], least)

    def _observed(self, source: Json, unit: str, span: Span) -> Reading:
        points = [
            Fraction(one) for day, _, who, one in self.judged if who == unit and span[0] <= day <= span[1]
        ]
        enough = len(points) >= source["judges"]
        cut = 2 * source["trimmed"] if enough else 0
        value = mean_of(points, source["trimmed"]) if enough else None
        return Reading(value, len(points) - cut, len(points), {"trimmed": cut} if cut else {})

    def _quarters(self, source: Json, unit: str) -> Reading:
        scores = [self.quarters[label].get(unit) for label in QUARTERS]
        percents = [Fraction(one.percent, 100) for one in scores if one and one.percent is not None]
        value = mean_of(percents, 0) if len(percents) >= source["quarters"] else None
        return Reading(value, len(percents), len(percents), {})

    @cached_property
    def quarters(self) -> dict[str, dict[str, Score]]:
        """The scores of the quarters under the scheme that ships."""
        return {label: self.scores(shipped(), label) for label in QUARTERS}


def lists(scores: Mapping[str, Score]) -> dict[str, list[str]]:
    """Draw all lists of the scheme that ships."""
    ranked = oracle_scores.places(shipped(), scores)
    return {rule["code"]: oracle_scores.listed(rule, scores, ranked) for rule in shipped()["lists"]}


class Stands(NamedTuple):
    """What an indicator stands at: the present value and what was counted, its state, and the value to be expected."""

    value: float | None
    why: str
    counted: tuple[int, int, dict[str, int]] | None
    state: str
    expected: float | None


def indicators(told: Told, plans: Mapping[str, str]) -> dict[tuple[str, str, str], Stands]:
    """Say what every measured indicator stands at, by kind, plan (or code of the frame) and name (or day of a goal)."""
    found = {}
    for row in json.loads((METRICS / "indicators" / "frame.json").read_text("utf-8")):
        own = [plan for plan, id_ in plans.items() if id_ in row["plans"]]
        if own:
            reading = _sum(
                told.of_tasks("tasks.completed", Asked(told.now, plan=plan), least=0) for plan in own
            )
            found["frame", row["code"], row["name"]] = _stands(
                told, reading, (">=", 100), YEAR_END, paced=True
            )
    for goal in ledger.rows("milestones"):
        due = date.fromisoformat(goal["deadline"])
        asked = Asked(told.now, plan=goal["plan_id"], last=due)
        reading = told.of_tasks("goals.progress", asked, least=1)
        wanted = goal["operator"], goal["value"]
        found["goal", goal["plan_id"], goal["deadline"]] = _stands(told, reading, wanted, due, paced=True)
    bound = json.loads((METRICS / "indicators" / "bindings.json").read_text("utf-8"))
    measures = {
        (name, unit): row["measure"] for row in bound for name in row["names"] for unit in row["units"]
    }
    for one in ledger.rows("targets"):
        measure = measures.get((one["name"], one["unit"]), "")
        if measure:
            ends = date.fromisoformat(one.get("deadline") or YEAR_END.isoformat())
            reading = told.rate(measure, (YEAR[0], ends), None)
            wanted = one["operator"], one["value"]
            found["target", one["plan_id"], one["name"]] = _stands(told, reading, wanted, ends, paced=False)
    return found


def _sum(readings: Iterable[Reading]) -> Reading:
    every = list(readings)
    reasons = {reason for one in every for reason in one.left_out}
    left_out = {reason: sum(one.left_out.get(reason, 0) for one in every) for reason in reasons}
    return share(sum(one.numerator for one in every), sum(one.denominator for one in every), LEAST, left_out)


def _stands(told: Told, reading: Reading, wanted: tuple[str, float], ends: date, *, paced: bool) -> Stands:
    why = "已测量" if reading.value is not None else "样本不足" if reading.denominator else "没有数据"
    counted = reading.numerator, reading.denominator, dict(reading.left_out)
    if reading.value is None:
        return Stands(None, why, counted, "unknown", None)
    today, expected = told.now.date(), None
    if paced and ISSUED < today <= ends:  # As much a day as so far, and no more than everything.
        days = Fraction((ends - ISSUED).days, (today - ISSUED).days)
        expected = min(cents(Fraction(reading.value, 100) * days), 10_000)
    return Stands(
        reading.value / 100,
        why,
        counted,
        _state(reading.value, expected, wanted, today > ends),
        None if expected is None else expected / 100,
    )


def _state(value: int, expected: int | None, wanted: tuple[str, float], is_over: bool) -> str:  # noqa: FBT001 - one of three facts.
    def meets(found: int) -> bool:
        aim = Fraction(str(wanted[1])) * 100
        return {">=": found >= aim, "<=": found <= aim, "==": found == aim}[wanted[0]]

    if meets(value):
        return "met"
    if is_over:
        return "missed"
    return "on_course" if expected is not None and meets(expected) else "at_risk"


def placed(scheme: Json, scores: Mapping[str, Score]) -> dict[str, Place]:
    """Rank everybody."""
    return oracle_scores.places(scheme, scores)
