"""Orders counted for a summary: by unit, on the days of the span alone, and what is open as of the instant."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from services.metrics.rates.domain import RuleInForce
from services.metrics.rates.facts_orders import OrderFacts, Repeats
from services.metrics.rates.functions import rule_of_file
from services.metrics.summaries.domain import Span, rate_figure, summary_rules
from services.metrics.summaries.domain_orders import FINISHED, RATED, RETURNED, Open, Tally, near_of
from shared.clock import at_local
from tests.metrics.summaries.test_domain import JUNE_19, TODAY, WEEK_BEFORE, came

AT = at_local(TODAY, 8, 30)
HOUR = timedelta(hours=1)
RULES = {rate: RuleInForce(rule_of_file(rate)) for rate in (FINISHED, RATED, RETURNED)}


def step(sequence: int, at: datetime = AT - 20 * HOUR, **more: object) -> SimpleNamespace:
    said: dict[str, object] = {
        "sequence": sequence,
        "at": at,
        "kind": "",
        "holds": False,
        "word": "",
        "level": None,
        "hop": 1,
    }
    return SimpleNamespace(**said | {"unit_id": "c1", "due_at": AT - HOUR, "by": ""} | more)


def order(number: int = 1, /, **steps: SimpleNamespace) -> OrderFacts:
    return OrderFacts(came(number), {kind: [one] for kind, one in steps.items()})


def counted(*orders: OrderFacts, span: Span = JUNE_19) -> Tally:
    found = Tally(RULES, {"c1": "u1"}, AT, summary_rules().hotline.bad_levels)
    found.add(orders, Repeats(()), span)
    found.judge()
    return found


def open_of(*orders: OrderFacts) -> tuple[dict[str, int], dict[str, int]]:
    found, near = Open(), near_of(summary_rules().hotline)
    for one in orders:
        found.add(one, counted(), RULES[FINISHED], near)
    return dict(+found.overdue), dict(+found.near_due)


def test_an_order_counts_for_the_unit_that_has_it_on_the_day_of_its_fact() -> None:
    dispatched, answered = step(1), step(2)

    found = counted(order(dispatched=dispatched, answered=answered), order(2, dispatched=dispatched))

    figure = found.of_unit(FINISHED, "u1")
    assert (figure.numerator, figure.denominator, found.seen()) == (1, 2, {"u1"})
    assert found.whole(RETURNED).denominator == 2
    assert found.of_unit(FINISHED, "u9").denominator == 0
    assert counted(order(dispatched=dispatched), span=WEEK_BEFORE).seen() == set()


def test_a_bad_rating_counts_for_its_unit_unless_the_order_is_left_out() -> None:
    visited = {"dispatched": step(1), "visited": step(2, kind="visited", holds=True, level=1)}
    excluded = step(3, holds=True, by="王局")
    fair = {"dispatched": step(1), "visited": step(2, kind="visited", holds=True, level=3)}

    found = counted(order(**visited), order(2, **visited, excluded=excluded), order(3, **fair))

    assert (dict(found.bad), found.whole(RATED).denominator) == ({"u1": 1}, 2)


def test_an_open_order_is_overdue_near_its_limit_or_neither() -> None:
    due = {"late": AT - HOUR, "near": AT + 24 * HOUR, "far": AT + 25 * HOUR}
    orders = [order(n, dispatched=step(1, due_at=at)) for n, at in enumerate(due.values(), 1)]

    assert open_of(*orders) == ({"u1": 1}, {"u1": 1})


def test_what_is_answered_or_owes_nothing_is_not_open() -> None:
    taken_back = order(dispatched=step(1), recalled=step(2))

    assert open_of(order(dispatched=step(1), answered=step(2)), taken_back) == ({}, {})


def test_a_span_is_cut_into_windows_that_have_every_day_once() -> None:
    firsts_and_lasts = [(one.first.day, one.last.day) for one in WEEK_BEFORE.windows(3)]

    assert firsts_and_lasts == [(12, 14), (15, 17), (18, 18)]


def test_a_rate_says_why_it_has_no_value() -> None:
    whole = rate_figure(counted(order(dispatched=step(1))).whole(FINISHED))
    nothing = rate_figure(counted().whole(FINISHED))

    assert (whole.denominator, whole.value, whole.why, whole.version) == (1, None, "insufficient", 1)
    assert nothing.why == "nothing"
