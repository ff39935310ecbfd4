"""Turns the facts into Prometheus families: ids are labels, names stand in info metrics.

Invariant: never more than `limit` series; what is over is left out, the small families last of all, and counted in
`duban_series_dropped`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.metrics import domain
from services.metrics.indicators.domain import Standing
from services.metrics.service import Picture

SERIES_LIMIT = 2_900  # Of 3,000 a service; the bus and the build have the rest.
YI = 100_000_000  # Yuan in one 亿元.
OWING = frozenset({"lead", "responsible"})  # Roles on a task; cooperating units are informed.
INDICATOR = ("indicator", "kind", "plan", "frame", "name", "unit")
Labels = tuple[str, ...]
Sample = tuple[Labels, float]


class FactsCollector(Collector):
    """What Prometheus reads: the families of the last picture, or only that there is none."""

    def __init__(self, *, limit: int = SERIES_LIMIT) -> None:
        self._limit = limit
        self._families: list[Metric] = [_readable(good=False)]

    def show(self, picture: Picture | None) -> None:
        """Show a new picture; None means that the facts can't be read now, and old ones would mislead."""
        if picture is None:
            self._families = [_readable(good=False)]
        else:
            self._families = [_readable(good=True), *bounded(families(picture), limit=self._limit)]

    def collect(self) -> Iterator[Metric]:
        """Give the families."""
        yield from self._families


def bounded(found: Iterable[Metric], *, limit: int) -> list[Metric]:
    """Keep the first `limit` series of `found` and add how many were left out."""
    kept: list[Metric] = []
    left, dropped = limit, 0
    for family in found:
        dropped += max(len(family.samples) - left, 0)
        family.samples = family.samples[:left]
        left -= len(family.samples)
        kept.append(family)
    text = "Series left out because there were more than the limit."
    return [*kept, GaugeMetricFamily("duban_series_dropped", text, value=dropped)]


def families(picture: Picture) -> list[Metric]:
    """Write all families of `picture`, those with few series first."""
    return [
        *_about(picture),
        *_about_tasks(picture),
        *_about_goals(picture),
        *_about_indicators(picture),
        _scores(picture),
        _measures(picture),
        *_about_projects(picture),
        _extensions(picture),
        _lights(picture),
        *_about_feeds(picture),
        *_about_orders(picture),
        _parts(picture),
        *_about_ratings(picture),
    ]


def _about(picture: Picture) -> list[Metric]:
    as_of = "Business time of the facts; in a drill it is not the real time."
    return [
        GaugeMetricFamily("duban_business_time_timestamp_seconds", as_of, value=picture.as_of.timestamp()),
        _info(
            "duban_plan",
            "Titles of the plans.",
            ("plan", "title"),
            [(p.plan_id, p.title) for p in picture.plans],
        ),
        _info(
            "duban_unit",
            "Names of the units, by their ids and by the credit codes that feeds name them by.",
            ("unit", "name"),
            sorted({unit.unit_id: unit.name for unit in picture.units}.items() | dict(picture.coded).items()),
        ),
    ]


def _about_tasks(picture: Picture) -> list[Metric]:
    now, plans = picture.as_of, domain.by_plan(picture.tasks)
    states = Counter[Labels]()
    for cell in picture.tasks:
        states[cell.plan, cell.state] += cell.count
    due = {plan: domain.due_soon(cells, now=now) for plan, cells in plans.items()}
    overdue = {plan: domain.overdue(cells, now=now) for plan, cells in plans.items()}
    ratios = {plan: domain.on_time(cells, as_of=now).value for plan, cells in plans.items()}
    return [
        _gauge("duban_tasks", "Tasks by plan and state.", ("plan", "state"), sorted(states.items())),
        _gauge("duban_tasks_due", "Open tasks that come due within 7 days.", ("plan",), _keyed(due)),
        _gauge("duban_tasks_overdue", "Open tasks past their due instant.", ("plan",), _keyed(overdue)),
        _gauge(
            "duban_tasks_on_time_ratio",
            "Tasks done by their due instant, by those that were due or are done; absent below 5 tasks.",
            ("plan",),
            _keyed(ratios),
        ),
    ]


def _about_goals(picture: Picture) -> list[Metric]:
    labels, now = ("plan", "goal"), picture.as_of
    ratios = [((goal.plan, goal.goal), domain.goal_progress(goal, as_of=now).value) for goal in picture.goals]
    wanted = [((goal.plan, goal.goal), goal.value / 100) for goal in picture.goals]
    due = [((goal.plan, goal.goal), goal.due_at.timestamp()) for goal in picture.goals if goal.due_at]
    text = "Tasks in scope done by the stage goal's date, by all in scope."
    until = "The last second of the stage goal's day, in business time."
    return [
        _gauge("duban_stage_goal_ratio", text, labels, _present(ratios)),
        _gauge("duban_stage_goal_target_ratio", "What the stage goal asks for.", labels, wanted),
        _gauge("duban_stage_goal_due_timestamp_seconds", until, labels, due),
    ]


def _about_indicators(picture: Picture) -> list[Metric]:
    found = [(one.indicator.indicator_id, one) for one in picture.indicators]
    named = [(name, *_said_of(one)) for name, one in found]
    wanted = [((name, one.indicator.operator), one.indicator.value) for name, one in found]
    present = [((name,), one.present) for name, one in found]
    states = [((name, one.state.value), 1.0) for name, one in found]
    text = "Present value of an indicator in its own unit; absent where nothing is measured or reported."
    about = "State of an indicator: met, on_course, at_risk, missed, unreported or unknown; 1 for the one it is in."
    return [
        _info("duban_indicator", "Names of the indicators.", INDICATOR, named),
        _gauge(
            "duban_indicator_target",
            "Value that an indicator asks for.",
            ("indicator", "operator"),
            _present(wanted),
        ),
        _gauge("duban_indicator_value", text, ("indicator",), _present(present)),
        _gauge("duban_indicator_state", about, ("indicator", "state"), states),
    ]


def _said_of(one: Standing) -> Labels:
    about = one.indicator
    return about.kind, about.plans[0] if about.plans else "", about.frame, about.name, about.unit


def _scores(picture: Picture) -> Metric:
    found = [((one.unit_id, one.period), one.percent) for one in picture.scores]
    text = "Points out of a hundred in the two closed or final periods that ended last; absent where there is no score."
    return _gauge("duban_assessment_score", text, ("unit", "period"), _present(found))


def _measures(picture: Picture) -> Metric:
    counts = [((measure, state), count) for measure, state, count in picture.measures]
    text = "Measures by what they are (urge, talk, circular, plate) and where they stand."
    return _gauge("duban_measures", text, ("measure", "state"), counts)


def _about_projects(picture: Picture) -> list[Metric]:
    counts = [((stage, node), count) for stage, node, count in picture.projects]
    kinds = zip(("total", "annual", "completed"), picture.investment or (), strict=False)
    sums = [((kind,), round(amount * YI)) for kind, amount in kinds]
    text = "Investment of the key projects with a plan for this year: total, planned and completed in it."
    return [
        _gauge("duban_projects", "Key projects by batch and last node.", ("stage", "node"), counts),
        _gauge("duban_project_investment_yuan", text, ("kind",), sums),
    ]


def _extensions(picture: Picture) -> Metric:
    counts = [((plan, decision), count) for plan, decision, count in picture.extensions]
    text = "Extensions of the date of tasks by what was decided: asked, granted, refused, withdrawn, void."
    return _gauge("duban_task_extensions", text, ("plan", "decision"), counts)


def _parts(picture: Picture) -> Metric:
    counts = [((unit, state), count) for unit, state, count in picture.parts]
    return _gauge("duban_parts", "Parts of units in open tasks by state.", ("unit", "state"), counts)


def _lights(picture: Picture) -> Metric:
    counts = Counter[Labels]()
    for unit, role, light, count in picture.lights:
        counts[unit, light] += count if role in OWING else 0
    text = "Tasks that a unit leads or is responsible for, by their light."
    return _gauge("duban_tasks_by_unit", text, ("unit", "light"), sorted((+counts).items()))


def _about_feeds(picture: Picture) -> list[Metric]:
    watched = picture.watched
    ratio = "Services done within their limit, by those done or past it this year; absent below the minimum."
    overdue = "Rectifications of bad ratings past their limit."
    open_ones = "Rectifications of bad ratings that stand and are not closed."
    return [
        _gauge("duban_services_on_time_ratio", ratio, ("unit",), _keyed(watched.on_time)),
        _gauge(
            "duban_services_overdue", "Services open past their limit.", ("unit",), _keyed(watched.overdue)
        ),
        _gauge("duban_rectifications_open", open_ones, ("unit",), _keyed(watched.open_rectifications)),
        _gauge("duban_rectifications_overdue", overdue, ("unit",), _keyed(watched.overdue_rectifications)),
    ]


def _about_orders(picture: Picture) -> list[Metric]:
    waiting, late = domain.open_orders(picture.orders), domain.open_orders(picture.orders, past=True)
    text = "Hotline orders of a unit that are not answered."
    return [
        _gauge("duban_orders_open", text, ("unit",), _keyed(waiting)),
        _gauge("duban_orders_overdue", "Those of them past their limit.", ("unit",), _keyed(late)),
    ]


def _about_ratings(picture: Picture) -> list[Metric]:
    units, channels, defaults = Counter[Labels](), Counter[Labels](), Counter[Labels]()
    for cell in picture.ratings:
        units[cell.unit_code, str(cell.level)] += cell.count
        channels[cell.channel, str(cell.level)] += cell.count
        defaults[(cell.unit_code,)] += cell.count if cell.is_default else 0
    return [
        _gauge(
            "duban_ratings_satisfaction_ratio",
            "Satisfied ratings by all that count, by the rule in force; absent below its minimum.",
            ("unit",),
            _keyed(picture.rated.satisfaction),
        ),
        _counter(
            "duban_ratings_default",
            "Default ratings, given by nobody; they are in duban_ratings_total too.",
            ("unit",),
            defaults.items(),
        ),
        _counter(
            "duban_ratings_by_channel",
            "The same ratings by the channel that they were given in.",
            ("channel", "level"),
            channels.most_common(),
        ),
        _counter(
            "duban_ratings",
            "Ratings, each counted once; level 5 is the best, 2 and 1 are bad.",
            ("unit", "level"),
            units.most_common(),
        ),
    ]


def _readable(*, good: bool) -> Metric:
    return GaugeMetricFamily(
        "duban_facts_readable", "Whether the facts could be read (1) or not (0).", value=good
    )


def _keyed(values: Mapping[str, float | Decimal | None]) -> list[Sample]:
    return _present(((key,), value) for key, value in sorted(values.items()))


def _present(values: Iterable[tuple[Labels, float | Decimal | None]]) -> list[Sample]:
    return [(labels, float(value)) for labels, value in values if value is not None]


def _gauge(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _counter(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _info(name: str, text: str, labels: Sequence[str], rows: Iterable[Labels]) -> Metric:
    family = InfoMetricFamily(name, text, labels=labels)
    for values in rows:
        family.add_metric(values, {})
    return family
