"""What the tests of feeds send: the same services and ratings, written in the form of each interface."""

import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from openpyxl import Workbook

from services.gateway.vault.domain import Private, caller_of
from shared.clock import SHANGHAI
from shared.database import SyncTx
from tests.gateway.vault.unsealed import Unsealed

UNIT = "11370800MB2855926Y"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON, NDJSON = {"content-type": "application/json"}, {"content-type": "application/x-ndjson"}
START = datetime(2023, 5, 4, 9, 0, tzinfo=SHANGHAI)
SCOPES = ("ratings:write", "ops:read", "ops:write")
LEVEL_WORDS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
GBT_CHANNELS = ("PC端", "移动服务端", "二维码", "政务大厅平板电脑", "政务大厅其他终端", "电话", "短信")
Record = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """A service with its rating, as it really was; times are Shanghai's.

    Attributes:
        channel: 1 to 7, as in `GBT_CHANNELS`.
        paused: Days of its special procedure after its acceptance; 0 for none.
    """

    number: int
    instant: bool
    accepted: datetime
    paused: int
    completed: datetime
    level: int
    channel: int
    rated: datetime

    @property
    def project(self) -> str:
        return f"37{self.number:010d}"


def facts(count: int, seed: int = 5) -> list[Fact]:
    """Make up services with ratings."""
    drawn = random.Random(seed)  # noqa: S311 - data of a test.
    found = []
    for number in range(1, count + 1):
        accepted = START + timedelta(minutes=7 * number)
        completed = accepted + timedelta(days=drawn.randint(1, 9), seconds=drawn.randint(0, 3600))
        rated = completed + timedelta(minutes=drawn.randint(1, 600))
        paused = drawn.choice((0, 0, 0, 1))
        level = drawn.choices((5, 4, 3, 2, 1), (80, 12, 4, 2, 2))[0]
        kind = drawn.random() < 0.3
        found.append(Fact(number, kind, accepted, paused, completed, level, drawn.randint(1, 7), rated))
    return found


def as_gbt(fact: Fact) -> Iterator[Record]:
    """Write it as tables 6 to 9 of GB/T 39046-2020 have it."""
    stamp = "%Y%m%dT%H%M%S"
    own = {"办件编号": fact.project}
    yield own | {
        "受理单位统一社会信用代码": UNIT,
        "实施编码": "3708000001",
        "行政区划": "370800000",
        "受理人员": "赵某",
        "受理时间": fact.accepted.strftime(stamp),
        "承诺办结时间": f"{fact.accepted + timedelta(days=10):%Y%m%d}",
        "办件类型代码": "1" if fact.instant else "2",
    }
    yield own | {"环节名称": "审核", "环节开始时间": fact.accepted.strftime(stamp)}
    if fact.paused:
        ended = fact.accepted + timedelta(days=fact.paused)
        times = {"特别程序开始时间": fact.accepted.strftime(stamp), "特别程序结束时间": ended.strftime(stamp)}
        yield own | times | {"特别程序种类代码": "2", "申请人": "钱某"}
    yield own | {"办结时间": fact.completed.strftime("%Y%m%d%H:%M:%S"), "办理人姓名": "孙某"}
    yield own | {
        "评价渠道": GBT_CHANNELS[fact.channel - 1],
        "评价人": "李某",
        "评价时间": fact.rated.strftime(stamp),
        "评价次数": "1",
        "满意度": LEVEL_WORDS[fact.level],
        "满意度代码": str(6 - fact.level),
        "行政区划": "370800000",
    }


def _as_push(fact: Fact, *, area: str, instant: str, promised: str, applicant: str) -> Iterator[Record]:
    stamp = "%Y-%m-%d %H:%M:%S"
    service = {
        "projectNo": fact.project,
        "deptCode": UNIT,
        "taskCode": "3708000001",
        "areaCode": area,
        "userProp": applicant,
        "proChannel": "2",
        "promiseTime": instant if fact.instant else promised,
        "acceptDate": fact.accepted.strftime(stamp),
        "promiseDay": "5",
        "promiseType": "1",
        "userName": "李某",
        "mobile": "13800000000",
        "proStatus": "2",
    }
    yield service
    if fact.paused:
        ended = fact.accepted + timedelta(days=fact.paused)
        times = {"specialTime": fact.accepted.strftime(stamp), "endTime": ended.strftime(stamp)}
        yield {"projectNo": fact.project, "specialType": "2"} | times
    yield service | {"proStatus": "3", "resultDate": fact.completed.strftime(stamp)}


def _rated(fact: Fact) -> Record:
    return {
        "projectNo": fact.project,
        "serviceNumber": 1,
        "satisfaction": str(fact.level),
        "evalDetail": f"{fact.level}13",
        "name": "李某",
        "assessTime": fact.rated.strftime("%Y-%m-%d %H:%M:%S"),
    }


def as_shandong(fact: Fact) -> Iterator[Record]:
    """Write it as Shandong pushes it: 6 digits, 1 即办, agencies are 6, pf 6 电话 7 短信."""
    yield from _as_push(fact, area="370800", instant="1", promised="2", applicant="6")
    yield _rated(fact) | {"pf": str(fact.channel)}


def as_zhejiang(fact: Fact) -> Iterator[Record]:
    """Write it as Zhejiang pushes it: 2 即办, pf 6 短信; there is no code for the telephone."""
    yield from _as_push(fact, area="370800000000", instant="2", promised="1", applicant="1")
    yield _rated(fact) | {"pf": {6: "5", 7: "6"}.get(fact.channel, str(fact.channel)), "assessNumber": "1"}


def workbook(sheets: Mapping[str, Sequence[Record]]) -> bytes:
    """Write records into a workbook, each sort on its sheet, times as real dates of Excel."""
    book = Workbook()
    book.remove(book.active)
    for name, records in sheets.items():
        sheet, header = book.create_sheet(name), list(dict.fromkeys(key for one in records for key in one))
        sheet.append(header)
        for record in records:
            sheet.append([_cell(key, record.get(key)) for key in header])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds.
    if name.endswith(("Date", "Time")) and isinstance(value, str) and value[4:5] == "-":
        return datetime.fromisoformat(value)
    return value


class Vault(Unsealed):
    """Keeps private parts in memory, and seals nothing."""

    def __init__(self) -> None:
        self.parts: dict[str, Private] = {}

    def keep_many(self, tx: SyncTx, items: Iterable[tuple[str, Private]]) -> None:
        """Keep, in an open transaction."""
        assert tx.connection.in_transaction()
        self.parts.update(items)

    def pseudonym(self, source: str, phone: str) -> str:
        """Name a caller, by a hash without a key."""
        return caller_of(b"", source, phone)


async def register(client: httpx.AsyncClient, source_id: str, form: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - the fields of the API.
    """Register a source."""
    body = {"name": source_id, "form": form} | more
    return await client.put(f"/api/v1/feed-sources/{source_id}", json=body)


async def send(client: httpx.AsyncClient, source_id: str, records: object) -> httpx.Response:
    """Send one record, a list of records, or bytes of a workbook."""
    path = f"/api/v1/feeds/{source_id}"
    if isinstance(records, bytes):
        return await client.post(path, content=records, headers={"content-type": XLSX})
    return await client.post(path, json=records)


def one_service(number: int = 1, **changes: Any) -> Record:  # noqa: ANN401 - what a source may send.
    """Write one acceptance as the push interface has it."""
    return next(as_shandong(facts(number)[-1])) | changes


def one_rating(number: int = 1, **changes: Any) -> Record:  # noqa: ANN401 - as above.
    """Write one rating as the push interface has it, with its unit."""
    own = {"pf": "1", "deptCode": UNIT, "satisfaction": "5", "evalDetail": "513"}
    return _rated(facts(number)[-1]) | own | changes
