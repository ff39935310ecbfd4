"""Lists: drawn from final scores, released by another than who drew them; records that a person may object to."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.assessment.lists.domain import entries
from services.metrics.assessment.schemes.domain import ListRule
from services.metrics.assessment.scoring.domain_changes import Scored
from services.metrics.assessment.scoring.domain_ranks import ranks
from services.metrics.assessment.scoring.domain_scores import Score
from shared.database import Database
from tests.metrics.assessment import made
from tests.metrics.assessment.faked import PERIOD, Desk, closed, final

LEADER: dict[str, Any] = {"role": "leader", "by": "l1"}
KEEPER: dict[str, Any] = {"role": "organisation", "by": "o1"}
PERSON: dict[str, Any] = {"role": "unit_lead", "by": "head-u2", "unit": "u2"}


def standing(percents: list[int], short: int = 0) -> Scored:
    """Rank units by their scores; the first `short` of them read 样本不足."""
    scores = [
        Score(
            unit_id=f"u{n}",
            class_code="departments",
            out_of=Decimal(100),
            total=Decimal(one),
            percent=Decimal(one),
            short=n < short,
            lines=(),
        )
        for n, one in enumerate(percents)
    ]
    placed = ranks(made.scheme(), scores)
    return {one.unit_id: (one, placed[one.unit_id]) for one in scores}


def rule(kind: str, **more: object) -> ListRule:
    return ListRule.model_validate({"code": kind, "kind": kind, "name": kind} | more)


def drawn(scored: Scored, kind: str, **more: object) -> list[str]:
    return [one.unit_id for one in entries(rule(kind, **more), scored)]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20), st.integers(0, 5), st.integers(1, 10))
def test_no_unit_is_red_and_black_nor_on_either_when_short(
    percents: list[int], short: int, most: int
) -> None:
    scored = standing(percents, short)

    red, black = set(drawn(scored, "red", most=most)), set(drawn(scored, "black", most=most))

    assert not red & black
    assert not (red | black) & {f"u{n}" for n in range(short)}
    assert all(scored[good][0].percent > scored[bad][0].percent for good in red for bad in black)  # type: ignore[operator]  # All have scores.


def test_a_list_goes_by_rank_and_by_bounds() -> None:
    scored = standing([95, 90, 90, 70, 55, 50])

    assert drawn(scored, "red", most=2) == ["u0", "u1", "u2"]
    assert drawn(scored, "red", most=2, at_least="92") == ["u0"]
    assert drawn(scored, "black", most=3) == ["u5", "u4", "u3"]
    assert drawn(scored, "black", most=3, at_most="60") == ["u5", "u4"]
    assert drawn(scored, "notice", at_most="60") == ["u5", "u4"]
    assert drawn(scored, "award", at_least="90") == ["u0", "u1", "u2"]


def test_a_small_class_has_no_list_by_rank() -> None:
    assert drawn(standing([95, 90, 80]), "red", most=1) == []


async def draft(desk: Desk, code: str = "red", **more: object) -> str:
    body = {"period": PERIOD, "code": code} | more
    name: str = (await desk.said("POST", "/lists", body))["id"]
    return name


async def test_a_list_is_released_by_another_than_who_drew_it(db: Database) -> None:
    desk = await final(db)
    name = await draft(desk)
    path, body = f"/lists/{name}/release", {"post": "管委会主任"}

    own = await desk.refused("POST", path, body)
    unseen = (await desk.said("GET", "/lists", **PERSON))["items"]
    await desk.said("POST", path, body, **LEADER)

    (seen,) = (await desk.said("GET", "/lists", **PERSON))["items"]
    assert (own, unseen) == ((403, "decider.same"), [])
    assert (seen["released_by"], seen["post"], seen["kind_title"]) == ("l1", "管委会主任", "红榜")
    assert [one["unit_name"] for one in seen["entries"]] == ["部门u1", "部门u2"]
    assert await desk.refused("POST", path, body, **LEADER) == (409, "list.state")


async def test_who_is_struck_off_is_not_told(file_db: Database) -> None:
    desk = await final(file_db)
    name = await draft(desk, struck={"u1": "正在接受调查"})

    await desk.said("POST", f"/lists/{name}/release", {"post": "主任"}, **LEADER)

    (told,) = [one.data for one in await desk.events() if one.type.endswith("list.released.v1")]
    assert told.units == ("u2",)  # type: ignore[union-attr]  # It is a `ListReleased`.
    unknown = {"period": PERIOD, "code": "red", "struck": {"u6": "不在榜"}}
    assert await desk.refused("POST", "/lists", unknown) == (422, "list.struck")


async def test_a_list_waits_until_the_period_is_final(file_db: Database) -> None:
    desk = await closed(file_db)

    assert await desk.refused("POST", "/lists", {"period": PERIOD, "code": "red"}) == (409, "period.state")


async def test_a_list_of_scores_that_were_replaced_is_not_released(file_db: Database) -> None:
    desk = await final(file_db)
    name = await draft(desk)
    await desk.said("POST", f"/periods/{PERIOD}/rescoring", {"why": "补录"})

    assert await desk.refused("POST", f"/lists/{name}/release", {"post": "主任"}, **LEADER) == (
        409,
        "list.outdated",
    )


async def test_a_list_may_be_withdrawn_with_a_reason(file_db: Database) -> None:
    desk = await final(file_db)
    names = [await draft(desk), await draft(desk, "black")]
    await desk.said("POST", f"/lists/{names[0]}/release", {"post": "主任"}, **LEADER)

    for name in names:
        await desk.said("POST", f"/lists/{name}/withdrawal", {"why": "名单有误"})

    told = [one.subject for one in await desk.events() if one.type.endswith("list.withdrawn.v1")]
    assert (await desk.said("GET", f"/lists?period={PERIOD}", **PERSON))["items"] == []
    assert told == names[:1]
    assert {one["state"] for one in (await desk.said("GET", "/lists"))["items"]} == {"withdrawn"}


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"period": PERIOD, "code": "gold"}, "list.rule"),
        ({"period": "x.2023", "code": "red"}, "period.unknown"),
    ],
)
async def test_a_list_is_one_of_the_scheme(file_db: Database, body: dict[str, str], refused: str) -> None:
    desk = await final(file_db)

    assert await desk.refused("POST", "/lists", body) == (404, refused)
    assert await desk.refused("POST", "/lists/none/release", {"post": "主任"}, **LEADER) == (
        404,
        "list.unknown",
    )


ENTRY = {"person": "head-u2", "unit": "u2", "period": PERIOD, "post": "部长", "text": "主持完成季度任务"}


async def test_a_person_sees_their_own_record_and_may_object(db: Database) -> None:
    desk = await final(db)
    name = (await desk.said("POST", "/records", ENTRY, **KEEPER))["id"]
    objection, reply = {"why": "任职自5月起"}, {"kept": False, "why": "属实，撤回"}

    (mine,) = (await desk.said("GET", "/records", **PERSON))["items"]
    others = (await desk.said("GET", "/records", **LEADER))["items"]
    await desk.said("POST", f"/records/{name}/objection", objection, **PERSON)
    await desk.said("POST", f"/records/{name}/answer", reply, **KEEPER)

    (after,) = (await desk.said("GET", "/records?person=head-u2", **KEEPER))["items"]
    assert (mine["text"], others) == ("主持完成季度任务", [])
    assert (after["state"], after["objection"], after["answer"]) == ("withdrawn", "任职自5月起", "属实，撤回")


async def test_records_name_nobody_in_events(file_db: Database) -> None:
    desk = await final(file_db)
    name = (await desk.said("POST", "/records", ENTRY, **KEEPER))["id"]
    await desk.said("POST", f"/records/{name}/objection", {"why": "异议"}, **PERSON)

    told = [one for one in await desk.events() if ".record." in one.type]

    assert [one.type.split(".")[-2] for one in told] == ["entered", "objected"]
    assert not any("head-u2" in one.model_dump_json() or "主持" in one.model_dump_json() for one in told)


async def test_records_are_for_the_organisation_department_and_the_person(file_db: Database) -> None:
    desk = await final(file_db)
    name = (await desk.said("POST", "/records", ENTRY, **KEEPER))["id"]
    objection = {"why": "异议"}

    assert await desk.refused("POST", "/records", ENTRY) == (403, "role.refused")
    assert await desk.refused("POST", f"/records/{name}/objection", objection, **LEADER) == (
        404,
        "record.unknown",
    )
    assert await desk.refused("POST", "/records/none/objection", objection, **PERSON) == (
        404,
        "record.unknown",
    )
    answer = {"kept": True, "why": "维持"}
    assert await desk.refused("POST", f"/records/{name}/answer", answer, **KEEPER) == (409, "record.state")


async def test_a_record_is_about_a_final_score(file_db: Database) -> None:
    desk = await closed(file_db)
    early = await desk.refused("POST", "/records", ENTRY, **KEEPER)

    again = await final_again(desk)

    assert early == (409, "record.not_final")
    assert await again.refused("POST", "/records", ENTRY | {"unit": "u9"}, **KEEPER) == (404, "score.unknown")


async def final_again(desk: Desk) -> Desk:
    """Make a closed period final."""
    view = await desk.said("GET", f"/periods/{PERIOD}")
    desk.at(datetime.fromisoformat(view["appeals_until"]) + timedelta(seconds=1))
    await desk.said("POST", f"/periods/{PERIOD}/final")
    return desk
