"""`survey.satisfaction`: what closed surveys say of a unit, of enough answers only, as of any instant."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection

from services.metrics.measuring import of_surveys, service
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.surveys import repository
from services.metrics.surveys.domain import Slip
from shared.clock import local_date
from shared.database import Database, SyncTx
from shared.testing import DRILL_START
from tests.metrics.assessment.faked import Inline
from tests.metrics.surveys.made import SURVEY, sheet

NOW = DRILL_START
ENDED = NOW - timedelta(days=2)
WITHIN = Scope(NOW, unit_id="u1", first=local_date(ENDED), last=local_date(NOW))


def closed(tx: SyncTx, counts: Mapping[tuple[str, str, str], Mapping[int, int]], about: str = "unit") -> None:
    """Keep a closed survey with slips: group, subject and question → value → how many."""
    content = sheet(about=about).model_dump(mode="json")
    values: dict[str, object] = {"survey_id": SURVEY, "content": content, "state": "closed", "seal": ""}
    values |= {"revision": 4, "created_at": ENDED, "created_by": "s1", "closed_at": ENDED, "closed_by": "s1"}
    repository.add(tx.connection, values, ["peers", "firms"])
    for (group, subject, question), said in counts.items():
        slips = {
            f"{group}-{subject}-{question}-{value}-{number}": Slip(subject, question, value)
            for value, count in said.items()
            for number in range(count)
        }
        repository.add_slips(tx.connection, SURVEY, group, slips)


SAID = {
    ("peers", "u1", "q1"): {1: 6, 2: 3, 5: 1},
    ("peers", "u1", "q2"): {1: 10},
    ("firms", "u1", "q1"): {5: 4},
    ("peers", "u2", "q1"): {5: 9},
}


async def measured(db: Database, scope: Scope) -> Measured:
    return await Inline(db).look(lambda held: service.measure(held, of_surveys.NAME, scope))


async def rows(db: Database, scope: Scope, part: str, after: str = "") -> list[MeasuredRow]:
    def work(held: Connection) -> list[MeasuredRow]:
        return list(service.rows_behind(held, of_surveys.NAME, scope, part=part, page=(after, 9)))  # type: ignore[arg-type]  # A part.

    return await Inline(db).look(work)


async def test_a_unit_gets_its_share_of_the_points_of_enough_answers(db: Database) -> None:
    await db.run_sync(lambda tx: closed(tx, SAID))

    found = await measured(db, WITHIN)

    # 6 × 5 + 3 × 4 + 1 of 10 × 5 points; four answers of a group are not enough.
    assert (found.value, found.numerator, found.denominator) == (Decimal("86.00"), 43, 10)
    assert (found.why, found.exclusions) == ("已测量", {"insufficient": 1})
    assert [(one.subject, one.stream, one.told_at) for one in await rows(db, WITHIN, "denominator")] == [
        (SURVEY, "assessment", ENDED)
    ]
    assert await rows(db, WITHIN, "numerator", after=SURVEY) == await rows(db, WITHIN, "excluded") == []


async def test_too_few_answers_and_none_have_no_value(file_db: Database) -> None:
    await file_db.run_sync(lambda tx: closed(tx, {("firms", "u1", "q1"): {5: 4}}))

    few, none = await measured(file_db, WITHIN), await measured(file_db, Scope(NOW, unit_id="u3"))

    assert (few.why, few.value, none.why, none.value) == ("样本不足", None, "没有数据", None)
    assert [one.reason for one in await rows(file_db, WITHIN, "excluded")] == ["insufficient"]


async def test_a_survey_counts_from_its_end_and_within_its_days(file_db: Database) -> None:
    await file_db.run_sync(lambda tx: closed(tx, SAID))

    before, day = Scope(ENDED - timedelta(seconds=1)), local_date(ENDED)
    late, early = Scope(NOW, first=day + timedelta(days=1)), Scope(NOW, last=day - timedelta(days=1))
    assert [(await measured(file_db, one)).denominator for one in (before, late, early)] == [0, 0, 0]
    assert (await measured(file_db, Scope(NOW))).denominator == 19


async def test_an_exempted_survey_is_left_out(file_db: Database) -> None:
    await file_db.run_sync(lambda tx: closed(tx, SAID))
    scope = Scope(NOW, unit_id="u1", left_out={SURVEY: "e1"})

    found = await measured(file_db, scope)

    assert (found.value, found.denominator, found.exclusions) == (None, 0, {"exempted": 10})
    assert [one.reason for one in await rows(file_db, scope, "excluded")] == ["exempted"]


async def test_a_survey_about_persons_scores_no_unit(file_db: Database) -> None:
    await file_db.run_sync(lambda tx: closed(tx, SAID, about="person"))

    assert (await measured(file_db, WITHIN)).why == "没有数据"
