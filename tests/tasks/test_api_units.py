"""Units and the calendar over the inner API."""

import pytest

from shared.principal import Principal
from tests.tasks.apps import Caller

KEEPER = Principal(id="keeper", role="sysadmin", scopes=frozenset({"ops:write", "tasks:read"}))


async def units(office: Caller) -> dict[str, dict[str, object]]:
    return {unit["name"]: unit for unit in (await office.get("/units")).json()}


async def test_units_are_listed_with_kind_and_aliases(office: Caller) -> None:
    await office.send()

    everyone = (await units(office))["各相关部门"]

    assert (everyone["kind"], everyone["collective"], everyone["aliases"]) == ("collective", True, [])


async def test_a_unit_gets_a_name_and_aliases(office: Caller) -> None:
    await office.send()
    unit = (await units(office))["政务中心"]["id"]

    answer = await office.put(f"/units/{unit}", {"name": "政务服务中心", "aliases": ["政务中心", "大厅"]})

    assert answer.status_code == 200
    assert (await units(office))["政务服务中心"]["aliases"] == ["大厅", "政务中心"]


async def test_an_alias_of_another_unit_is_a_conflict_until_it_is_taken_over(office: Caller) -> None:
    await office.send()
    path, said = f"/units/{(await units(office))['政务中心']['id']}", {"aliases": ["财政金融部"]}

    refused, taken = await office.put(path, said), await office.put(path, said | {"take_over": True})

    assert (refused.status_code, refused.json()["code"], taken.status_code) == (409, "unit.alias_taken", 200)


async def test_the_year_is_shown_and_revised_by_the_system_administrator(office: Caller) -> None:
    before = (await office.get("/calendar/2027")).json()
    said = {"workdays": ["2027-02-06"], "days_off": ["2027-02-08"], "complete": True}
    answer = await office.as_(KEEPER).put("/calendar/2027", said)

    assert (before["provisional"], before["revised"], before["revision"]) == (True, None, 0)
    after = (await office.get("/calendar/2027")).json()
    assert (after["provisional"], after["revised"], after["revision"]) == (False, said, 1)
    assert answer.json() == after


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("/calendar/1990", {}, "calendar.year_out_of_range"),
        ("/calendar/2027", {"days_off": ["2026-02-06"]}, "calendar.wrong_year"),
        ("/calendar/2027", {"days_off": ["soon"]}, "request.invalid"),
    ],
)
async def test_a_calendar_that_cannot_be_is_refused(
    office: Caller, path: str, said: object, code: str
) -> None:
    answer = await office.put(path, said)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_year_out_of_range_is_not_shown(office: Caller) -> None:
    assert (await office.get("/calendar/3000")).status_code == 422
