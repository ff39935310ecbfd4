"""Attachments over the inner API: kept, read by all who read tasks, named by reports, withdrawn with a reason."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from services.tasks.attachments import service
from services.tasks.attachments.adapters import FolderStore
from services.tasks.attachments.sweeping import Sweeping
from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import Move
from shared.database import Database
from shared.errors import DubanError, Forbidden, Invalid
from shared.events.attachments import AttachmentAdded, AttachmentWithdrawn
from shared.principal import Principal
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.attachments.files import PDF, PNG, FakeScanner, in_pieces, kept, shelf
from tests.tasks.factories import A, C, unit_id

TASK = make.task_id("1")
PATH = f"/tasks/{TASK}/attachments"


async def attach(caller: Caller, content: bytes = PDF, name: str = "验收单.pdf") -> httpx.Response:
    return await caller.post(PATH, params={"filename": name}, content=content)


async def test_a_file_comes_back_as_it_was_sent(filled: Caller) -> None:
    sent = (await attach(filled)).json()

    got = await filled.get(f"/attachments/{sent['id']}")

    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert "attachment;" in got.headers["content-disposition"]
    assert sent["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert [one["id"] for one in (await filled.get(PATH)).json()] == [sent["id"]]


async def test_the_same_file_twice_is_one_attachment(filled: Caller) -> None:
    first, second = await attach(filled), await attach(filled)

    assert first.json()["id"] == second.json()["id"]


async def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(filled: Caller, tmp_path: Path) -> None:
    sent = (await attach(filled)).json()
    [file] = kept(tmp_path / "attachments")
    file.write_bytes(b"%PDF-forged")

    got = await filled.get(f"/attachments/{sent['id']}")

    assert (got.status_code, got.json()["code"]) == (503, "attachment.content_missing")


async def test_what_is_unknown_or_unfit_is_refused(filled: Caller) -> None:
    answers = (
        await attach(filled, b"MZ", "a.exe"),
        await filled.post("/tasks/none/attachments", params={"filename": "a.pdf"}, content=PDF),
        await filled.get("/tasks/none/attachments"),
        await filled.get("/attachments/att-none"),
        await attach(filled, PDF + bytes(20 * 1024 * 1024)),
    )

    codes = ["attachment.type_refused", "task.not_found", "task.not_found", "attachment.not_found"]
    assert [one.json()["code"] for one in answers] == [*codes, "attachment.too_large"]


async def test_a_file_for_a_task_that_is_not_ones_own_is_refused_before_it_is_kept(
    filled: Caller, tmp_path: Path
) -> None:
    other = Principal(id="k", role="unit", unit=unit_id(C), scopes=frozenset({"tasks:write"}))

    refused = await attach(filled.as_(other))

    assert (refused.json()["code"], kept(tmp_path / "attachments")) == ("attachment.not_your_task", [])


async def stored(folder: Path) -> service.Stored:
    return await service.store_file(shelf(folder), "验收单.pdf", in_pieces(PDF))


async def added(ledger: Database, folder: Path, unit: str = A) -> str:
    file = await stored(folder)
    async with ledger.transaction() as tx:
        act = make.act(make.worker(unit), tx.now)
        return (await service.add_attachment(tx, TASK, file, act)).id


async def refusal(ledger: Database, attachment_id: str) -> str:
    try:
        async with ledger.transaction() as tx:
            await service.withdraw_attachment(tx, attachment_id, "传错", make.act(at=tx.now))
    except DubanError as error:
        return error.code
    return ""


async def test_both_steps_are_published_without_the_name(ledger: Database, tmp_path: Path) -> None:
    attachment_id = await added(ledger, tmp_path)

    assert await refusal(ledger, attachment_id) == ""

    [event] = await events_of(ledger, AttachmentAdded)
    assert (event.attachment_id, event.size, event.unit_id) == (attachment_id, len(PDF), unit_id(A))
    assert len(await events_of(ledger, AttachmentWithdrawn)) == 1


async def test_a_unit_without_a_role_can_not_attach(ledger: Database, tmp_path: Path) -> None:
    with pytest.raises(Forbidden) as refused:
        await added(ledger, tmp_path, C)

    assert refused.value.code == "attachment.not_your_task"


async def test_what_a_report_names_has_to_stand_and_then_stays(ledger: Database, tmp_path: Path) -> None:
    attachment_id = await added(ledger, tmp_path)
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)
    report = Report(note="已完成", evidence=(attachment_id,))
    unknown = await make.refusal(ledger, Move.PROGRESS, report=Report(evidence=("att-none",)))

    await make.move(ledger, Move.PROGRESS, report=report, on_behalf_of=unit_id(A))

    assert unknown.code == "attachment.unknown"
    assert await refusal(ledger, attachment_id) == "attachment.in_use"


async def test_a_virus_and_a_scanner_that_is_down_keep_nothing(tmp_path: Path) -> None:
    codes = []
    for scanner in (FakeScanner(found="Eicar"), FakeScanner(down=True)):
        try:
            await service.store_file(shelf(tmp_path, scanner), "a.pdf", in_pieces(PDF))
        except DubanError as error:
            codes.append(error.code)

    assert (codes, kept(tmp_path)) == (["attachment.virus", "attachment.scanner"], [])


async def test_the_scanner_sees_the_whole_content_before_it_is_kept(tmp_path: Path) -> None:
    scanner = FakeScanner()

    await service.store_file(shelf(tmp_path, scanner), "a.pdf", in_pieces(PDF))

    assert (scanner.seen, [file.read_bytes() for file in kept(tmp_path)]) == ([PDF], [PDF])


async def test_what_is_refused_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    for name, content in (("a.exe", b"MZ"), ("a.pdf", PNG), ("a.pdf", b"")):
        with pytest.raises(Invalid):
            await service.store_file(shelf(tmp_path), name, in_pieces(content))

    assert kept(tmp_path) == []


class Broken(FolderStore):
    """A folder that can't be listed."""

    def __init__(self) -> None:
        super().__init__(Path())

    async def sweep(self, named: frozenset[str], *, before: datetime) -> int:
        raise PermissionError(13, str((named, before)))


async def test_what_a_crash_left_is_swept_and_what_is_named_stays(ledger: Database, tmp_path: Path) -> None:
    folder = tmp_path / "contents"
    await added(ledger, folder)
    await service.store_file(shelf(folder), "没有登记.png", in_pieces(PNG))
    for file in kept(folder):
        os.utime(file, (0, 0))

    waits = [await Sweeping(ledger, store).step() for store in (FolderStore(folder), Broken())]

    assert [file.name for file in kept(folder)] == [hashlib.sha256(PDF).hexdigest()]
    assert waits == [43_200, 43_200]
