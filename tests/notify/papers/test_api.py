"""Papers over HTTP: who reads, who writes, and the two files."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import httpx
import openpyxl
import pytest

from shared.clock import at_local
from shared.principal import Principal, sign
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.papers.summaries import summary, told
from tests.notify.test_api import SECRET, running

SCOPES = frozenset({"tasks:read", "tasks:write", "plans:write"})
OFFICE = Principal(id="office", role="supervisor", scopes=SCOPES)
LEADER = Principal(id="leader", role="leader", scopes=SCOPES)
UNIT = Principal(id="unit", role="unit", unit="u1", scopes=SCOPES)
PAPER = "/papers/monthly-2023-06-1"
RELEASE = {"number": "泾河督查〔2023〕6号", "signer": "督查室主任"}
SAID = {"given_by": "管委会主任", "given_on": "2023-07-04", "text": "请抓紧。", "units": ["u1"]}


class Desk:
    """Somebody who calls the papers of a running service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(self, method: str, path: str, who: Principal = OFFICE, said: Any = None) -> httpx.Response:  # noqa: ANN401 - JSON.
        headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
        return await self._client.request(method, path, headers=headers, json=said)


@asynccontextmanager
async def desk(open_database: OpenDatabase, folder: Path) -> AsyncIterator[Desk]:
    await told(open_database(FakeClock(at_local(date(2023, 7, 3), 10))), summary(), summary("weekly"))
    async with running(folder) as client:
        yield Desk(client)


@pytest.mark.slow
async def test_a_paper_goes_from_draft_to_release_to_instruction(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    async with desk(open_database, tmp_path) as office:
        drafts = (await office.call("GET", "/papers?state=draft&kind=monthly&period=2023-06")).json()["items"]
        await office.call("PUT", PAPER, said={"next_steps": ["逐项销账。"]})
        released = (await office.call("POST", f"{PAPER}/release", said=RELEASE)).json()
        await office.call("POST", f"{PAPER}/instructions", said=SAID)
        shown = (await office.call("GET", PAPER, LEADER)).json()

    assert [(one["id"], one["kind_word"], one["state_word"]) for one in drafts] == [
        ("monthly-2023-06-1", "月调度材料", "草稿")
    ]
    assert (released["number"], released["dated_on"], released["next_steps"]) == (
        RELEASE["number"],
        "2023-07-04",
        ["逐项销账。"],
    )
    assert [one["text"] for one in shown["instructions"]] == ["请抓紧。"]
    assert shown["content"]["title"] == "2023年6月督办事项调度材料"


@pytest.mark.slow
async def test_a_paper_is_downloaded_as_word_and_its_annex_as_excel(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    async with desk(open_database, tmp_path) as office:
        word, excel = [await office.call("GET", f"{PAPER}.{ending}") for ending in ("docx", "xlsx")]

    assert "2023年6月督办事项调度材料" in [
        one.text for one in docx.Document(io.BytesIO(word.content)).paragraphs
    ]
    assert len(openpyxl.load_workbook(io.BytesIO(excel.content)).worksheets) == 3
    assert 'filename="monthly-2023-06-1.docx"' in word.headers["content-disposition"]


async def test_a_paper_is_withdrawn_with_its_reason(open_database: OpenDatabase, tmp_path: Path) -> None:
    async with desk(open_database, tmp_path) as office:
        answer = (await office.call("POST", f"{PAPER}/withdrawal", said={"reason": "数据有误"})).json()
        missing = await office.call("GET", "/papers/none")

    assert (answer["state_word"], answer["over_reason"], missing.status_code) == ("已撤回", "数据有误", 404)


REFUSED: tuple[tuple[str, str, Any, Principal], ...] = (
    ("GET", PAPER, None, UNIT),
    ("GET", "/papers", None, UNIT),
    ("PUT", PAPER, {"next_steps": ["改"]}, LEADER),
    ("POST", f"{PAPER}/release", RELEASE, LEADER),
    ("POST", f"{PAPER}/withdrawal", {"reason": "x"}, UNIT),
    ("POST", f"{PAPER}/instructions", SAID, LEADER),
    ("GET", PAPER, None, Principal(id="x", role="supervisor")),
)


async def test_who_may_not_is_refused(open_database: OpenDatabase, tmp_path: Path) -> None:
    async with desk(open_database, tmp_path) as office:
        answers = [await office.call(method, path, who, said) for method, path, said, who in REFUSED]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["code"] for answer in answers} == {"role.refused", "scope.missing"}
