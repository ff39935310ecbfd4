"""Every public route × every role × own and other unit, as the table says; and nothing at all without a key."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts

from services.gateway.roles import DEFAULT_SCOPES
from shared.principal import UNIT_ROLES
from tests.gateway.accounts.made import person
from tests.matrix.bodies import mark_of, said_with, text_of
from tests.matrix.table import LETTERS, OPEN, PERSONAL, ROWS, Row, rows_of
from tests.matrix.world import API, World, filled, furnished

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BESIDE = pytest.mark.asyncio(loop_scope="module")  # In the loop in which the world runs.
# What the one world of these tests has none of: a key of exports, rejects, returns, published ratings, a bus.
EMPTY = frozenset(
    {
        "GET /archive/hashes/1",
        "GET /archive/key",
        "GET /archive/export",
        "GET /feed-rejects/1",
        "GET /ratings/{kept}/publication",
        "GET /returns/1",
        "GET /returns/reconciliation",
        "GET /ops/tasks/bus",
        "GET /ops/tasks/bus/gaps",
        "GET /ops/tasks/dead",
        "GET /ops/tasks/dead/ratings/1",
    }
)
# Lists that hold things of both units, for those who see both.
WHOLE = frozenset(
    {
        "/approvals",
        "/assessment/appeals",
        "/assessment/exemptions",
        "/assessment/periods/{period}/scores",
        "/burden/messages",
        "/forecast",
        "/inbox",
        "/inspections",
        "/ledger.xlsx",
        "/measures",
        "/notices",
        "/orders",
        "/parcels",
        "/plates",
        "/services",
        "/tasks",
    }
)
OUT = frozenset({401, 403})
PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody got: the status, and the text."""

    status: int
    text: str


Route = tuple[str, str]
Who = tuple[str, str]  # A role and the letter of a unit.
Answers = Mapping[Row, Mapping[Who, Seen]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with furnished(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers(world: World) -> Answers:
    """Call every row about the things of A, as each role of A and of B; who is to be kept out first."""
    form = await world.head("A").get(f"{API}/forms/progress.xlsx", params={"unit": world.things["A"]["unit"]})
    return {row: await _called(world, row, form.content) for row in ROWS}


async def _called(world: World, row: Row, form: bytes) -> dict[Who, Seen]:
    # Where nothing depends on whose a thing is, people of no unit are the same whatever their key names.
    of_b = DEFAULT_SCOPES if row.own or row.sees or row.others else UNIT_ROLES
    callers = [*((role, "A") for role in DEFAULT_SCOPES), *((role, "B") for role in of_b)]
    callers.sort(key=lambda who: (row.lets_in(who[0], is_own=who[1] == "A"), who[0] not in row.own))
    things = world.things["A"]
    said = said_with(row.name, things, form)
    return {
        who: await _ask(world.clients[who], row.method, API + filled(row.path, things), said)
        for who in callers
    }


async def _ask(client: httpx.AsyncClient, method: str, path: str, said: Mapping[str, Any]) -> Seen:
    answer = await client.request(method, path, **said)
    return Seen(answer.status_code, text_of(answer))


def _is_out(row: Row, seen: Seen) -> bool:
    """Tell whether somebody was kept out; of what one unit has, another may be told that it is not there."""
    return seen.status in OUT or (seen.status == 404 and bool(row.own))


def _of(row: Row, roles: Iterable[str], letter: str, answers: Answers) -> list[Seen]:
    return [answers[row][role, letter] for role in roles]


def test_the_table_names_every_route_and_no_other(world: World) -> None:
    served = {
        (method, str(one.path))
        for one in iter_route_contexts(world.house.public.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }
    listed = [(row.method, API + row.path) for row in (*ROWS, *rows_of(PERSONAL))]
    listed += [(row.method, row.path) for row in rows_of(OPEN)]

    found = {one: _route_of(one, served) for one in listed}

    assert [one for one, route in found.items() if route is None] == []
    assert served - {*found.values()} == set()


def _route_of(listed: Route, served: Iterable[Route]) -> Route | None:
    """Find the route of a row: of those that fit, the one with the most words of its own."""
    method, path = listed[0], listed[1].partition("?")[0]
    fitting = [one for one in served if one[0] == method and _pattern(one[1]).fullmatch(path)]
    return max(fitting, key=lambda one: len(PARAMETER.sub("", one[1])), default=None)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(words) for words in PARAMETER.split(path)))


def test_each_role_of_each_unit_comes_in_where_the_table_says(answers: Answers) -> None:
    wrong = {
        (row.name, *who): seen.status
        for row, theirs in answers.items()
        for who, seen in theirs.items()
        if _is_out(row, seen) is row.lets_in(who[0], is_own=who[1] == "A")
    }

    assert wrong == {}


def test_no_call_of_anybody_fails(answers: Answers) -> None:
    failed = {
        (row.name, *who): seen.text
        for row, theirs in answers.items()
        for who, seen in theirs.items()
        if seen.status >= 500
    }

    assert failed == {}


def test_whoever_comes_in_to_read_reads(answers: Answers) -> None:
    there = [row for row in answers if row.method == "GET" and "{x" not in row.path and row.name not in EMPTY]

    unread = {
        (row.name, *who): seen.status
        for row in there
        for who, seen in answers[row].items()
        if row.lets_in(who[0], is_own=who[1] == "A") and seen.status != 200
    }

    assert unread == {}


def test_a_deed_on_each_kind_of_thing_is_granted_to_its_unit_and_refused_to_another(answers: Answers) -> None:
    kinds: dict[str, list[tuple[bool, bool]]] = {}
    for row in answers:
        if row.own:
            granted = any(seen.status < 300 for seen in _of(row, row.own, "A", answers))
            refused = all(_is_out(row, seen) for seen in _of(row, row.own, "B", answers))
            kinds.setdefault(row.thing, []).append((granted, refused))

    assert {kind for kind, seen in kinds.items() if not any(granted for granted, _ in seen)} == set()
    assert {kind for kind, seen in kinds.items() if not all(refused for _, refused in seen)} == set()


def test_what_is_shown_in_part_is_the_unit_s_own_and_no_other_s(world: World, answers: Answers) -> None:
    in_part = [row for row in answers if row.sees]

    shown = {(row.name, *who): found for row in in_part for who, found in _found(world, row, answers).items()}

    assert shown == {one: _may_find(*one) for one in shown}


def _found(world: World, row: Row, answers: Answers) -> dict[Who, tuple[bool, bool]]:
    """Tell who found what is A's, and what is B's, in the answer of a row."""
    of_a, of_b = (mark_of(row.name, letter, things) for letter, things in world.things.items())
    return {
        who: (of_a in seen.text, of_b in seen.text)
        for who, seen in answers[row].items()
        if row.lets_in(who[0], is_own=True)
    }


def _may_find(name: str, role: str, letter: str) -> tuple[bool, bool]:
    """Give the same as it shall be; what is about one thing is about one of A."""
    row = next(one for one in ROWS if one.name == name)
    is_list = row.path.partition("?")[0] in WHOLE
    if role in row.sees:
        return letter == "A", letter == "B" and is_list
    return True, is_list


def test_each_person_s_record_is_their_own(answers: Answers) -> None:
    row = next(one for one in ROWS if one.name == "GET /assessment/records")

    shown = {
        who: {letter for letter in "AB" if f"record-{letter}" in answers[row][who].text}
        for who in answers[row]
    }

    keepers = {("organisation", "A"): {"A", "B"}}
    own = {("unit_lead", letter): {letter} for letter in "AB"}
    assert {who: letters for who, letters in shown.items() if letters} == keepers | own


def test_a_table_with_another_unit_s_indicator_is_refused_as_a_whole(answers: Answers) -> None:
    row = next(one for one in ROWS if one.name == "POST /indicators/upload")

    granted = {answers[row][role, "A"].status for role in row.any_unit}
    of_others = _of(row, UNIT_ROLES, "B", answers)

    assert 201 in granted
    assert {(one.status, "责任单位不是本单位" in one.text) for one in of_others} == {(422, True)}


@BESIDE
async def test_nobody_comes_in_without_a_key_and_none_learns_what_there_is(world: World) -> None:
    things = world.things["A"]
    rows = [*ROWS, *rows_of(PERSONAL)]
    made_up = {name: f"nobody-{name}" for name in things}

    async with world.house.client() as stranger:
        real = {await _ask(stranger, row.method, API + filled(row.path, things), {}) for row in rows}
        none = {await _ask(stranger, row.method, API + filled(row.path, made_up), {}) for row in rows}

    assert len(real | none) == 1
    (seen,) = real
    assert (seen.status, "key.missing" in seen.text) == (401, True)


@BESIDE
async def test_nobody_comes_in_with_a_key_that_nobody_made(world: World) -> None:
    async with world.house.client("duban_" + "0" * 64) as forger:
        seen = {
            await _ask(forger, row.method, API + filled(row.path, world.things["A"]), {})
            for row in [*ROWS, *rows_of(PERSONAL)]
        }

    assert [(one.status, "key.invalid" in one.text) for one in seen] == [(401, True)]


@BESIDE
async def test_what_is_for_everybody_is_answered_without_a_key(world: World) -> None:
    async with world.house.client() as stranger:
        seen = {row.name: await _ask(stranger, row.method, filled(row.path, {}), {}) for row in rows_of(OPEN)}

    assert {name for name, one in seen.items() if one.status in OUT or one.status >= 500} == set()


@BESIDE
async def test_what_is_a_person_s_own_is_for_no_key_whatever_its_role(world: World) -> None:
    seen = {
        (row.name, role): await _ask(world.clients[role, "A"], row.method, API + filled(row.path, {}), {})
        for row in rows_of(PERSONAL)
        for role in LETTERS.values()
    }

    assert {(one.status, "person.only" in one.text) for one in seen.values()} == {(403, True)}


@BESIDE
@pytest.mark.parametrize(("letter", "comes_in"), [("A", True), ("B", False)])
async def test_a_session_is_kept_to_its_unit_as_a_key_is(
    world: World, letter: str, *, comes_in: bool
) -> None:
    rows = [row for row in ROWS if row.method == "GET" and row.own]

    async with person(world, "unit", world.things[letter]["unit"]) as client:
        seen = {row: await _ask(client, "GET", API + filled(row.path, world.things["A"]), {}) for row in rows}

    assert [row.name for row, one in seen.items() if _is_out(row, one) is comes_in] == []
