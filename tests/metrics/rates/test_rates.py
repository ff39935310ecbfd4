"""Rates over the database: what corrects them later, what a rule of the place changes, what is not counted yet."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.metrics.domain import Standing
from services.metrics.rates import repository_services, service
from services.metrics.rates.questions import Question
from shared.clock import at_local
from shared.database import Database
from shared.errors import Invalid, Unavailable
from shared.events import supervision
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.rates import made
from tests.metrics.rates.made import A

HOUR = timedelta(hours=1)
UNIT = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(A, "old"))


async def satisfied(db: Database, **more: object) -> tuple[int, int]:
    whole = (await made.ask(db, "ratings.satisfaction", **more)).whole  # type: ignore[arg-type]
    return whole.numerator, whole.denominator


async def set_rule(db: Database, rate: str, **changes: object) -> None:
    async with db.transaction() as tx:
        await service.set_rule(tx, rate, changes, by="p9", why="本地规定")


async def test_a_verdict_weeks_later_takes_a_rating_out_and_an_appeal_brings_it_back(db: Database) -> None:
    ratings = [make.rating(number, level=1 if number == 0 else 5) for number in range(4)]
    await made.tell(db, *ratings)
    await made.roll_all(db)
    seen = [await satisfied(db)]

    await made.tell(db, made.judged("t", ratings[0].rating_id), time=NOW + 21 * DAY, first=100)
    seen.append(await satisfied(db))
    await made.tell(db, made.judged("t", ratings[0].rating_id, stands=True), time=NOW + 30 * DAY, first=101)
    seen.append(await satisfied(db))

    assert seen == [(3, 4), (3, 3), (3, 4)]


async def test_as_of_a_day_before_the_verdict_the_rating_counts(db: Database) -> None:
    await made.tell(db, make.rating(1, level=1))
    await made.tell(db, made.judged("t", make.rating(1).rating_id), time=NOW + 9 * DAY, first=100)

    assert await satisfied(db, now=NOW + 10 * DAY, as_of=NOW + 8 * DAY) == (0, 1)
    assert await satisfied(db, now=NOW + 10 * DAY, as_of=NOW + 9 * DAY) == (0, 0)
    assert await satisfied(db, now=NOW + 10 * DAY, as_of=NOW - DAY) == (0, 0)


async def test_an_exclusion_names_those_who_approved_it(db: Database) -> None:
    await made.tell(db, make.rating(1, level=1))
    await made.tell(db, made.judged("t", make.rating(1).rating_id), first=100)

    exclusion = (await made.ask(db, "ratings.satisfaction")).whole.exclusions["not_standing"]

    assert (exclusion.count, dict(exclusion.approved_by)) == (1, {"p1、p2": 1})


async def test_a_unit_is_asked_for_by_its_id_with_all_its_codes(db: Database) -> None:
    await make.tell(db, *make.told(UNIT))
    await made.tell(
        db, make.rating(1, unit_code=A), make.rating(2, unit_code="old"), make.rating(3, unit_code="B")
    )

    own = await made.ask(db, "ratings.satisfaction", unit="u1")

    assert made.shown(own) == {("u1", ""): (2, 2, {})}
    assert await satisfied(db, unit="B") == (1, 1)


async def test_a_rule_of_the_place_counts_from_when_it_was_set(db: Database) -> None:
    await made.tell(db, make.rating(1, level=3), time=NOW - DAY)
    await set_rule(db, "ratings.satisfaction", levels=[5, 4], minimum=1)

    now = await made.ask(db, "ratings.satisfaction")
    before = await made.ask(db, "ratings.satisfaction", as_of=NOW - HOUR)

    assert (now.whole.value, now.in_force.rule.version, now.in_force.set_by) == (Decimal(0), 2, "p9")
    assert (before.whole.numerator, before.in_force.rule.version) == (1, 1)


async def test_rules_are_kept_as_versions_and_none_takes_back_what_is_otherwise(db: Database) -> None:
    await set_rule(db, "ratings.satisfaction", levels=[5])
    await set_rule(db, "ratings.satisfaction")

    async with db.reading() as session:
        found = await (await session.connection()).run_sync(service.rule_history, "ratings.satisfaction")

    assert [(one.rule.version, one.rule.levels) for one in found] == [
        (3, (5, 4, 3)),
        (2, (5,)),
        (1, (5, 4, 3)),
    ]


async def test_the_share_of_services_that_were_rated(db: Database) -> None:
    await set_rule(db, "ratings.activity", denominator="services", minimum=1)
    done = [event for name in "abcd" for event in (made.accepted(name), made.completed(name))]
    ratings = [make.rating(1, unit_code=A), make.rating(2, unit_code=A, is_default=True)]
    await made.tell(db, *done, *ratings)

    answer = await made.ask(db, "ratings.activity")

    assert made.shown(answer) == {(A, ""): (1, 4, {"default": 1})}
    assert str(answer.whole.value) == "0.2500"


async def test_more_ratings_than_services_have_no_share(db: Database) -> None:
    await set_rule(db, "ratings.activity", denominator="services", minimum=1)
    await made.tell(db, made.accepted(), made.completed(), *(make.rating(n, unit_code=A) for n in range(3)))

    assert (await made.ask(db, "ratings.activity")).whole.standing is Standing.INCONSISTENT


async def test_channels_of_ratings_are_not_those_of_services(db: Database) -> None:
    await set_rule(db, "ratings.activity", denominator="services")

    with pytest.raises(Invalid) as refused:
        await made.ask(db, "ratings.activity", by="channel")

    assert refused.value.code == "rate.by"


async def test_a_service_is_overdue_from_the_day_after_its_last(db: Database) -> None:
    await made.tell(db, made.accepted(accepted_at=at_local(date(2023, 6, 12), 9)))  # Due on Monday the 19th.
    evening, morning = at_local(date(2023, 6, 19), 23, 59), at_local(date(2023, 6, 20))

    seen = [made.shown(await made.ask(db, "services.on_time", now=now)) for now in (evening, morning)]

    assert seen == [{(A, ""): (0, 0, {"not_due": 1})}, {(A, ""): (0, 1, {})}]


async def test_a_paused_service_is_left_out_while_it_is_paused(db: Database) -> None:
    begun = at_local(date(2023, 5, 8), 9)
    await made.tell(db, made.accepted(accepted_at=begun), made.paused(at=begun + DAY))
    seen = [made.shown(await made.ask(db, "services.on_time"))]
    await made.tell(db, made.resumed(at=begun + 2 * DAY), first=9)
    await made.roll_all(db)
    seen.append(made.shown(await made.ask(db, "services.on_time")))

    assert seen == [{(A, ""): (0, 0, {"paused": 1})}, {(A, ""): (0, 1, {})}]


async def test_a_revised_calendar_moves_what_ran_through_its_year(db: Database) -> None:
    await made.tell(db, made.accepted(accepted_at=at_local(date(2023, 6, 12), 9)))
    await made.roll_all(db)
    off = supervision.CalendarRevised(year=2023, days_off=(date(2023, 6, 19),))

    await make.tell(db, *make.told(off))

    assert made.shown(await made.ask(db, "services.on_time")) == {(A, ""): (0, 0, {"not_due": 1})}


async def test_a_step_before_the_acceptance_waits_for_it(db: Database) -> None:
    await made.tell(db, made.completed())
    await made.roll_all(db)
    assert made.shown(await made.ask(db, "services.on_time")) == {}

    await made.tell(db, made.accepted(), first=9)

    assert made.shown(await made.ask(db, "services.on_time")) == {(A, ""): (1, 1, {})}


async def test_an_acceptance_that_was_corrected_counts_where_it_belongs_and_as_of_then_where_it_was(
    db: Database,
) -> None:
    await made.tell(db, made.accepted(), made.completed(), time=NOW)
    await made.roll_all(db)
    await made.tell(db, made.accepted(unit_code="B"), time=NOW + DAY, first=9)
    later = NOW + 2 * DAY

    assert set(made.shown(await made.ask(db, "services.on_time", now=later))) == {("B", "")}
    assert set(made.shown(await made.ask(db, "services.on_time", now=later, as_of=NOW))) == {(A, "")}


async def test_while_too_much_is_still_to_be_counted_there_is_no_answer(db: Database) -> None:
    await made.tell(db, *(made.accepted(f"s{number}") for number in range(5)))
    question = Question("unit", NOW)

    async with db.reading() as session:
        connection = await session.connection()
        with pytest.raises(Unavailable):
            await connection.run_sync(
                lambda sync: repository_services.service_cells(
                    sync, question, lambda *at: ("", at[1]), most=4
                )
            )


async def test_a_reopened_rectification_is_owed_again(db: Database) -> None:
    await made.tell(db, make.rating(1, level=1))
    again = supervision.TaskReopened(task_id="t1", state="reopened")
    rating = make.rating(1).rating_id
    await made.tell(db, made.opened("t1", rating), made.rectified("t1", rating), again, first=100)

    assert (await made.ask(db, "rectifications.done")).whole.numerator == 0


async def test_a_rectification_is_due_when_its_clock_ran_out(db: Database) -> None:
    await made.tell(db, make.rating(1, level=1))
    clock = make.clock_started("t1", due_at=NOW, clock="rectify")
    await made.tell(db, made.opened("t1", make.rating(1).rating_id), clock, first=100)

    seen = [(await made.ask(db, "rectifications.on_time", now=now)).whole for now in (NOW, NOW + HOUR)]

    assert [(one.denominator, list(one.exclusions)) for one in seen] == [(0, ["not_due"]), (1, [])]


async def test_what_was_cancelled_is_owed_by_nobody(db: Database) -> None:
    await made.tell(db, make.rating(1, level=1))
    gone = supervision.TaskCancelled(task_id="t1", state="cancelled")
    await made.tell(db, made.opened("t1", make.rating(1).rating_id), gone, first=100)

    assert list((await made.ask(db, "rectifications.done")).whole.exclusions) == ["cancelled"]


async def test_an_instant_after_now_cannot_be_asked_for(db: Database) -> None:
    with pytest.raises(Invalid):
        await made.ask(db, "ratings.satisfaction", as_of=NOW + DAY)
