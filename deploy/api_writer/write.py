"""Writing the client: all modules at once, formatted as the rest of the code is."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.api_writer.annotations import Node
from deploy.api_writer.modules import Package

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "api_client"
BY_HAND = frozenset({"__init__.py", "calls.py"})


def written() -> dict[str, str]:
    """Give file name → text of the generated modules that are there."""
    return {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.py") if file.name not in BY_HAND}


def generated(document: Node) -> dict[str, str]:
    """Give file name → text of the modules as the document has them.

    Raises:
        subprocess.CalledProcessError: They are no Python, which the formatter says.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for module, text in Package(document).modules().items():
            (folder / f"{module}.py").write_text(text, "utf-8")
        for command in (["check", "-q", "--fix-only", "--select", "I,F401"], ["format", "-q"]):
            program = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), name]
            subprocess.run(program, check=True)  # noqa: S603 - our own tool.
        return {file.name: file.read_text("utf-8") for file in folder.glob("*.py")}


def write(document: Node) -> None:
    """Write the client anew; a module that nothing stands in any more goes."""
    found = generated(document)
    for name in written().keys() - found.keys():
        (FOLDER / name).unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, "utf-8")
