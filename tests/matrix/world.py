"""Two units with things of every kind, made over the public API as people make them, and keys of each role."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from services.gateway.keys import KeyOrder, create_key
from services.gateway.roles import DEFAULT_SCOPES
from services.metrics.models import RecordRow
from services.notify.models import ParcelRow
from shared.clock import Clock, DrillClock, at_local
from shared.database import Database
from tests.contract.fuzzing import standing
from tests.contract.house import House
from tests.gateway.vault.keepers import ZHANG, keep
from tests.matrix.events import APPROVALS, CASES, CATEGORIES, CODES, ITEMS, ORDERS, told
from tests.matrix.post import Post

API = "/api/v1"
NAMES = {"A": "政务中心", "B": "财政金融部"}
PLAN = """示例发〔2023〕1号
示例新城营商环境提升行动方案
2023年4月25日
一、总体目标
全面提升服务水平。
二、重点任务
（一）提升服务
1.开通一次办理窗口。窗口事项比例达到95%以上。
牵头单位：政务中心
责任单位：各相关部门
完成时限：2023年6月底前
2.推行网上申报。网上申报比例达到90%以上。
牵头单位：财政金融部
责任单位：各相关部门
完成时限：2023年9月底前
"""
EVERYBODY = "各相关部门"
FAR = "2099-06-30"
PAPERS = {"A": "示例督〔2026〕1号", "B": "示例督〔2026〕2号"}
PDF = b"%PDF-1.4 "
# A Tuesday in a quarter of which nothing has to be known; only what is due by the real time of day goes by that.
TODAY = date(2023, 7, 11)
Things = dict[str, str]


@dataclass
class World:
    """The house with all that stands in it.

    Attributes:
        things: Letter of a unit → what the table calls its things → their ids.
        clients: Role and letter of a unit → a client with such a key.
        said: Letter of a unit → words that only its own people wrote.
    """

    house: House
    post: Post
    things: dict[str, Things] = field(default_factory=dict)
    clients: dict[tuple[str, str], httpx.AsyncClient] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        """The database of the gateway."""
        return self.house.db

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return self.house.clock

    def stranger(self) -> httpx.AsyncClient:
        """Open a client without a key."""
        return self.house.client()

    @property
    def office(self) -> httpx.AsyncClient:
        """A supervisor who made everything."""
        return self.clients["supervisor", ""]

    def head(self, letter: str) -> httpx.AsyncClient:
        """The head of a unit."""
        return self.clients["unit_lead", letter]


async def said(client: httpx.AsyncClient, method: str, path: str, body: object = None, **query: Any) -> Any:  # noqa: ANN401 - JSON.
    """Ask for something that is granted, and give the answer."""
    answer = await client.request(method, API + path, json=body, params=query or None)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[World]:
    """Run a house, and furnish it for two units."""
    clock = DrillClock(datetime.now(UTC), at_local(TODAY, 10), speed=1)
    async with standing(folder, clock) as (house, _), AsyncExitStack() as open_:
        world = World(house, Post(folder, clock))
        open_.push_async_callback(world.post.close)
        await _key(world, open_, "supervisor", "")
        await _key(world, open_, "leader", "")
        shared = await _plan(world)
        for letter, name in NAMES.items():
            world.things[letter] = {**shared, "unit": shared[name]}
            for role in DEFAULT_SCOPES:
                await _key(world, open_, role, letter)
        await _directories(world)
        await _feeds(world)
        for letter in NAMES:
            await _ledger(world, letter)
            await _inspection(world, letter)
            await _cases(world, letter)
            await _orders(world, letter)
        await world.post.carry()
        for letter in NAMES:
            await _notices(world, letter)
        await _assessment(world)
        for letter in NAMES:
            await _survey(world, letter)
        await world.post.carry()
        for things in world.things.values():
            things["then"] = f"{world.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"
        yield world


async def _key(world: World, open_: AsyncExitStack, role: str, letter: str) -> None:
    unit = world.things[letter]["unit"] if letter else ""
    async with world.house.db.transaction() as tx:
        order = KeyOrder(role=role, unit=unit, per_minute=0)
        row, secret = await create_key(tx, order, real_now=world.house.clock.real_now())
    world.clients[role, letter] = await open_.enter_async_context(world.house.client(secret))
    world.keys[role, letter] = row.id


async def _plan(world: World) -> Things:
    office = world.office
    answer = await office.post(
        f"{API}/plans", params={"filename": "p.txt", "confirm": True}, content=PLAN.encode()
    )
    assert answer.is_success, answer.text
    (plan,) = await said(office, "GET", "/plans")
    units = {one["name"]: one["id"] for one in await said(office, "GET", "/units")}
    await said(office, "POST", "/summaries", {"kind": "monthly", "period": f"{TODAY:%Y-%m}"})
    more = {"year": str(TODAY.year), "today": str(TODAY)}
    return {"plan": plan["id"], "everybody": units[EVERYBODY], **more, **units}


async def _directories(world: World) -> None:
    """Say which unit gets which items and categories, and by which codes it is known."""
    for letter, code in CODES.items():
        unit = world.things[letter]["unit"]
        await said(world.office, "PUT", f"/units/{unit}/codes", {"codes": [code]})
        row = {"purpose": "approval", "item": ITEMS[letter], "unit_id": unit}
        await said(world.office, "POST", "/dispatch-rules", {"rules": [row]})
        rows = [{"category": CATEGORIES[letter], "unit_id": unit}]
        await said(world.office, "POST", "/order-directory", {"rows": rows})
    organisation = {"organisation_unit": world.things["A"]["unit"]}
    await said(world.office, "PUT", "/order-rules", {"rules": organisation, "reason": "本地规定"})


async def _feeds(world: World) -> None:
    """Let a bad rating, orders, results of approvals and a service of each unit come in."""
    async with world.house.db.transaction() as tx:
        for letter in NAMES:
            for event in told(letter, world.house.clock.now()):
                tx.publish(event)
    await keep(world.house.db, {f"kept.{letter}": ZHANG for letter in NAMES})
    await world.post.carry()
    orders = {one["order_no"]: one["task_id"] for one in await said(world.office, "GET", "/orders")}
    cases = {one["project_no"]: one["id"] for one in await said(world.office, "GET", "/rectifications")}
    records = {
        one["project_no"]: one["id"] for one in (await said(world.office, "GET", "/approvals"))["items"]
    }
    for letter, things in world.things.items():
        for name in ORDERS:
            things[name] = orders[f"{letter}-{name}"]
        for name in CASES:
            things[name] = cases[f"{letter}-{name}"]
        for name in APPROVALS:
            things[name] = records[f"{letter}-{name}"]
        things |= {"service": f"hall.{letter}", "kept": f"kept.{letter}"}
        world.things[letter] = things


async def _ledger(world: World, letter: str) -> None:
    office, things = world.office, world.things[letter]
    unit = things["unit"]
    lead = [{"role": "lead", "unit_id": unit}]
    for name in ("task", "delayed", "asking"):
        entry = {"kind": "instruction", "title": f"{letter}的批示", "units": lead, "deadline": FAR}
        things[name] = (await said(office, "POST", "/tasks", entry | {"source": "meeting"}))["id"]
        await said(office, "POST", f"/tasks/{things[name]}/moves", {"move": "assign"})
    more_time = {"wanted_on": "2099-07-31", "reason": "需要更多时间", "on_behalf_of": unit}
    for name in ("delayed", "asking"):
        await said(office, "POST", f"/tasks/{things[name]}/extensions", more_time)
    tasks = (await said(office, "GET", "/tasks", plan=things["plan"]))["items"]
    things["plan_task"] = next(one["id"] for one in tasks if one["answering_unit"] == unit)
    problem = {"title": f"{letter}的问题", "units": [unit], "deadline": FAR}
    things["problem"] = (await said(office, "POST", "/problems", problem))["id"]
    for name, on in (
        ("attachment", "task"),
        ("order_file", "order"),
        ("rectification_file", "rectification"),
    ):
        things[name] = await _attach(world.head(letter), things[on], words_of(letter))
    await _duty(world, letter)
    await _project(world, letter)
    await _debts(world, letter)
    await _measures(world, letter)


async def _attach(client: httpx.AsyncClient, task: str, words: str) -> str:
    path = f"{API}/tasks/{task}/attachments"
    answer = await client.post(path, params={"filename": "a.pdf"}, content=PDF + words.encode())
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def _duty(world: World, letter: str) -> None:
    things = world.things[letter]
    body = {"title": f"{letter}的月报", "frequency": "monthly", "units": [things["unit"]]}
    body |= {"starts_on": str(TODAY.replace(day=1))}
    (duty,) = await said(world.office, "POST", "/duties", body)
    things["duty"] = duty["id"]
    entry: dict[str, object] = {"kind": "duty", "title": f"{letter}的汇总", "source": "manual"}
    entry |= {"units": [{"role": "lead", "unit_id": things["unit"]}]}
    things["occurrence"] = (await said(world.office, "POST", "/tasks", entry))["id"]
    await said(world.office, "POST", f"/tasks/{things['occurrence']}/moves", {"move": "assign"})


async def _project(world: World, letter: str) -> None:
    things, year = world.things[letter], TODAY.year
    body = {
        "title": f"{letter}的项目",
        "units": [{"role": "lead", "unit_id": things["unit"]}],
        "leader_post": "leader-2",
        "total": "10",
        "annual": "3.65",
        "year": year,
        "approval_ref": "示例备1号",
        "starts_on": f"{year}-01-01",
        "completes_on": f"{year}-12-31",
        "listed_on": f"{year - 1}-01-01",
        "stage": "started",
    }
    things["project"] = (await said(world.office, "POST", "/projects", body))["id"]
    land = {"kind": "land", "item": "用地", "unit_id": things["unit"]}
    await said(world.office, "POST", f"/projects/{things['project']}/elements", land)


async def _debts(world: World, letter: str) -> None:
    things = world.things[letter]
    body = {"unit": things["unit"], "creditor": "QY-000001", "amount": "100.00", "arisen_on": "2023-01-01"}
    for name, source in (("debt", "audit"), ("complaint", "arrears_complaint")):
        more = {"source": source, "source_ref": f"{letter}-{name}"}
        things[name] = (await said(world.office, "POST", "/arrears", body | more))["id"]


async def _measures(world: World, letter: str) -> None:
    things = world.things[letter]
    path = f"/tasks/{things['task']}/measures"
    await said(world.office, "POST", path, {"kind": "urge", "reason": f"{letter}须加快"})
    plate = await said(world.office, "POST", path, {"kind": "plate", "reason": f"{letter}久拖不决"})
    things["measure"] = plate["id"]
    decision = {"take": True, "decided_by_name": "分管领导", "paper_number": PAPERS[letter]}
    decision |= {"record": "研究决定", "due_on": FAR}
    await said(world.office, "POST", f"/measures/{plate['id']}/decision", decision)


async def _inspection(world: World, letter: str) -> None:
    """Inspect a unit, up to the conclusion."""
    office, things = world.office, world.things[letter]
    plan = {"title": f"{letter}的督查", "basis": "年度计划", "scope": "承诺兑现", "team": ["督查室一组"]}
    plan |= {"starts_on": str(TODAY), "ends_on": str(TODAY + timedelta(days=4)), "units": [things["unit"]]}
    things["inspection"] = (await said(office, "POST", "/inspections", plan))["id"]
    path = f"/inspections/{things['inspection']}"
    await said(world.clients["leader", ""], "POST", f"{path}/approval", {})
    await said(office, "POST", f"{path}/start")
    await said(office, "POST", f"{path}/conclusion", {"conclusion": f"{letter}有一项未兑现"})


async def _cases(world: World, letter: str) -> None:
    """Bring bad ratings to each stage at which their unit has something to do."""
    head, things = world.head(letter), world.things[letter]
    steps = (
        ("remedy", {"mode": "at_once", "done": words_of(letter)}),
        ("reply", {"reply": words_of(letter)}),
    )
    for name, done in (("open_case", 0), ("reply_case", 1), ("rectification", 2)):
        case = f"/rectifications/{things[name]}"
        await said(head, "POST", f"{case}/verdict", {"verdict": "founded", "reason": "属实"})
        for step, body in steps[:done]:
            await said(head, "POST", f"{case}/{step}", body)
    case = f"/rectifications/{things['refused_case']}"
    await said(head, "POST", f"{case}/verdict", {"verdict": "malicious", "reason": "恶意"})
    await said(world.office, "POST", f"{case}/review", {"step": "refuse", "reason": "证据不足"})


async def _orders(world: World, letter: str) -> None:
    """Let a unit speak with a caller, and two of its orders come back from two units."""
    office, things = world.office, world.things[letter]
    unit, other = things["unit"], world.things["B" if letter == "A" else "A"]["unit"]
    note = {"note": words_of(letter)}
    await said(world.head(letter), "POST", f"/orders/{things['order']}/contact", note)
    entry = {"title": f"{letter}的条目", "answer": "到窗口办理", "unit_id": unit}
    things["entry"] = (await said(office, "POST", "/knowledge", entry))["id"]
    for name in ("unnamed", "hard"):
        hard = f"/orders/{things[name]}"
        for holder, more in ((unit, {"unit_id": other}), (other, {})):
            await said(office, "POST", f"{hard}/return", {"reason": "duty", "on_behalf_of": holder})
            await said(office, "POST", f"{hard}/return/decision", {"grant": True, "opinion": "属实", **more})
    await said(office, "POST", f"{hard}/hard/industry", {"unit_id": unit, "reason": "三定"})


def words_of(letter: str) -> str:
    """Give what the people of a unit wrote, and nobody else."""
    return f"{letter}的办理经过"


async def _notices(world: World, letter: str) -> None:
    things = world.things[letter]
    inbox = (await said(world.office, "GET", "/inbox", recipient=things["unit"]))["items"]
    things["notice"] = inbox[0]["notice_id"]
    things["task_notice"] = next(one["notice_id"] for one in inbox if one["task_id"] == things["task"])
    row = ParcelRow(id=f"parcel-{letter}", channel="log", recipient=things["unit"], day=TODAY, urgent=True)
    row.notices, row.sent_at = 1, world.house.clock.now()
    async with world.post.dbs["notify"].transaction() as tx:
        tx.session.add(row)
    things["parcel"] = row.id
    things["paper"] = (await said(world.office, "GET", "/papers"))["items"][0]["id"]
    owned = (await said(world.office, "GET", "/indicators", owner=things["unit"]))["items"]
    things["indicator"] = owned[0]["target_id"]


async def _assessment(world: World) -> None:
    """Close the last quarter, with an appeal and an exemption of each unit, and a line in each head's record."""
    office = world.office
    first = date(TODAY.year, 3 * ((TODAY.month - 1) // 3) + 1, 1) - timedelta(days=1)
    quarter = f"{first.year}-Q{(first.month - 1) // 3 + 1}"
    curve = {"kind": "linear", "nothing_at": "60", "full_at": "100"}
    part = {"code": "on_time", "name": "按期", "weight": "100", "curve": curve}
    part |= {"source": {"kind": "measure", "measure": "tasks.on_time"}}
    kinds = ["department", "centre", "government", "office", "agency"]
    content = {"scheme": "trial", "name": "试行办法", "basis": "测试", "kinds": ["quarter"], "parts": [part]}
    content |= {"classes": [{"code": "all", "name": "部门", "kinds": kinds}]}
    revision = {"content": content, "valid_from": quarter, "why": "试行"}
    await said(office, "PUT", "/assessment/schemes/trial", revision)
    period = (await said(office, "POST", "/assessment/periods", {"scheme": "trial", "period": quarter}))["id"]
    for step in ("preview", "closing"):
        await said(office, "POST", f"/assessment/periods/{period}/{step}")
    for letter, things in world.things.items():
        things |= {"scheme": "trial", "period": period, "line": "on_time"}
        appeal = {
            "period": period,
            "line": "on_time",
            "text": f"{letter}的异议",
            "subjects": [things["task"]],
        }
        things["appeal"] = (await said(world.head(letter), "POST", "/assessment/appeals", appeal))["id"]
        exemption = {"subject": things["task"], "reason": "reform", "text": f"{letter}的改革"}
        asked = await said(world.head(letter), "POST", "/assessment/exemptions", exemption)
        things["exemption"] = asked["id"]
        things["record"] = f"record-{letter}"
        await _record(world, letter, period)


async def _record(world: World, letter: str, period: str) -> None:
    """Enter a line that only a final period would allow, and none becomes final in a test on the time of day."""
    row = RecordRow(record_id=f"record-{letter}", person_id=world.keys["unit_lead", letter], period_id=period)
    row.unit_id, row.run, row.post, row.text = world.things[letter]["unit"], 1, "主任", "优秀"
    row.entered_at, row.entered_by, row.state = world.house.clock.now(), "keeper", "entered"
    row.objection = row.answer = ""
    async with world.post.dbs["metrics"].transaction() as tx:
        tx.session.add(row)


async def _survey(world: World, letter: str) -> None:
    """Hold a survey about one unit, as those asked answer on the public page."""
    office, things, now = world.office, world.things[letter], world.house.clock.now()
    body = {
        "kind": "satisfaction",
        "title": f"{letter}的测评",
        "subjects": [{"code": things["unit"], "name": NAMES[letter]}],
        "questions": [{"code": "q1", "text": "服务态度"}],
        "groups": [{"code": "firms", "name": "企业"}],
        "minimum": 5,
        "opens_at": (now - timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=1)).isoformat(),
    }
    things["survey"] = (await said(office, "POST", "/surveys", body))["id"]
    path = f"/surveys/{things['survey']}"
    tokens = (await said(office, "POST", f"{path}/invitations", {"group": "firms", "count": 5}))["tokens"]
    await said(office, "POST", f"{path}/opening")
    async with world.house.client() as public:
        for token in tokens:
            answer = await public.post("/s", data={"code": token, "0-0": "2"})
            assert answer.is_success, answer.text
    await said(office, "POST", f"{path}/closing")


def filled(path: str, things: Mapping[str, str]) -> str:
    """Put the things of a unit into a path of the table; what begins with x nobody made."""
    return path.format_map(_Filled(things))


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        assert name.startswith("x"), f"the world has no {name}"
        return f"made-up-{name[1:]}"
