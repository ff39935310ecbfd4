"""`duban calendar`, against a real gateway with the real tasks service."""

from pathlib import Path

import pytest

from deploy.api_client.calendar import ImportOut, MovedClockOut
from deploy.cli.calendar import SHOWN, _told
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, printed, real, run

LIST = "date,kind\n2031-01-01,休\n2031-05-01,休\n2031-05-05,休\n2031-05-10,班\n2031-10-01,休\n"


@pytest.mark.slow
async def test_a_year_is_tried_imported_and_shown(tmp_path: Path) -> None:
    file = tmp_path / "2031.csv"
    file.write_text(LIST, "utf-8")

    async with real(tmp_path) as gateway:
        before = printed(await gateway.run("calendar", "show", "2031"))
        tried = printed(await gateway.run("calendar", "import", str(file)))
        done = printed(await gateway.run("calendar", "import", "-", "--confirm", stdin=LIST.encode()))
        after = printed(await gateway.run("calendar", "show", "2031"))

    assert before.startswith("2031 年工作日历（暂定，官方安排未导入）\n休：2031-01-01、")
    assert tried.startswith(
        "2031 年工作日历：变动 2 天，移动 0 个在办期限，由暂定转为官方\n  2031-05-05 改为休\n"
    )
    assert tried.endswith("  2031-05-10 改为班\n只是试算，加 --confirm 写入日历\n")
    assert done == tried.replace("只是试算，加 --confirm 写入日历", "已写入日历")
    assert after.endswith("班：2031-05-10\n")


@pytest.mark.slow
async def test_a_year_and_an_import_are_printed_as_json(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        [outcome] = json_lines(
            printed(await gateway.run("calendar", "import", "-", "--json", stdin=LIST.encode()))
        )
        [year] = json_lines(printed(await gateway.run("calendar", "show", "2026", "--json")))

    assert (outcome["confirmed"], len(outcome["days"]), outcome["clocks"]) == (False, 2, [])
    assert (year["year"], year["provisional"]) == (2026, False)


def test_the_clocks_that_move_are_listed_up_to_a_screen() -> None:
    due = {"old_due_at": "2031-06-20T01:00:00Z", "new_due_at": "2031-06-21T01:00:00Z"}
    clock = whole(MovedClockOut, task_id="t1", clock="finish", **due)
    outcome = whole(ImportOut, confirmed=True, days=[], clocks=[clock] * (SHOWN + 2))

    lines = _told(ImportOut.model_validate(outcome))

    moved = "  期限 t1（finish）2031-06-20T01:00:00+00:00 → 2031-06-21T01:00:00+00:00"
    assert (lines[1], lines[-2]) == (moved, "  …… 另有 2 个期限")


@pytest.mark.slow
async def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        refused = await gateway.run("calendar", "import", "-", stdin=b"{}")

    assert (refused.exit_code, code_of(refused)) == (1, "calendar.unreadable")
    assert code_of(run("calendar", "import", "/nowhere.csv")) == "file.unreadable"
