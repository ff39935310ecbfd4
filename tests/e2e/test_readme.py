"""The README is true: its two commands do all the set-up, from a clean clone."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.stack import duban, free_port, key_in, running

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]


def commands(readme: str) -> list[str]:
    """Give the lines of the first code block after "## Run it"."""
    block = re.search(r"^## (?:Run it|运行)$.*?^```\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert block is not None
    return block.group(1).split("\n")[:-1]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_set_up_is_two_commands(name: str) -> None:
    assert commands((ROOT / name).read_text("utf-8")) == ["make run", "make test"]


def test_make_run_in_a_clean_clone_is_a_system_that_answers(tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "duban")], check=True)
    port = free_port()

    with running(["make", "run", f"ARGS=--port {port}"], folder=tmp_path / "duban") as said:
        shown = duban("task", "list", "--unit", "政务中心", "--limit", "3", port=port, key=key_in(said))

    assert "fa" in shown or "p" in shown
    assert (tmp_path / "duban/var/duban").is_dir()
