"""The import contracts fail when they are broken: all of them in a copy of the code that breaks each once."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"


# One line for each contract, which breaks that one and no other.
VIOLATIONS = {
    "services/notify/service.py": "import services.metrics.models",
    "shared/clock.py": "import services.tasks.models",
    "services/tasks/app.py": "import deploy.local",
    "services/notify/domain.py": "import sqlalchemy",
    "services/notify/repository.py": "import services.notify.service",
}


def test_a_forbidden_import_breaks_its_contract(tmp_path: Path) -> None:
    for name in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in VIOLATIONS.items():
        with (tmp_path / file).open("a", encoding="utf-8") as code:
            code.write(f"\n{line}\n")

    done = subprocess.run([LINT, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, f"0 kept, {len(VIOLATIONS)} broken" in done.stdout) == (1, True), done.stdout


def test_every_module_of_pure_decisions_is_named_in_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [pure] = [one for one in contracts if one["name"].startswith("decisions are pure")]

    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "services").rglob("domain_*.py")
    }

    assert found - set(pure["source_modules"]) == set()
