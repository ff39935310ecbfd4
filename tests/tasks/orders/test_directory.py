"""The directory of orders: the most specific row wins, the grass roots need a delegation, and tables are read whole."""

from datetime import date, timedelta

import pytest

from services.tasks.models import OrderDirectoryRow, OrderHopRow, UnitRow
from services.tasks.orders.directory import add_rows, end_row
from services.tasks.orders.domain_directory import Row, check_row, choose
from services.tasks.orders.domain_rules import most_specific, read_rules, shipped
from services.tasks.orders.domain_table import read_table
from services.tasks.orders.repository_directory import list_rows
from services.tasks.orders.rules import set_rules
from shared.database import Database
from shared.errors import Invalid
from shared.paging import Asked
from shared.testing import FakeClock
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, HOUSING, STREET, TRANSPORT, WATER, head, hear, order, row

DAY = date(2023, 6, 20)


def chosen(
    *rows: Row, category: str = "城市管理/市容环境/占道经营", region: str = "610481", on: date = DAY
) -> str:
    found = choose(rows, category, region, on)
    return found.unit_id if found else ""


def test_the_narrower_category_goes_before_the_wider_and_both_before_the_region_alone() -> None:
    wide, narrow = row("wide", "城市管理"), row("narrow", "城市管理", "市容环境")
    anywhere = row("region", region="610481")

    assert chosen(wide, narrow, anywhere) == chosen(anywhere, narrow, wide) == "narrow"
    assert chosen(wide, anywhere) == "wide"
    assert chosen(anywhere) == "region"


def test_of_the_same_category_the_narrower_region_wins_and_of_the_same_region_the_later_row() -> None:
    city, district = row("city", "城市管理"), row("district", "城市管理", region="610481")
    later = row("later", "城市管理", region="610481", starts_on=date(2023, 6, 1))

    assert chosen(city, district) == "district"
    assert chosen(city, district, later) == "later"
    assert chosen(city, district, region="610482") == "city"


def test_a_row_holds_from_its_first_day_through_its_last() -> None:
    dated = row("dated", "城市管理", starts_on=DAY, ends_on=DAY)

    days = [DAY + timedelta(days=days) for days in (-1, 0, 1)]
    assert [chosen(dated, on=day) for day in days] == ["", "dated", ""]


def test_names_that_only_begin_alike_are_no_narrower_category() -> None:
    assert chosen(row("city", "城市"), category="城市管理") == ""
    assert chosen(row("city", "城市管理"), category="") == ""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (row(CITY), "order_directory.empty"),
        (row(CITY, "", "市容环境"), "order_directory.category"),
        (row(CITY, "一", "二", "三", "四"), "order_directory.category"),
        (row(CITY, "城市/管理"), "order_directory.category"),
        (row(CITY, region="6104x"), "order_directory.region"),
        (row(CITY, "城市管理", ends_on=date(2022, 1, 1)), "order_directory.dates"),
        (row(CITY, "城市管理", delegated=True), "order_directory.basis_missing"),
        (row(CITY, "城市管理", cooperating=(CITY,)), "order_directory.twice"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(said: Row, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_row(said)

    assert refused.value.code == code


async def test_a_row_to_the_grass_roots_needs_a_decided_delegation(db: Database) -> None:
    await made.set_up(db)
    bare = row(STREET, "城市管理", "市容环境")
    delegated = row(STREET, "城市管理", "市容环境", delegated=True, basis="镇街赋权清单第3项")

    code = await made.refusal(db, add_rows, [bare])
    await made.do(db, add_rows, [delegated])
    await hear(db, order())

    assert code == "order.grass_roots"
    assert (await made.read(db)).hop == 1


async def test_the_platform_s_own_dispatch_to_the_grass_roots_waits_for_a_person(db: Database) -> None:
    await made.set_up(db)
    await made.code(db, "S1", STREET)
    await hear(db, order(1, unit_code="S1"))
    await made.do(db, add_rows, [row(STREET, *made.NOISE, delegated=True, basis="赋权清单")])

    await hear(db, order(2, unit_code="S1"))

    assert [(await made.read(db, one)).blocked for one in (1, 2)] == ["grass_roots", ""]


async def test_a_row_whose_unit_became_one_of_the_grass_roots_dispatches_nothing(db: Database) -> None:
    await made.set_up(db)
    async with db.transaction() as tx:
        (await tx.session.get_one(UnitRow, CITY)).kind = "township"

    await hear(db, order())

    assert (await made.read(db)).blocked == "grass_roots"


async def test_a_unit_that_was_merged_is_followed_to_its_successor(db: Database) -> None:
    await made.set_up(db)
    async with db.transaction() as tx:
        city = await tx.session.get_one(UnitRow, CITY)
        city.ended_on, city.successor = DAY, HOUSING
        water = await tx.session.get_one(UnitRow, WATER)
        water.collective = True

    await hear(db, order(1), order(2, category=("水务",)))

    assert (await made.read(db, 2)).blocked == "unit_ended"
    [hop] = await made.rows(db, OrderHopRow)
    assert hop.unit_id == HOUSING


async def test_units_that_succeed_each_other_in_a_circle_are_nobody(db: Database) -> None:
    await made.set_up(db)
    async with db.transaction() as tx:
        for unit, successor in ((CITY, HOUSING), (HOUSING, CITY)):
            found = await tx.session.get_one(UnitRow, unit)
            found.ended_on, found.successor = DAY, successor

    await hear(db, order())

    assert (await made.read(db)).blocked == "unit_ended"


async def test_the_directory_is_read_whole_or_as_it_holds_on_a_day(db: Database) -> None:
    await made.set_up(db, row(CITY, "城市管理", ends_on=DAY), row(WATER, "水务", starts_on=DAY))

    async with db.reading() as session:
        days = [None, date(2023, 6, 19), DAY, date(2023, 6, 21)]
        found = [[one.unit_id for one in (await list_rows(session, day, Asked())).items] for day in days]

    assert [sorted(units) for units in found] == [[CITY, WATER], [CITY], [CITY, WATER], [WATER]]


async def test_a_newer_row_about_the_same_ends_the_older_and_the_same_again_changes_nothing(
    db: Database,
) -> None:
    await made.set_up(db)
    newer = row(TRANSPORT, "城市管理", starts_on=date(2023, 7, 1))

    for _ in range(2):
        await made.do(db, add_rows, [newer])
    earlier = await made.refusal(db, add_rows, [row(WATER, "城市管理", starts_on=date(2023, 6, 1))])

    about = [one for one in await made.rows(db, OrderDirectoryRow) if one.category_1 == "城市管理"]
    assert sorted((one.unit_id, one.ends_on) for one in about) == [
        (CITY, date(2023, 6, 30)),
        (TRANSPORT, None),
    ]
    assert earlier == "order_directory.taken"


async def test_rows_are_added_all_or_none_by_a_supervisor_for_units_that_live(db: Database) -> None:
    await made.set_up(db)
    fine, wrong = row(CITY, "教育"), row("u-none", "卫生")

    codes = [
        await made.refusal(db, add_rows, [fine, wrong]),
        await made.refusal(db, add_rows, [row(CITY, "教育", cooperating=("u-none",))]),
        await made.refusal(db, add_rows, [fine], by=head(CITY)),
    ]

    assert codes == ["order_directory.unit", "order_directory.unit", "task.supervisor_only"]
    assert len(await made.rows(db, OrderDirectoryRow)) == len(made.DIRECTORY)


async def test_a_row_ends_today_at_the_earliest_and_once(db: Database, clock: FakeClock) -> None:
    await made.set_up(db)
    first = (await made.rows(db, OrderDirectoryRow))[0].id
    early = await made.refusal(db, end_row, first, date(2023, 6, 19))

    await made.do(db, end_row, first, DAY)
    clock.advance(timedelta(days=1))

    codes = [await made.refusal(db, end_row, one, DAY) for one in (first, "none")]
    assert (early, *codes) == ("order_directory.dates", "order_directory.ended", "order_directory.not_found")


TABLE = """一级分类,二级分类,三级分类,区划,主办单位,协办单位,赋权镇街,依据,起始日,终止日
教育,校外培训,预收费纠纷,,住建局,城市管理局、水务局,,,2023-01-01,2023年12月31日
,,,610481,u-city,,是,赋权清单,,
,,,,,,,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_of_a_spreadsheet_is_read_with_its_days_units_and_flags(encoding: str) -> None:
    first, second = read_table(TABLE.encode(encoding), DAY)

    assert (first.category, first.unit_id) == (("教育", "校外培训", "预收费纠纷"), "住建局")
    assert (first.cooperating, first.ends_on) == (("城市管理局", "水务局"), date(2023, 12, 31))
    [english] = read_table("unit,category_1\nu-city,教育".encode(encoding), DAY)
    assert (english.unit_id, english.category[0]) == ("u-city", "教育")
    assert (second.region, second.delegated, second.starts_on) == ("610481", True, DAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "order_directory.table_empty"),
        ("单位\n甲", "order_directory.header"),
        ("一级分类\n教育", "order_directory.header"),
        ("一级分类,主办单位\n教育,", "order_directory.cell"),
        ("主办单位,赋权镇街\n甲,也许", "order_directory.cell"),
        ("主办单位,起始日\n甲,2023-02-30", "order_directory.cell"),
        ("主办单位,起始日\n甲,明天", "order_directory.cell"),
        ("主办单位\n" + "甲\n" * 5001, "order_directory.table_long"),
    ],
)
def test_a_table_that_can_not_be_read_names_row_and_column(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(text.encode(), DAY)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"answer_workdays": {"help": 0}}, "order_rules.invalid"),
        ({"hops": "many"}, "order_rules.invalid"),
        ({"unknown": 1}, "order_rules.invalid"),
        ({"answer_workdays": {"wish": 3}}, "order_rules.kind"),
        ({"frequent_kinds": ["wish"]}, "order_rules.kind"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_their_field(said: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rules(said)

    assert refused.value.code == code


def test_rules_that_are_left_out_are_as_shipped() -> None:
    said = read_rules({"answer_workdays": {"help": 3}})

    assert said.answer_workdays == shipped().answer_workdays | {"help": 3}
    assert most_specific(["", "6104", "610481"], "610482") == "6104"
    assert most_specific(["6104"], "61") is None


async def test_rules_are_set_with_a_reason_for_a_place_by_a_supervisor_as_versions(db: Database) -> None:
    await made.set_up(db)
    versions = [
        (await made.do(db, set_rules, "610400000000", {"hops": hops}, "试行")).version for hops in (3, 3, 4)
    ]

    codes = [
        await made.refusal(db, set_rules, "6104", {"hops": 5}, " "),
        await made.refusal(db, set_rules, "咸阳", {"hops": 5}, "试行"),
        await made.refusal(db, set_rules, "", {"enterprise_unit": "u-none"}, "试行"),
        await made.refusal(db, set_rules, "", {"hops": 5}, "试行", by=head(CITY)),
    ]

    assert versions == [1, 1, 2]
    assert codes == ["order.text_missing", "order_rules.region", "order_rules.unit", "task.supervisor_only"]
