"""What the documents tell people to type is there."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from deploy.cli.command import app

ROOT = Path(__file__).parents[3]
DOCUMENTS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"]
DOCUMENTS += [f"docs/{name}.md" for name in ("architecture", "events", "operations", "threat-model")]
TOLD = re.compile(r"(?<![/\w])duban ((?:[a-z][a-z-]+ ?)+)")


@cache
def commands() -> dict[str, Any]:
    """Give all groups and commands, which takes a while to build."""
    return dict(getattr(typer.main.get_command(app), "commands", {}))


def is_known(words: Sequence[str]) -> bool:
    """Say whether the first words name a command; what follows them are its arguments."""
    within = commands()
    for word in words:
        if word not in within:
            return False
        if not (within := getattr(within[word], "commands", {})):
            return True
    return True


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    told = {tuple(words.split()) for words in TOLD.findall((ROOT / document).read_text("utf-8"))}

    assert [words for words in told if not is_known(words)] == []


def test_a_command_that_is_not_there_is_not_known() -> None:
    assert (is_known(["task", "list"]), is_known(["task", "lists"]), is_known(["tasks"])) == (
        True,
        False,
        False,
    )
