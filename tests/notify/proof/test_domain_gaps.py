"""A planned rung without a notice is explained, or it is a gap."""

from datetime import date, datetime, timedelta

import pytest

from services.notify.domain import rungs
from services.notify.proof.domain import Downtime
from services.notify.proof.domain_gaps import Decided, Gap, Key, Planned, Records, Why, find_gaps, planned_in
from services.notify.proof.domain_history import Era, History, Roles
from shared.clock import end_of_day
from shared.workdays import WorkCalendar
from tests.notify.made import JUNE_30, at, rule

DUE = end_of_day(JUNE_30)
PLANNED = at(date(2023, 6, 27))
LATER = at(date(2023, 6, 29))
KEY = Key("finish", DUE, "warned", -3, 1)
MINUTE = timedelta(minutes=1)


def era(until: datetime | None = None) -> Era:
    return Era("finish", DUE, at(date(2023, 6, 1)), until)


def records(
    *decided: Decided, roles: Roles = (), down: tuple[Downtime, ...] = (), now: datetime = LATER
) -> Records:
    history = History(roles=((at(date(2023, 6, 1)), roles),) if roles else ())
    return Records(decided, history, down, frozenset({"all"}), now)


def gaps(found: Records, one: Era | None = None, roles: frozenset[str] = frozenset({"lead"})) -> list[Gap]:
    return find_gaps(one or era(), [Planned(KEY, PLANNED, roles)], found)


def test_a_rung_that_was_decided_for_all_whom_it_tells_is_no_gap() -> None:
    roles = (("u1", "lead"), ("u2", "cooperating"), ("all", "lead"))

    assert gaps(records(Decided(KEY, "u1", PLANNED), roles=roles)) == []


def test_a_unit_that_was_left_out_is_a_gap() -> None:
    [gap] = gaps(records(Decided(KEY, "u1", PLANNED), roles=(("u1", "lead"), ("u2", "lead"))))

    assert (gap.unit, gap.why) == ("u2", Why.UNEXPLAINED)


DOWN = Downtime(PLANNED - MINUTE, PLANNED + 30 * MINUTE)


@pytest.mark.parametrize(
    ("found", "one", "why"),
    [
        (records(), era(), Why.UNEXPLAINED),
        (records(now=PLANNED + MINUTE), era(), Why.PENDING),
        (records(), era(PLANNED + MINUTE), Why.OVERTAKEN),
        (records(down=(DOWN,)), era(PLANNED + 20 * MINUTE), Why.DOWN),
        (
            records(down=(DOWN,)),
            era(LATER),
            Why.UNEXPLAINED,
        ),  # It was up again long before the clock stopped.
    ],
)
def test_a_rung_that_nobody_was_told_has_a_reason_or_none(found: Records, one: Era, why: Why) -> None:
    [gap] = gaps(found, one)

    assert (gap.why, gap.down) == (why, DOWN if why is Why.DOWN else None)


def test_the_rungs_of_an_era_are_those_between_its_beginning_and_its_end_or_now() -> None:
    every = rungs(DUE, rule(), WorkCalendar())
    short = era(at(date(2023, 6, 28)))

    planned = [one.key.offset_days for one in planned_in(era(), every, now=at(JUNE_30))]
    cut = planned_in(short, rungs(DUE, rule(), WorkCalendar()), now=at(JUNE_30))

    assert planned == [-7, -3, 0]  # Thirty days before, the clock was not known.
    assert [one.key.offset_days for one in cut] == [-7, -3]
    assert cut[0].roles == {"lead", "responsible"}
