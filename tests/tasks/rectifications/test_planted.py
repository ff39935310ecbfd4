"""58 planted cases with appeals, reopenings, a merger and holidays: the ledger makes of them what the oracle says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_extensions import Answer
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension
from services.tasks.rectifications.ruling import RulesOrder, set_rules
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder
from services.tasks.units.succession import apply_due, order_change
from shared.clock import local_date
from shared.errors import DubanError
from shared.events.rectifications import RectificationJudged, RectificationOpened
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.factories import A, B, C, head, unit_id
from tests.tasks.rectifications import made, oracle
from tests.tasks.rectifications.made import CODES, INSIDER, Desk

RAW = oracle.read(Path(__file__).with_name("planted.txt").read_text("utf-8"))
UNITS = {"A": A, "B": B, "C": C}
PERSONS = {one.id: one for one in (made.ANNA, made.BEN, made.CLEO, made.DORA, made.EMIL, INSIDER)}
STAGES = {"first_review": "first", "second_review": "second"}
REGIONS = {"": "610481", "6105": "610500"}


@dataclass
class Play:
    """The ledger that plays the list, deed by deed in the order of time."""

    desk: Desk
    tasks: dict[str, str]
    refused: dict[str, list[int]]

    async def deed(self, name: str, number: int, said: tuple[datetime, str, str, str]) -> None:
        at, word, argument, person = said
        self.desk.clock.instant = (at - timedelta(hours=8)).replace(tzinfo=UTC)
        if at.month == 7:
            async with self.desk.db.transaction() as tx:
                await apply_due(tx, entered_at=tx.now)
        try:
            await self._do(name, word, argument, PERSONS.get(person))
        except DubanError:
            self.refused[name].append(number)

    async def _do(self, name: str, word: str, argument: str, person: Actor | None) -> None:
        if word in {"rate", "again"}:
            self.tasks[name] = await self._rate(name, word, argument)
        elif word == "assign":
            units = (("lead", unit_id(UNITS[argument])),)
            await self.desk.move(Move.REASSIGN, self.tasks[name], units=units)
        elif word == "extend":
            await self._extend(self.tasks[name], date.fromisoformat(f"2023-{argument}"))
        else:
            await self._step(self.tasks[name], word, argument, person)

    async def _rate(self, name: str, word: str, argument: str) -> str:
        number = int(name[1:])
        if word == "again":
            return await self.desk.rate(
                rating_id=f"{name}-2",
                service_number=number,
                assessment_number=2,
                is_named=argument == "named",
            )
        code, how = argument.split(" ")
        how, _, place = how.partition(":")
        return await self.desk.rate(
            times=2,
            rating_id=name,
            service_number=number,
            unit_code=CODES.get(UNITS.get(code, ""), "nobody"),
            is_named=how == "named",
            region_code=REGIONS[place],
        )

    async def _extend(self, task: str, day: date) -> None:
        async with self.desk.db.transaction() as tx:
            act = make.act(made.ANNA, tx.now)
            await ask_extension(tx, Request(task_id=task, wanted_on=day, reason="设备", clock="rectify"), act)
            await decide_extension(tx, task, 1, Answer(grant=True), act)

    async def _step(self, task: str, word: str, argument: str, person: Actor | None) -> None:
        unit = (await self.desk.case(task)).held.task.answering_unit
        names = {unit_id(name): name for name in (A, B, C)}
        usual = made.USUAL.get({"upheld": "decide", "dismissed": "decide", "missed": "call"}.get(word, word))
        actor = person or (head(names[unit]) if unit and usual == head(A) else usual or made.DORA)
        step, said = words(word, argument, local_date(self.desk.clock.instant))
        await self.desk.do(step, task, actor, **said)


def words(word: str, argument: str, today: date) -> tuple[str, dict[str, Any]]:
    """Turn a word of the list into a step of the ledger."""
    if word in {"upheld", "dismissed"}:
        return "decide", {"upheld": word == "upheld"}
    if word in {"reached", "missed"}:
        return "call", {"reached": word == "reached", "level": int(argument) if argument else None}
    given: dict[str, dict[str, Any]] = {
        "found": {"grade": argument or None},
        "rectify": {"mode": argument or "at_once"},
        "ledger": {"due_on": today},
        "close": {"reason": "已尽力"},
    }
    return word, given.get(word, {})


async def seen(desk: Desk, name: str, play: Play) -> oracle.Facts:
    """Say what came of a case in the ledger, in the words of the oracle."""
    case = await desk.case(play.tasks[name])
    row, task, letters = case.row, case.held.task, {unit_id(name): letter for letter, name in UNITS.items()}
    return {
        "unit": letters.get(task.answering_unit or ""),
        "stage": STAGES.get(row.stage, row.stage),
        "verdict": row.verdict,
        "stands": row.stands,
        "late": row.late,
        "level": task.level,
        "round": row.round,
        "grade": row.grade,
        "owed": row.call_back,
        "due": local_date(case.held.clocks["rectify"].due_at),
        "refused": play.refused[name],
    }


async def play_all(desk: Desk) -> Play:
    desk.clock.instant = datetime(2023, 6, 1, 1, 0, tzinfo=UTC)
    async with desk.db.transaction() as tx:
        rules = {"general": 3, "complex": 10, "sample_percent": 100}
        await set_rules(
            tx, RulesOrder(region="6105", reason="本地规定", rules=rules), make.act(made.ANNA, tx.now)
        )
        merger = ChangeOrder(
            kind=ChangeKind.MERGE,
            unit_id=unit_id(B),
            to=unit_id(C),
            effective_on=date(2023, 7, 1),
            reason="机构改革",
        )
        await order_change(tx, merger, make.act(made.ANNA, tx.now))
    play = Play(desk, {}, {name: [] for name in RAW})
    deeds = [
        (said[0], name, number, said) for name, list_ in RAW.items() for number, said in enumerate(list_)
    ]
    for _, name, number, said in sorted(deeds, key=lambda one: one[:3]):
        await play.deed(name, number, said)
    return play


@pytest.mark.slow
async def test_what_comes_of_the_planted_cases_is_what_the_oracle_says(desk: Desk) -> None:
    play = await play_all(desk)

    expected = {name: oracle.expect(name, deeds) for name, deeds in RAW.items()}
    found = {name: await seen(desk, name, play) for name in RAW}
    assert found == {name: {key: said[key] for key in found[name]} for name, said in expected.items()}
    assert len(set(play.tasks.values())) == len(RAW) >= 50
    last = {one.task_id: one.stands for one in await events_of(desk.db, RectificationJudged)}
    told = {name: last[task] for name, task in play.tasks.items() if task in last}
    assert told == {name: said["stands"] for name, said in expected.items() if said["verdict"]}
    opened = [one.rating_id for one in await events_of(desk.db, RectificationOpened)]
    again = [deed for deeds in RAW.values() for deed in deeds if deed[1] == "again"]
    assert len(opened) == len(set(opened)) == len(RAW) + len(again)


def test_the_list_has_what_makes_cases_hard() -> None:
    """Else the oracle and the ledger could agree because nothing happens."""
    expected = {name: oracle.expect(name, deeds) for name, deeds in RAW.items()}.values()

    assert sum(bool(said["refused"]) for said in expected) >= 15
    assert {said["late"] for said in expected} == {True, False, None}
    assert {said["verdict"] for said in expected} >= {"founded", "unreasonable", "malicious", "mistaken"}
    assert {said["level"] for said in expected} == {"normal", "important", "urgent"}
    assert {said["owed"] for said in expected} == {True, False}
    assert max(said["round"] for said in expected) == 3
