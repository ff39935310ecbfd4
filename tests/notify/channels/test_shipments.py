"""What a robot writes when it tells the parcels of several recipients in one message."""

from dataclasses import replace

import pytest

from services.notify.domain import Result
from services.notify.ports import Group, Parcel
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.channels.made import letter, parcel

ROBOTS = ("wecom_robot", "dingtalk_robot", "feishu_robot")


def parcels(count: int, *, digits: int = 3) -> list[Parcel]:
    told = [letter(f"{number:0{digits}}") for number in range(count)]
    return [parcel(one, id_=f"p-{one.number}") for one in told]


def robot(opened: Open, kind: str, base: str = "http://127.0.0.1:9", **changes: object) -> Group:
    channel = opened(kind, base, **changes)
    assert isinstance(channel, Group)
    return channel


@pytest.mark.parametrize("kind", ROBOTS)
async def test_one_message_tells_all_numbers_under_the_id_of_the_shipment(
    kind: str, double: HttpDouble, opened: Open
) -> None:
    first, second = parcel(letter("7", "overdue"), letter("8")), parcel(letter("9"), id_="p-2", to="@138")
    group = robot(opened, kind, double.base(kind), link="https://duban.example/n")

    outcome = await group.send_together([replace(one, shipment="s-1") for one in (first, second)])

    (asked,) = double.taken
    said = asked.json
    assert (outcome.result, asked.headers["idempotency-key"]) == (Result.SENT, "s-1")
    text = said["content"]["text"] if kind == "feishu_robot" else said["text"]["content"]
    assert text.split("\n") == [
        "【督办提醒】共3条：超时通报1条、到时提醒2条。",
        "超时通报：事项 7",
        "到时提醒：事项 8、9",
        "详情：https://duban.example/n",
    ]


async def test_a_link_that_names_the_message_stands_behind_each(double: HttpDouble, opened: Open) -> None:
    group = robot(opened, "wecom_robot", double.base("wecom_robot"))

    await group.send_together([replace(one, shipment="s-1") for one in parcels(2)])

    assert double.taken[0].json["text"]["content"].split("\n")[1:] == [
        "到时提醒：事项 000；https://duban.example/n/p-000",
        "到时提醒：事项 001；https://duban.example/n/p-001",
    ]


@pytest.mark.parametrize("kind", ROBOTS)
@pytest.mark.parametrize("digits", [3, 30])
async def test_every_message_of_a_crowd_is_short_enough_for_its_vendor_and_no_number_is_left_out(
    kind: str, digits: int, double: HttpDouble, opened: Open
) -> None:
    group, crowd = robot(opened, kind, double.base(kind)), parcels(500, digits=digits)

    parts = group.pack([replace(one, shipment="s-1") for one in crowd])
    for part in parts[:3]:
        await group.send_together(part)

    assert [one.id for part in parts for one in part] == [one.id for one in crowd]
    assert len(double.taken) == 3
    numbers = [one.letters[0].number for part in parts[:3] for one in part]
    said = "".join(one.body.decode() for one in double.taken)
    assert all(number in said for number in numbers)


async def test_a_message_of_its_own_that_is_too_long_for_one_is_a_part_of_its_own(opened: Open) -> None:
    group = robot(opened, "wecom_robot")
    large = parcel(*(letter(f"{number:012}") for number in range(190)), id_="p-large")

    parts = group.pack([*parcels(2), large, *parcels(1)])

    assert [[one.id for one in part] for part in parts] == [["p-000", "p-001"], ["p-large"], ["p-000"]]
    assert group.messages(large) == 2


async def test_a_shipment_is_held_to_the_limit_too(double: HttpDouble, opened: Open) -> None:
    group = robot(opened, "wecom_robot", double.base("wecom_robot"), per_minute=3)

    outcomes = [await group.send_together(parcels(2)) for _ in range(4)]

    assert [one.result for one in outcomes] == [Result.SENT] * 3 + [Result.HELD]
