"""`duban catalogue build` turns a document into a folder that loads."""

import shutil
from pathlib import Path

from typer.testing import CliRunner

from deploy.catalogue import UNITS_FILE
from deploy.cli.catalogue import app
from services.tasks import catalogue
from tests.tasks.apps import PLAN_TEXT


def test_a_document_becomes_a_catalogue_without_its_text(tmp_path: Path) -> None:
    document, folder = tmp_path / "plan.txt", tmp_path / "catalogue"
    document.write_text(PLAN_TEXT, "utf-8")

    answer = CliRunner().invoke(app, ["build", str(document), str(folder)])
    shutil.copy(UNITS_FILE, folder)
    parsed, origin = catalogue.read(folder)

    assert (answer.exit_code, origin.name) == (0, "plan.txt")
    assert [(task.number, task.title, task.body) for task in parsed.tasks] == [
        ("1", "开通一次办理窗口", ""),
        ("2", "推行网上申报", ""),
    ]


def test_building_again_gives_the_same_files(tmp_path: Path) -> None:
    document = tmp_path / "plan.txt"
    document.write_text(PLAN_TEXT, "utf-8")

    for folder in ("one", "two"):
        CliRunner().invoke(app, ["build", str(document), str(tmp_path / folder)], catch_exceptions=False)

    files = [
        {path.name: path.read_text("utf-8") for path in (tmp_path / one).iterdir()} for one in ("one", "two")
    ]
    assert files[0] == files[1]
