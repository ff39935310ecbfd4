"""Holding a survey: steps, tokens that count once, batches, groups that are too small, keys; on both databases."""

import asyncio
from random import SystemRandom
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from services.metrics.models import SurveyEnvelopeRow, SurveyGroupRow, SurveySlipRow, SurveyTokenRow
from services.metrics.surveys import repository, service, service_answers
from services.metrics.surveys.sealing import Sealer
from services.metrics.surveys.service import Asked
from shared.database import Database, SyncTx
from shared.errors import Conflict, DubanError, Invalid, NotFound
from shared.events.assessment import SurveyClosed, SurveyGroup
from shared.testing import FakeClock, published
from tests.metrics.assessment.faked import Inline, add_units
from tests.metrics.surveys.made import AFTER, CLOSES, KEY, OTHER_KEY, SURVEY, means, opened, sheet

ASKED = Asked(SURVEY, "s1")
CELLS = {"0-0": 1, "1-0": 5, "2-1": 3}


async def hand_in(db: Database, token: str, cells: dict[str, int] | None = None, key: str = KEY) -> None:
    """Answer as the route does, but where coverage is traced."""
    tools = Sealer(key), SystemRandom()
    await Inline(db).run_sync(lambda tx: service_answers.answer(tx, token, cells or CELLS, tools))


async def close(db: Database, key: str = KEY) -> None:
    await Inline(db).run_sync(lambda tx: service.close(tx, ASKED, means(key)))


def numbers(connection: Connection, group: str = "peers") -> dict[str, int]:
    row = repository.groups(connection, SURVEY)[group]
    return {name: getattr(row, name) for name in ("invited", "answered", "counted", "unread", "spoilt")}


async def look(db: Database, group: str = "peers") -> tuple[dict[str, int], int, int]:
    """Give the numbers of a group, how many envelopes wait and how many slips there are."""

    def work(connection: Connection) -> tuple[dict[str, int], int, int]:
        slips = connection.execute(select(SurveySlipRow.slip_key).where(SurveySlipRow.group_code == group))
        return numbers(connection, group), repository.waiting(connection, SURVEY, group), len(slips.all())

    return await db.look(work)


async def code_of(work: Any) -> str:  # noqa: ANN401 - anything to await.
    with pytest.raises(DubanError) as refused:
        await work
    return refused.value.code


async def test_a_token_counts_once(db: Database) -> None:
    tokens = (await opened(db))["peers"]
    await hand_in(db, tokens[0])

    again = await code_of(hand_in(db, tokens[0].lower()))

    found, waiting, slips = await look(db)
    assert (again, waiting, slips) == ("survey.spent", 1, 0)
    assert found["counted"] == 0


async def test_of_two_who_use_one_token_at_once_one_is_counted(db: Database) -> None:
    tokens = (await opened(db))["peers"]

    def work(tx: SyncTx) -> None:
        service_answers.answer(tx, tokens[0], CELLS, (Sealer(KEY), SystemRandom()))

    said = await asyncio.gather(*(db.run_sync(work) for _ in range(4)), return_exceptions=True)

    refused = [one.code for one in said if isinstance(one, DubanError)]
    assert (refused, said.count(None), (await look(db))[1]) == (["survey.spent"] * 3, 1, 1)


async def test_sheets_leave_when_twice_the_minimum_waits_and_as_many_stay(db: Database) -> None:
    tokens = (await opened(db))["peers"]
    for token in tokens[:9]:
        await hand_in(db, token)
    before = await look(db)

    await hand_in(db, tokens[9])

    found, waiting, slips = await look(db)
    assert (before[1], before[2]) == (9, 0)
    assert (found["counted"], waiting, slips) == (5, 5, 15)


async def test_closing_lets_the_rest_leave_and_forgets_the_tokens(db: Database) -> None:
    tokens = await opened(db)
    for token in [*tokens["peers"][:13], *tokens["firms"][:4]]:
        await hand_in(db, token)

    await close(db)

    assert await look(db) == ({"invited": 40, "answered": 13, "counted": 13, "unread": 0, "spoilt": 0}, 0, 39)
    few = {"invited": 5, "answered": 4, "counted": 0, "unread": 4, "spoilt": 0}
    assert await look(db, "firms") == (few, 0, 0)
    assert await db.look(lambda held: held.execute(select(SurveyTokenRow.spent)).all()) == []
    assert await code_of(hand_in(db, tokens["peers"][20])) == "survey.token"


async def test_what_was_told_has_numbers_alone(db: Database) -> None:
    tokens = await opened(db)
    for token in tokens["peers"][:6]:
        await hand_in(db, token)
    await close(db)

    told = await published(db)

    assert [one.type.split(".")[-2] for one in told] == ["invited", "invited", "opened", "closed"]
    assert isinstance(told[-1].data, SurveyClosed)
    peers = SurveyGroup(code="peers", invited=40, answered=6, counted=6, unread=0, spoilt=0)
    assert told[-1].data.groups[1] == peers


async def test_envelopes_that_were_changed_let_no_few_leave(file_db: Database) -> None:
    tokens = (await opened(file_db))["peers"]
    for token in tokens[:6]:
        await hand_in(file_db, token)
    await file_db.run_sync(_spoil_two)

    await close(file_db)

    found, waiting, slips = await look(file_db)
    assert (found["spoilt"], found["unread"], found["counted"]) == (2, 4, 0)
    assert (waiting, slips) == (0, 0)


def _spoil_two(tx: SyncTx) -> None:
    keys = tx.connection.scalars(select(SurveyEnvelopeRow.envelope_key).limit(2)).all()
    where = SurveyEnvelopeRow.envelope_key.in_(keys)
    tx.connection.execute(update(SurveyEnvelopeRow).where(where).values(sealed=b"x" * 34))


async def test_another_key_takes_no_answer_and_spends_no_token(file_db: Database) -> None:
    tokens = (await opened(file_db))["peers"]

    refused = await code_of(hand_in(file_db, tokens[0], key=OTHER_KEY))
    closing = await code_of(close(file_db, OTHER_KEY))
    await hand_in(file_db, tokens[0])

    assert (refused, closing, (await look(file_db))[1]) == ("survey.key_other", "survey.key_other", 1)


async def test_a_blank_sheet_spends_no_token(file_db: Database) -> None:
    tokens = (await opened(file_db))["peers"]

    refused = await code_of(hand_in(file_db, tokens[0], {"0-0": 0}))
    await hand_in(file_db, tokens[0])

    assert (refused, (await look(file_db))[1]) == ("survey.blank", 1)


async def test_a_survey_takes_answers_between_its_times(file_db: Database) -> None:
    tokens = (await opened(file_db))["peers"]
    assert isinstance(file_db.clock, FakeClock)
    file_db.clock.instant = CLOSES

    assert await code_of(hand_in(file_db, tokens[0])) == "survey.over"


async def test_no_token_is_made_once_people_answer(file_db: Database) -> None:
    await opened(file_db)

    def work(tx: SyncTx) -> None:
        service.invite(tx, ASKED, "peers", 1, SystemRandom())

    with pytest.raises(Conflict, match="进行中"):
        await Inline(file_db).run_sync(work)


async def test_a_survey_is_about_units_that_are_known_or_about_persons(file_db: Database) -> None:
    strange = [{"code": "u9", "name": "无此单位"}]
    await file_db.run_sync(lambda tx: add_units(tx.connection))

    def draw_up(tx: SyncTx, about: str) -> None:
        service.draw_up(tx, ASKED, sheet(subjects=strange, about=about), Sealer(KEY))

    with pytest.raises(Invalid, match="没有单位 u9"):
        await Inline(file_db).run_sync(lambda tx: draw_up(tx, "unit"))
    await Inline(file_db).run_sync(lambda tx: draw_up(tx, "person"))
    assert await code_of(
        Inline(file_db).run_sync(lambda tx: service.invite(tx, ASKED, "x", 1, SystemRandom()))
    ) == ("survey.group")


async def test_an_opened_survey_about_persons_names_none_of_them(file_db: Database) -> None:
    await opened(file_db, about="person", subjects=[{"code": "p1", "name": "局长"}])

    told = (await published(file_db))[-1]

    assert told.data.subjects == ()  # type: ignore[union-attr]  # It is a `SurveyOpened`.


async def test_without_a_key_there_is_no_survey(file_db: Database) -> None:
    await file_db.run_sync(lambda tx: add_units(tx.connection))

    drawing = Inline(file_db).run_sync(lambda tx: service.draw_up(tx, ASKED, sheet(), Sealer("")))

    assert await code_of(drawing) == "survey.no_key"


async def test_an_unknown_survey_is_named(file_db: Database) -> None:
    with pytest.raises(NotFound, match="没有测评 survey-1"):
        await close(file_db)
    with pytest.raises(NotFound, match="测评码无效"):
        await hand_in(file_db, "NO-SUCH-TOKEN")


async def test_looking_changes_nothing(file_db: Database) -> None:
    tokens = (await opened(file_db))["firms"]
    now = file_db.clock.now()

    shown = [
        await Inline(file_db).look(lambda held: service_answers.look(held, tokens[0], now)) for _ in range(2)
    ]

    assert [(one.group, one.invited) for one in shown] == [("firms", 5), ("firms", 5)]
    assert (await look(file_db, "firms"))[0]["answered"] == 0


def test_a_key_is_thirty_two_bytes() -> None:
    for wrong in ("x", "not base64!", "AAAA"):
        with pytest.raises(Invalid, match="DUBAN_SURVEY_KEY"):
            Sealer(wrong)


def test_a_seal_holds_for_its_survey_and_group_alone() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal("s1", "peers", b"12345")

    assert sealer.open("s1", "peers", sealed) == b"12345"
    assert [sealer.open(*of, sealed) for of in (("s1", "firms"), ("s2", "peers"))] == [None, None]
    assert sealer.open("s1", "peers", b"") is None
    assert Sealer(OTHER_KEY).open("s1", "peers", sealed) is None
    assert sealer.seal("s1", "peers", b"12345") != sealed


async def test_groups_are_counted_apart(file_db: Database) -> None:
    tokens = await opened(file_db, firms=20)
    for token in [*tokens["peers"][:9], *tokens["firms"][:9]]:
        await hand_in(file_db, token)

    rows = await file_db.look(lambda held: held.execute(select(SurveyGroupRow.counted)).scalars().all())
    assert list(rows) == [0, 0]
    assert file_db.clock.now() < AFTER
