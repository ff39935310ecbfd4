"""`duban feed pulls` and its neighbours, against a real gateway: a plan is set, tried, run and listed."""

import json
from pathlib import Path

import pytest

from deploy.api_client.common import TrialRecordOut
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import Real, code_of, json_answer, made_up, printed, real, run

PLAN = {
    "kind": "table",
    "database": "front",
    "table": "t",
    "columns": {"a": "b"},
    "key": "id",
    "cursor": "id",
}


def written(folder: Path, name: str, content: object) -> str:
    (folder / name).write_text(json.dumps(content), "utf-8")
    return str(folder / name)


async def set_up(gateway: Real, folder: Path) -> str:
    source = written(folder, "source.json", {"name": "甲", "form": "push", "silent_after": 60})
    printed(await gateway.run("feed", "set", "hz", source, role="ops"))
    plan = written(folder, "plan.json", {"plan": PLAN, "enabled": False})
    return printed(await gateway.run("feed", "pull-set", "hz", plan, role="ops"))


@pytest.mark.slow
async def test_a_plan_is_set_listed_and_run(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        told = await set_up(gateway, tmp_path)
        listed = printed(await gateway.run("feed", "pulls", role="ops"))
        (found,) = json_lines(printed(await gateway.run("feed", "pulls", "--json", role="ops")))
        asked = printed(await gateway.run("feed", "pull-run", "hz", "--from-start", role="ops"))
        tried = code_of(await gateway.run("feed", "pull-try", "hz", role="ops"))
        sources = printed(await gateway.run("feed", "sources", role="ops"))

    assert ("pull-try hz" in told, "前置库表" in listed, "停用" in listed) == (True, True, True)
    assert (found["failures"], found["at_hand"]) == (0, False)
    assert ("下一轮" in asked, tried, "最近收到" in sources) == (True, "pull.secret_unknown", True)


def test_a_page_that_fits_is_shown_as_it_would_be_read() -> None:
    record = whole(TrialRecordOut, place="1", known_as=["办件"], events=[])
    with made_up(json_answer({"fits": True, "count": 1, "records": [record]})) as gateway:
        shown = printed(run("feed", "pull-try", "hz", url=gateway.url))
        told = json_lines(printed(run("feed", "pull-try", "hz", "--json", url=gateway.url)))

    assert ("第 1 条：办件" in shown, "没有收下" in shown, told) == (True, True, [record])
