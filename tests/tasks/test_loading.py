"""A list of units: what it would change, and that it takes nothing from anybody."""

import json

import pytest

from services.tasks.domain_ids import short_hash
from services.tasks.models import AliasRow, UnitRow
from services.tasks.units.domain_loading import KnownUnit, ListedUnit, plan_loading
from services.tasks.units.loading import load_units, read_list
from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.events.supervision import UnitRegistered
from shared.principal import Principal
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import PLAN_TEXT, Caller
from tests.tasks.factories import EVERYONE, A, B, C, unit_id

CENTRE = ListedUnit("政务中心", "department", ("大厅", "中心"))
FINANCE = ListedUnit("财政金融部", "department")
KNOWN = {"u1": KnownUnit("政务中心", "department"), "u2": KnownUnit("财政金融部", "department")}
NAMES = {"政务中心": "u1", "财政金融部": "u2"}


def test_units_that_nobody_knows_are_new_with_all_their_names() -> None:
    found = plan_loading([CENTRE, FINANCE], {}, {}).found

    new = f"u{short_hash('政务中心')}"
    assert next((unit.id, unit.name) for unit in found.new_units) == (new, "政务中心")
    assert found.new_aliases == {
        "政务中心": new,
        "大厅": new,
        "中心": new,
        "财政金融部": f"u{short_hash('财政金融部')}",
    }


def test_a_list_that_was_loaded_changes_nothing() -> None:
    loading = plan_loading([CENTRE, FINANCE], KNOWN, NAMES | {"大厅": "u1", "中心": "u1"})

    assert (loading.found.new_units, loading.found.new_aliases) == ([], {})
    assert (loading.kinds, loading.differing, loading.conflicts) == ({}, [], [])


def test_a_known_unit_gets_the_names_that_are_new() -> None:
    assert plan_loading([CENTRE], KNOWN, NAMES | {"大厅": "u1"}).found.new_aliases == {"中心": "u1"}


def test_a_known_unit_of_another_kind_follows_the_list() -> None:
    listed = ListedUnit("财政金融部", "collective")

    assert plan_loading([listed], KNOWN, NAMES).kinds == {"u2": "collective"}


def test_a_unit_that_people_renamed_keeps_its_name_and_kind() -> None:
    units = {"u1": KnownUnit("政务服务中心", "centre")}

    loading = plan_loading([CENTRE], units, {"政务服务中心": "u1", "政务中心": "u1"})

    assert [(one.listed, one.unit) for one in loading.differing] == [("政务中心", "政务服务中心")]
    assert (loading.kinds, loading.conflicts) == ({}, [])


def test_a_unit_that_is_known_by_an_alias_only_is_the_same_unit() -> None:
    loading = plan_loading([CENTRE], {"u9": KnownUnit("大厅", "department")}, {"大厅": "u9"})

    assert loading.found.new_units == []
    assert loading.found.new_aliases == {"政务中心": "u9", "中心": "u9"}


def test_an_alias_of_a_unit_that_is_listed_itself_is_a_conflict() -> None:
    listed = [ListedUnit("大厅", "department", ("财政金融部二处",)), FINANCE]

    loading = plan_loading(listed, KNOWN, NAMES | {"财政金融部二处": "u2"})

    assert [unit.name for unit in loading.found.new_units] == ["大厅"]
    assert [(one.name, one.unit_id) for one in loading.conflicts] == [("财政金融部二处", "u2")]


def test_two_listed_units_never_become_one() -> None:
    listed = [ListedUnit("甲", "department", ("一",)), ListedUnit("乙", "department", ("二",))]

    loading = plan_loading(listed, {"u5": KnownUnit("旧", "department")}, {"一": "u5", "二": "u5"})

    assert [unit.name for unit in loading.found.new_units] == ["乙"]
    assert [one.name for one in loading.conflicts] == ["二"]


async def load(db: Database, *listed: ListedUnit) -> None:
    async with db.transaction() as tx:
        await load_units(tx, listed, make.act())


async def test_loading_twice_says_everything_once(db: Database) -> None:
    for _ in range(2):
        await load(db, CENTRE, FINANCE)

    assert [event.name for event in await events_of(db, UnitRegistered)] == ["政务中心", "财政金融部"]
    assert len(await make.rows(db, AliasRow)) == 4


async def test_a_plan_that_is_imported_later_finds_the_listed_units(db: Database) -> None:
    await load(db, ListedUnit("总部", "department", (A, B)))

    await make.confirm(db, make.document())

    assert (await make.get(db)).answering_unit == unit_id("总部")
    assert {row.name for row in await make.rows(db, UnitRow)} & {A, B} == set()


async def test_another_kind_is_published(ledger: Database) -> None:
    await load(ledger, ListedUnit(C, "collective"))

    last = (await events_of(ledger, UnitRegistered))[-1]
    assert (last.unit_id, last.kind, last.collective) == (unit_id(C), "collective", True)


async def test_a_name_that_says_every_one_of_them_stays_a_collective(ledger: Database) -> None:
    await load(ledger, ListedUnit(EVERYONE, "department"))

    last = (await events_of(ledger, UnitRegistered))[-1]
    assert (last.unit_id, last.kind, last.collective) == (unit_id(EVERYONE), "department", True)


async def test_names_of_another_unit_keep_the_whole_list_out(ledger: Database) -> None:
    with pytest.raises(Conflict, match=f"“{B}”在清单中属于“{A}”") as caught:
        await load(ledger, ListedUnit(A, "department", (B,)), CENTRE)

    assert caught.value.code == "unit.alias_taken"
    assert "政务中心" not in {row.name for row in await make.rows(ledger, UnitRow)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[", "document.unreadable"),
        ('[{"canonical": "甲"}]', "document.unreadable"),
        (json.dumps([{"canonical": "长" * 201, "kind": "department"}]), "unit.name_too_long"),
    ],
)
def test_what_is_no_list_of_units_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_list(text)

    assert caught.value.code == code


LIST = [{"canonical": "政务中心", "kind": "department", "aliases": ["大厅"]}]


async def test_a_list_is_tried_and_then_loaded_over_the_inner_api(office: Caller) -> None:
    tried = (await office.post("/units", json=LIST)).json()
    none = (await office.get("/units")).json()
    done = (await office.post("/units", json=LIST, params={"confirm": True})).json()

    (unit,) = (await office.get("/units")).json()
    assert (none, unit["name"], unit["aliases"]) == ([], "政务中心", ["大厅"])
    assert done == tried | {"confirmed": True}
    assert (done["listed"], done["new"][0]["name"], done["names"][0]["name"]) == (1, "政务中心", "大厅")


async def test_what_the_ledger_says_otherwise_is_told(office: Caller) -> None:
    await office.send(PLAN_TEXT)
    listed = [
        {"canonical": "政务中心", "kind": "soe", "aliases": ["财政金融部"]},
        {"canonical": "各相关部门", "kind": "collective"},
    ]

    tried = (await office.post("/units", json=listed)).json()
    refused = await office.post("/units", json=listed, params={"confirm": True})

    assert [kind["kind"] for kind in tried["kinds"]] == ["soe"]
    assert [(one["name"], one["listed"], one["unit"]) for one in tried["conflicts"]] == [
        ("财政金融部", "政务中心", "财政金融部")
    ]
    assert (refused.status_code, refused.json()["code"]) == (409, "unit.alias_taken")


async def test_a_list_that_is_no_text_is_refused(office: Caller) -> None:
    answer = await office.post("/units", content="政务中心".encode("gbk"))

    assert (answer.status_code, answer.json()["code"]) == (422, "units.not_utf8")


async def test_a_list_is_for_those_who_may_write_plans(office: Caller) -> None:
    reader = Principal(id="reader", role="leader", scopes=frozenset({"plans:read"}))

    answer = await office.as_(reader).post("/units", json=LIST)

    assert answer.status_code == 403
