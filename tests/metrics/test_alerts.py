"""Every alert is quiet, fires and clears again; says what it means, how bad it is, for whom, and where to read on."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.metrics.alerts import CASES, Case

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules"
ALERTS = (RULES / "duban.yml").read_text("utf-8").split("      - alert: ")[1:]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
ALWAYS = "DubanWatchdog"
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
Json = dict[str, Any]


def name_of(alert: str) -> str:
    return alert.split("\n", 1)[0]


def firing(alert: str, step: int, minutes: int, count: int) -> Json:
    """Expect `count` alerts to fire at a step."""
    expr = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)'
    return {"expr": expr, "eval_time": f"{step * minutes}m", "exp_samples": [{"value": count}]}


def written(case: Case) -> Json:
    """Write a case as promtool reads it."""
    series = [{"series": name, "values": values} for name, values in case.series.items()]
    moments = [(case.quiet, 0), (case.fires, 1), (case.clears, 0)]
    return {
        "name": case.alert,
        "interval": f"{case.step}m",
        "input_series": series,
        "promql_expr_test": [firing(case.alert, step, case.step, count) for step, count in moments],
    }


def run(folder: Path, minutes: int, tests: list[Json]) -> "subprocess.CompletedProcess[str]":
    """Let promtool run tests whose rules are evaluated at this interval."""
    content = {"rule_files": [f"{RULES}/*.yml"], "evaluation_interval": f"{minutes}m", "tests": tests}
    path = folder / f"alerts-{minutes}.yml"  # JSON is YAML.
    path.write_text(json.dumps(content), "utf-8")
    return subprocess.run(
        ["promtool", "test", "rules", str(path)], capture_output=True, text=True, check=False
    )


@needs_promtool
@pytest.mark.slow  # A quarter of a minute of promtool.
@pytest.mark.parametrize("minutes", sorted({case.step for case in CASES}))
def test_every_alert_is_quiet_then_fires_and_then_clears(minutes: int, tmp_path: Path) -> None:
    tests = [written(case) for case in CASES if case.step == minutes]

    found = run(tmp_path, minutes, tests)

    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
@needs_promtool
def test_the_dead_mans_switch_fires_always(tmp_path: Path) -> None:
    moments = [firing(ALWAYS, step, 1, 1) for step in (0, 30, 60)]

    found = run(tmp_path, 1, [{"interval": "1m", "input_series": [], "promql_expr_test": moments}])

    assert found.returncode == 0, found.stdout + found.stderr


@needs_promtool
def test_an_alert_that_did_not_clear_would_be_found_out(tmp_path: Path) -> None:
    stays = Case("DubanDeadEvents", {'duban_bus_dead_events{stream="ratings"}': "0x4 1x40"}, 3, 9, 20)

    assert run(tmp_path, 1, [written(stays)]).returncode == 1


def test_no_alert_is_without_a_case() -> None:
    assert {name_of(alert) for alert in ALERTS} == {case.alert for case in CASES} | {ALWAYS}


@pytest.mark.parametrize("alert", ALERTS, ids=name_of)
def test_an_alert_says_in_chinese_what_it_is_and_for_whom(alert: str) -> None:
    expected = "severity: none, audience: heartbeat" if name_of(alert) == ALWAYS else None

    assert re.search(r"summary: .*[一-鿿]", alert)
    assert re.search(r"description: .*[一-鿿]", alert)
    assert re.search(expected or r"severity: (?:critical|warning), audience: (?:platform|business)\}", alert)


@pytest.mark.parametrize("alert", ALERTS, ids=name_of)
def test_the_runbook_of_an_alert_is_a_heading_of_the_page(alert: str) -> None:
    anchor = re.search(r"runbook: docs/operations\.md#(\S+)", alert)
    headings = {heading.lower() for heading in re.findall(r"(?m)^### (\w+)$", OPERATIONS)}

    assert anchor is not None
    assert anchor[1] == name_of(alert).lower()
    assert anchor[1] in headings
