"""The routes of orders: words that officials read, who sees what, the rate of misroutes, and tables that are tried."""

from pathlib import Path
from typing import Any

import pytest

from services.gateway.roles import DEFAULT_SCOPES
from services.tasks.orders.misroutes import percent
from shared.clock import local_date
from shared.events.hotline import OrderRecalled, OrderRevisited
from shared.principal import Principal
from shared.testing import sqlite_database
from tests.tasks.apps import Caller
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, HOUSING, ORGANISATION, STREET, WATER, hear, order, task


def person(role: str, unit: str = "") -> Principal:
    return Principal(id=f"{role} {unit}", role=role, unit=unit, scopes=DEFAULT_SCOPES[role])


@pytest.fixture
async def hotline(office: Caller, tmp_path: Path) -> Caller:
    """A supervisor who calls an app with three orders: two of the city office, one that waits."""
    db = sqlite_database("tasks", tmp_path, office.clock)
    await made.set_up(db, organisation_unit=ORGANISATION, office_categories=["城市管理/作风"])
    received = {"received_at": office.clock.now()}
    await hear(
        db,
        order(1, **received),
        order(2, kind="complaint", category=("城市管理", "作风"), **received),
        order(3, category=("教育",), **received),
    )
    await db.close()
    return office


async def post(caller: Caller, path: str, **said: Any) -> Any:  # noqa: ANN401 - JSON.
    answer = await caller.post(path, json=said)
    return answer.json() | {"status": answer.status_code}


async def test_a_list_tells_where_orders_stand_in_words(hotline: Caller) -> None:
    waiting = (await hotline.get("/orders", stage="undispatched")).json()
    running = (await hotline.get("/orders", stage="open", unit=CITY)).json()

    assert [(one["blocked_word"], one["state_word"]) for one in waiting] == [("派单目录没有对应单位", "受理")]
    assert {(one["kind_word"], one["state_word"], one["unit_name"]) for one in running} == {
        ("求助", "派单", "城市管理局"),
        ("投诉", "派单", "城市管理局"),
    }
    assert "caller" not in str(running)


async def test_a_list_is_narrowed_and_goes_on_where_it_ended(hotline: Caller) -> None:
    everything = (await hotline.get("/orders")).json()
    first = (await hotline.get("/orders", limit=1)).json()

    rest = (await hotline.get("/orders", after=first[0]["task_id"])).json()

    assert [one["task_id"] for one in first + rest] == [one["task_id"] for one in everything]
    narrowed: list[dict[str, Any]] = [
        {"kind": "complaint"},
        {"category": "城市管理"},
        {"region": "99"},
        {"late": True},
    ]
    counts = [len((await hotline.get("/orders", **query)).json()) for query in narrowed]
    assert counts == [1, 2, 0, 0]


async def test_a_unit_sees_its_own_orders_alone(hotline: Caller) -> None:
    city, water = hotline.as_(person("unit_lead", CITY)), hotline.as_(person("unit_lead", WATER))

    lists = [len((await one.get("/orders")).json()) for one in (city, water)]
    looks = [(await one.get(f"/orders/{task(1)}")).status_code for one in (city, water)]

    assert (lists, looks) == ([2, 0], [200, 403])


async def test_an_order_stands_in_the_ledger_for_the_units_that_have_or_had_it_alone(hotline: Caller) -> None:
    city, water = hotline.as_(person("unit_lead", CITY)), hotline.as_(person("unit_lead", WATER))
    pdf = {"params": {"filename": "a.pdf"}, "content": b"%PDF-1.4 "}
    file = (await city.post(f"/tasks/{task(1)}/attachments", **pdf)).json()["id"]
    now = f"{hotline.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    looks: list[tuple[str, dict[str, str]]] = [
        (f"/tasks/{task(1)}", {}),
        (f"/tasks/{task(1)}", {"as_of": now}),
    ]
    looks += [(f"/tasks/{task(1)}/attachments", {}), (f"/attachments/{file}", {})]

    before = [[(await one.get(path, **query)).status_code for path, query in looks] for one in (city, water)]
    await post(city, f"/orders/{task(1)}/return", reason="duty")
    await post(hotline, f"/orders/{task(1)}/return/decision", grant=True, opinion="属实", unit_id=WATER)
    after = [[(await one.get(path, **query)).status_code for path, query in looks] for one in (city, water)]

    assert before == [[200] * 4, [403] * 4]
    assert after == [[200] * 4, [200] * 4]


@pytest.mark.parametrize("query", [{}, {"kind": "order"}, {"as_of": "now"}])
async def test_the_ledger_lists_a_unit_s_own_orders_alone(hotline: Caller, query: dict[str, str]) -> None:
    if "as_of" in query:
        query = {"as_of": f"{hotline.clock.now():%Y-%m-%dT%H:%M:%SZ}"}
    people = [
        hotline.as_(person("unit", CITY)),
        hotline.as_(person("unit", WATER)),
        hotline.as_(person("unit")),
    ]

    seen = [{one["id"] for one in (await who.get("/tasks", **query)).json()["items"]} for who in people]

    assert seen == [{task(1), task(2)}, set(), set()]
    assert len((await hotline.get("/tasks", **query)).json()["items"]) == 3


async def test_complaints_about_an_office_are_for_leaders_and_the_supervision_office(hotline: Caller) -> None:
    leader, city = hotline.as_(person("leader")), hotline.as_(person("unit_lead", CITY))

    answers = [await one.get("/orders/about-offices") for one in (leader, hotline, city)]

    assert [one.status_code for one in answers] == [200, 200, 403]
    assert [one["task_id"] for one in answers[0].json()] == [task(2)]


async def test_an_order_goes_its_whole_way_over_the_routes(hotline: Caller) -> None:
    city, water = hotline.as_(person("unit_lead", CITY)), hotline.as_(person("unit_lead", WATER))
    base = f"/orders/{task(1)}"
    await post(city, f"{base}/return", reason="duty", note="应由水务局办理")
    await post(hotline, f"{base}/return/decision", grant=True, opinion="属实", unit_id=WATER)
    await post(water, f"{base}/contact", note="已联系")
    await post(water, f"{base}/answer", text="已疏通")

    closed = await post(water, f"{base}/closing", resolved="yes")

    assert (closed["status"], closed["state_word"], closed["resolved_word"]) == (200, "办结", "解决")
    assert [(hop["unit_name"], hop["granted_word"], hop["return_word"]) for hop in closed["hops"]] == [
        ("城市管理局", "同意", "不属本单位职责"),
        ("水务局", "", ""),
    ]
    words = [step["step_word"] for step in closed["steps"]]
    assert words == ["退单", "派单异议审核", "联系", "答复", "办结"]


async def test_hard_orders_exclusions_refusals_and_merges_have_their_routes(hotline: Caller) -> None:
    base = f"/orders/{task(1)}"
    for unit, more in ((CITY, {"unit_id": WATER}), (WATER, {})):
        await post(hotline, f"{base}/return", reason="duty", on_behalf_of=unit)
        await post(hotline, f"{base}/return/decision", grant=True, opinion="属实", **more)
    await post(hotline, f"{base}/hard/industry", unit_id=HOUSING, reason="三定")
    settled = await post(hotline, f"{base}/hard/handler", unit_id=HOUSING, reason="三定")
    out = await post(hotline, f"{base}/exclusion", reason="unreasonable", decided_by_name="主任")
    refused = await post(hotline, f"/orders/{task(3)}/refusal", reason="elsewhere")
    merged = await post(hotline, f"/orders/{task(2)}/merge", into=task(1), reason="同一事项")
    none = await post(hotline, f"{base}/visits", reached=False)

    assert (settled["hard_word"], out["excluded_word"]) == ("已明确承办单位", "诉求不合理")
    assert (refused["state_word"], refused["refusal_word"]) == ("不受理", "属其他地市管辖")
    assert (merged["status"], merged["code"]) == (409, "order.merge_different")
    assert (none["status"], none["code"]) == (409, "order.no_visit")


async def test_the_rate_of_misroutes_is_shown_with_its_rows(hotline: Caller) -> None:
    await post(hotline, f"/orders/{task(3)}/dispatch", unit_id=WATER, reason="目录缺项")
    await post(hotline, f"/orders/{task(1)}/return", reason="duty", on_behalf_of=CITY)
    await post(hotline, f"/orders/{task(1)}/return/decision", grant=True, opinion="属实")
    today = local_date(hotline.clock.now()).isoformat()

    shown = (await hotline.get("/orders/misroutes", first=today, last=today)).json()
    wrong = await hotline.get("/orders/misroutes", first=today, last="2000-01-01")

    assert (shown["numerator"], shown["denominator"], shown["percent"], shown["note"]) == (
        1,
        3,
        "",
        "样本不足",
    )
    assert [(row["task_id"], row["how_word"]) for row in shown["rows"]] == [(task(1), "按派单目录")]
    assert wrong.json()["code"] == "order.period"


def test_a_share_is_rounded_half_up_to_two_places() -> None:
    assert [percent(*pair) for pair in ((1, 3), (2, 3), (1, 32), (1, 800), (3, 800), (0, 7), (7, 7))] == [
        "33.33",
        "66.67",
        "3.13",
        "0.13",
        "0.38",
        "0.00",
        "100.00",
    ]


TABLE = "一级分类,主办单位,协办单位\n教育,住建局,营商办\n".encode()


async def test_a_table_is_tried_before_it_is_confirmed(hotline: Caller) -> None:
    tried = (await hotline.post("/order-directory/imports", content=TABLE)).json()
    before = len((await hotline.get("/order-directory")).json())
    loaded = (await hotline.post("/order-directory/imports", params={"confirm": True}, content=TABLE)).json()
    wrong = await hotline.post("/order-directory/imports", content="主办单位\n没有这家\n".encode())

    assert (tried["confirmed"], loaded["confirmed"]) == (False, True)
    assert len((await hotline.get("/order-directory")).json()) == before + 1
    assert loaded["rows"][0]["unit_name"] == "住建局"
    assert (wrong.json()["code"], wrong.json()["row"]) == ("order_directory.unit", 1)


async def test_the_directory_is_asked_extended_and_ended_over_the_routes(hotline: Caller) -> None:
    row = {"category": ["教育"], "unit_id": HOUSING}
    [made_row] = (await hotline.post("/order-directory", json={"rows": [row]})).json()
    street = {"category": ["教育", "学前"], "unit_id": STREET}
    refused = await hotline.post("/order-directory", json={"rows": [street]})

    found = (await hotline.get("/order-directory/match", category="教育/学前", region="610481")).json()
    none = (await hotline.get("/order-directory/match", category="卫生")).json()
    last = local_date(hotline.clock.now()).isoformat()
    ended = await hotline.post(f"/order-directory/{made_row['id']}/end", json={"on": last})

    assert (found["unit_name"], found["how_word"]) == ("住建局", "按派单目录")
    assert (none["unit_id"], none["blocked_word"]) == (None, "派单目录没有对应单位")
    assert ended.json()["ends_on"] == last
    assert (refused.status_code, refused.json()["code"]) == (409, "order.grass_roots")
    assert "不得派给基层" in refused.json()["title"]


async def test_rules_are_shown_and_set_for_a_place(hotline: Caller) -> None:
    said = {"region": "6104", "rules": {"hops": 3}, "reason": "试行"}

    shown = (await hotline.put("/order-rules", said)).json()
    wrong = await hotline.put("/order-rules", said | {"rules": {"hops": 0}})

    assert [(one["region"], one["version"], one["rules"]["hops"]) for one in shown] == [
        ("", 1, 2),
        ("6104", 1, 3),
    ]
    assert (await hotline.get("/order-rules")).json() == shown
    assert wrong.json()["field"] == "hops"


async def test_proposals_are_for_leaders_and_the_supervision_office(hotline: Caller) -> None:
    base = f"/orders/{task(1)}"
    for _ in range(2):
        await post(hotline, f"{base}/return", reason="duty", on_behalf_of=CITY)
        await post(hotline, f"{base}/return/decision", grant=False, opinion="属其职责")
    leader, city = hotline.as_(person("leader")), hotline.as_(person("unit_lead", CITY))
    [shown] = (await leader.get("/order-proposals", state="open", kind="shirking")).json()

    decided = await post(
        leader, f"/order-proposals/{shown['id']}/decision", accept=True, reason="推诿", to="organisation"
    )

    assert (shown["kind_word"], shown["orders"]) == ("推诿扯皮", [task(1)])
    assert (decided["state_word"], decided["referred_to_word"]) == ("已采纳", "组织部")
    assert (await city.get("/order-proposals")).status_code == 403


async def test_the_knowledge_base_over_the_routes(hotline: Caller) -> None:
    city = hotline.as_(person("unit_lead", CITY))
    said = {"title": "占道经营", "category": ["城市管理"], "answer": "向中队反映", "unit_id": CITY}
    entry = await post(city, "/knowledge", **said)
    edited = await city.put(f"/knowledge/{entry['id']}", said | {"if_version": 1, "answer": "拨打热线"})
    reviewed = await post(city, f"/knowledge/{entry['id']}/review")

    found = (await hotline.get("/knowledge", q="占道")).json()
    gone = await hotline.post(f"/knowledge/{entry['id']}/withdrawal")

    assert (entry["valid_word"], edited.json()["version"]) == ("待承办单位审核", 2)
    assert (reviewed["valid"], reviewed["valid_word"]) == (True, "有效")
    assert [one["answer"] for one in found] == ["拨打热线"]
    assert gone.json()["valid_word"] == "已撤下"


async def test_what_ended_an_order_and_what_the_platform_said_stand_in_words(
    hotline: Caller, tmp_path: Path
) -> None:
    db = sqlite_database("tasks", tmp_path, hotline.clock)
    now = hotline.clock.now()
    bad = OrderRevisited(order_id="city-1", number=1, reached=True, resolved="no", level=1, revisited_at=now)
    recall = OrderRecalled(order_id="city-3", recalled_at=now)
    await hear(db, bad, recall, order(4, received_at=now))
    await db.close()
    await post(hotline, f"/orders/{task(1)}/visits", reached=True, resolved="yes", level=4)
    await post(hotline, f"/orders/{task(4)}/merge", into=task(1), reason="同一事项")

    shown = [(await hotline.get(f"/orders/{task(number)}")).json() for number in (1, 3, 4)]

    assert [one["state_word"] for one in shown] == ["派单", "平台撤回", "并单"]
    assert (shown[0]["merged"], shown[0]["visit_word"]) == ([task(4)], "已回访")
    assert [(one["kind_word"], one["level_word"]) for one in shown[0]["facts"]] == [
        ("平台回访", "非常不满意")
    ]
    assert [(one["resolved_word"], one["level_word"]) for one in shown[0]["visits"]] == [("解决", "满意")]


async def test_without_configured_categories_nothing_is_a_complaint_about_an_office(hotline: Caller) -> None:
    await hotline.put("/order-rules", {"rules": {"office_categories": []}, "reason": "未定"})

    assert (await hotline.get("/orders/about-offices")).json() == []
