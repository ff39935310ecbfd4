"""`duban backup` beside a system that runs, and `duban restore`: tasks and attachments are there again."""

import json
from pathlib import Path

import pytest

from deploy.data_directory import DataDirectory
from shared.testing import FakeClock, sqlite_database
from tests.deploy.backup.installations import HASH, content_of, installed
from tests.deploy.gateways import Real, code_of, printed, real, run
from tests.tasks.apps import PLAN_TEXT
from tests.tasks.attachments.files import PDF


async def begun(gateway: Real, folder: Path) -> str:
    """Import a plan and attach a file; gives the task."""
    plan, file = folder / "plan.txt", folder / "验收单.pdf"
    plan.write_text(PLAN_TEXT, "utf-8")
    file.write_bytes(PDF)
    printed(await gateway.run("plan", "import", str(plan), "--confirm"))
    task = str(json.loads(printed(await gateway.run("task", "list", "--json")).splitlines()[0])["id"])
    printed(await gateway.run("task", "attach", task, str(file)))
    return task


@pytest.mark.slow
async def test_a_running_system_comes_back_with_its_tasks_and_attachments(tmp_path: Path) -> None:
    data, copy, new, down = (tmp_path / name for name in ("data", "copy", "new", "down"))
    data.mkdir()
    for service in ("notify", "metrics"):
        await sqlite_database(service, data, FakeClock()).close()
    async with real(data) as gateway:
        task = await begun(gateway, tmp_path)
        taken = json.loads(printed(await gateway.run("backup", str(copy), "--data", str(data), "--json")))

    restored = printed(run("restore", str(copy), "--data", str(new)))
    async with real(new) as gateway:
        printed(await gateway.run("task", "attachments", task, "--download", str(down)))

    assert (taken["files"], taken["lacking"], restored[:4]) == (5, [], "已恢复到")
    assert [path.read_bytes() for path in down.iterdir()] == [PDF]


def test_what_was_lost_before_is_said_and_ends_with_1(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    content_of(data).unlink()

    result = run("backup", str(tmp_path / "copy"), "--data", str(data))

    assert (result.exit_code, HASH in result.stderr) == (1, True)
    assert code_of(run("restore", str(tmp_path / "copy"), "--data", str(data))) == "backup.not_empty"


def test_the_key_of_the_vault_stays_out_of_the_backup_and_that_is_said(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    key = DataDirectory(data).vault_key()

    result = run("backup", str(tmp_path / "copy"), "--data", str(data))

    copied = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert (result.exit_code, "vault.key 不在备份中" in result.stderr) == (0, True)
    assert not [path for path in copied if key.encode() in path.read_bytes()]
