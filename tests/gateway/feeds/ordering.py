"""What the tests of hotline orders send: the same orders, written as an export of 12345 and in our own words."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.gateway.feeds.sending import START, UNIT, Record

KINDS = {"咨询": "consultation", "求助": "help", "投诉": "complaint", "举报": "report", "建议": "suggestion"}
CATEGORIES = (("城市管理", "市容环境", "占道经营"), ("生态环境", "噪声"), ("教育",), ())
RESOLVED = {"解决": "yes", "部分解决": "partly", "未解决": "no", "": ""}
LEVELS = {"非常满意": "5", "满意": "4", "基本满意": "3", "不满意": "2", "非常不满意": "1", "": ""}
STAMP = "%Y-%m-%d %H:%M:%S"
# What no event may hold, nor a log, nor a table but the vault's.
NAME, PHONE, WORDS, STREET = "欧阳建国", "1390000", "楼下烧烤摊每晚占道到两点", "虎杨村三组"


@dataclass(frozen=True)
class OrderFact:
    """An order as it really was; empty words and None are what did not happen."""

    number: int
    kind: str
    category: tuple[str, ...]
    enterprise: bool
    received: datetime
    urged: datetime | None
    recalled: datetime | None
    visited: datetime | None
    resolved: str
    level: str

    @property
    def order_no(self) -> str:
        return f"GD2023{self.number:06d}"

    @property
    def phone(self) -> str:
        return f"{PHONE}{self.number % 100:04d}"  # Some call three times.


def order_facts(count: int, seed: int = 7) -> list[OrderFact]:
    """Make up orders."""
    drawn = random.Random(seed)  # noqa: S311 - data of a test.
    found = []
    for number in range(1, count + 1):
        received = START + timedelta(minutes=11 * number)
        urged, recalled, visited = (
            received + timedelta(hours=hours) if drawn.random() < share else None
            for hours, share in ((30, 0.3), (60, 0.1), (90, 0.5))
        )
        found.append(
            OrderFact(
                number=number,
                kind=drawn.choice(list(KINDS)),
                category=drawn.choice(CATEGORIES),
                enterprise=drawn.random() < 0.2,
                received=received,
                urged=urged,
                recalled=recalled,
                visited=visited,
                resolved=drawn.choice(list(RESOLVED)),
                level=drawn.choice(list(LEVELS)),
            )
        )
    return found


def _stamp(at: datetime | None) -> str:
    return f"{at:{STAMP}}" if at else ""


def as_export(fact: OrderFact) -> Record:
    """Write all of an order into one row, as exports of 12345 have it."""
    row = {
        "工单编号": fact.order_no,
        "工单类型": fact.kind,
        "问题分类": "->".join(fact.category),
        "标题": f"反映{WORDS}",
        "主要内容": f"{WORDS}，请联系{NAME}。",
        "来电人": NAME,
        "电话": fact.phone,
        "被反映区": "海淀区",
        "地址": STREET,
        "企业名称": "某某餐饮有限公司" if fact.enterprise else "",
        "受理时间": _stamp(fact.received),
        "办理时限": f"{fact.received + timedelta(days=7):%Y-%m-%d}",
        "承办单位代码": UNIT,
        "催办时间": _stamp(fact.urged),
        "撤单时间": _stamp(fact.recalled),
        "回访时间": _stamp(fact.visited),
        "是否解决": fact.resolved if fact.visited else "",
        "是否满意": fact.level if fact.visited else "",
    }
    return {name: value for name, value in row.items() if value}


def as_words(fact: OrderFact) -> Iterator[Record]:
    """Write each step of an order as a record in our own words."""
    own = {"order_no": fact.order_no}
    yield own | {
        "kind": KINDS[fact.kind],
        "category": list(fact.category),
        "region_code": "110108",
        "unit_code": UNIT,
        "enterprise": fact.enterprise,
        "received_at": fact.received.isoformat(),
        "due_on": f"{fact.received + timedelta(days=7):%Y-%m-%d}",
        "name": NAME,
        "phone": fact.phone,
        "text": WORDS,
    }
    if fact.urged:
        yield own | {"urged_at": fact.urged.isoformat()}
    if fact.recalled:
        yield own | {"recalled_at": fact.recalled.isoformat()}
    if fact.visited:
        said = {"resolved": RESOLVED[fact.resolved], "level": LEVELS[fact.level]}
        yield own | {"revisited_at": fact.visited.isoformat(), "number": 1} | said


def as_csv(rows: Sequence[Record]) -> bytes:
    """Write rows into a csv as offices save it."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO()
    writer = csv.DictWriter(written, header)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("gb18030")


def one_order(**changes: str) -> Record:
    """Write one row of an export with nothing but the order; an empty value takes something out."""
    fact = OrderFact(1, "投诉", CATEGORIES[0], False, START, None, None, None, "", "")  # noqa: FBT003 - a plain record.
    return {name: value for name, value in (as_export(fact) | changes).items() if value}


def a_step(**fields: str) -> Record:
    """Write a row that names the order and a step of it."""
    return {"工单编号": "GD2023000001"} | fields
