"""A kind is a row of data: it adds words, limits and steps to the one lifecycle, and leaves rows out."""

import pytest

from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import MOVE_WORDS, STATE_WORDS, STEPS, Move, Party, State, Step, find_step
from services.tasks.ledger.kinds import KINDS, Kind, kind_of
from shared.database import Database
from shared.errors import Conflict, Invalid
from tests.tasks import factories as make

PLAIN = Kind(id="plain", word="普通事项")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_kind_stands_under_its_id_and_has_its_words(kind: Kind) -> None:
    assert kind_of(kind.id) is kind
    assert all(kind.state_word(state) for state in State)
    assert all(kind.move_word(move) for move in Move)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_kind_can_be_assigned_and_comes_to_an_end(kind: Kind) -> None:
    rows = [(state, step) for step in (*kind.lifecycle, *kind.inner) for state in step.states]

    assert find_step(State.REGISTERED, Move.ASSIGN, (*kind.lifecycle, *kind.inner))
    assert {State.CLOSED, State.STANDING} & {step.to for _, step in rows}
    assert {step.to for _, step in rows if step.to} - {State.CANCELLED, State.CLOSED} <= {
        state for state, _ in rows
    }


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid, match="没有事项类型 wish，可用：重点任务（action）") as refused:
        kind_of("wish")

    assert refused.value.code == "kind.unknown"


def test_a_kind_that_adds_nothing_has_the_common_lifecycle_and_words() -> None:
    assert PLAIN.lifecycle == STEPS
    assert {state: PLAIN.state_word(state) for state in State} == STATE_WORDS
    assert {move: PLAIN.move_word(move) for move in Move} == MOVE_WORDS


def test_a_kind_has_its_own_word_for_its_end_alone() -> None:
    kind = Kind(id="problem", word="问题", closed_word="销号")

    assert (kind.state_word(State.CLOSED), kind.move_word(Move.CLOSE)) == ("销号", "销号")
    assert (kind.state_word(State.ASSIGNED), kind.move_word(Move.ASSIGN)) == ("交办", "交办")


def test_a_kind_without_a_move_refuses_it() -> None:
    kind = Kind(id="plain", word="普通事项", left_out=frozenset({Move.CARRY_OVER}))

    with pytest.raises(Conflict, match="不能跨年结转"):
        find_step(State.ASSIGNED, Move.CARRY_OVER, kind.lifecycle)


def test_a_kind_s_own_row_goes_before_the_common_one() -> None:
    own = Step(states=(State.ACCEPTED,), move=Move.PROGRESS, to=State.SUBMITTED, party=Party.UNIT)
    kind = Kind(id="plain", word="普通事项", steps=(own,))

    assert find_step(State.ACCEPTED, Move.PROGRESS, kind.lifecycle) is own
    assert find_step(State.RETURNED, Move.PROGRESS, kind.lifecycle).to is State.IN_PROGRESS


def test_a_common_row_that_a_kind_says_anew_is_gone() -> None:
    own = Step(states=(State.STANDING,), move=Move.PROGRESS, to=State.CLOSED, party=Party.UNIT)
    kind = Kind(id="plain", word="普通事项", steps=(own,))

    assert len(kind.lifecycle) == len(STEPS)


async def test_a_kind_that_wants_evidence_does_not_hand_in_without(db: Database) -> None:
    await make.register(db, kind="instruction")
    await make.walk(db, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS)
    refused = await make.refusal(db, Move.SUBMIT)
    handed_in = await make.move(db, Move.SUBMIT, report=Report(evidence=("a1",)))

    assert (refused.code, handed_in.state) == ("task.evidence_missing", "submitted")
