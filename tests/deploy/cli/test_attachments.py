"""`duban task attach` and `attachments`, against a real gateway with the real tasks service."""

import json
from pathlib import Path

import pytest

from tests.deploy.gateways import code_of, printed, real
from tests.tasks.apps import PLAN_TEXT
from tests.tasks.attachments.files import PDF


@pytest.mark.slow
async def test_a_file_goes_up_is_listed_and_comes_down(tmp_path: Path) -> None:
    plan, file, folder = tmp_path / "plan.txt", tmp_path / "验收单.pdf", tmp_path / "down"
    plan.write_text(PLAN_TEXT, "utf-8")
    file.write_bytes(PDF)
    async with real(tmp_path) as gateway:
        printed(await gateway.run("plan", "import", str(plan), "--confirm"))
        task = json.loads(printed(await gateway.run("task", "list", "--json")).splitlines()[0])["id"]
        sent = json.loads(printed(await gateway.run("task", "attach", task, str(file), "--json")))
        again = printed(await gateway.run("task", "attach", task, str(file)))
        listed = printed(await gateway.run("task", "attachments", task))
        as_json = printed(await gateway.run("task", "attachments", task, "--download", str(folder), "--json"))
        refused = await gateway.run("task", "attach", task, str(plan))

    assert again.startswith(f"{sent['id']}  验收单.pdf  {len(PDF)} 字节")
    assert f"{sent['id']}  验收单.pdf" in listed
    assert [path.read_bytes() for path in folder.iterdir()] == [PDF]
    assert (json.loads(as_json)["id"], code_of(refused)) == (sent["id"], "attachment.type_refused")
