"""What Prometheus and Grafana are given: valid, and every panel shows something over our own metrics."""

import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from redis.asyncio import Redis

from deploy.grafana.boards import BOARDS
from deploy.grafana.layout import to_json
from services.gateway.returns.instruments import Instruments as Returns
from services.gateway.subscriptions.instruments import Instruments as Subscriptions
from services.notify.instruments import Instruments as Notices
from services.tasks.workdays.instruments import CalendarGauge
from shared.database import Database
from shared.streams.lag import Lag
from tests.metrics import factories as make
from tests.metrics.test_exposition import promtool as lint

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULE_TESTS = sorted(Path(__file__).parent.glob("prometheus_rules*.yml"))
GRAFANA = ROOT / "deploy" / "grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))
DASHBOARDS = [json.loads(path.read_text("utf-8")) for path in FILES]
PANELS = [panel for board in DASHBOARDS for panel in board["panels"] if panel["type"] != "row"]
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")

# What the other services, the bus and Prometheus itself export, with labels as they have them.
OTHERS = [
    'up{job="duban",instance="tasks"}',
    'scrape_duration_seconds{job="duban",instance="tasks"}',
    'scrape_samples_scraped{job="duban",instance="tasks"}',
    'duban_build_info{service="tasks",version="0.1.0"}',
    'duban_bus_lag_events{stream="ratings",group="metrics"}',
    'duban_bus_oldest_unread_seconds{stream="ratings",group="metrics"}',
    'duban_bus_parked_events{stream="ratings",group="metrics"}',
    'duban_bus_dead_events{stream="ratings",group="metrics"}',
    'duban_bus_lost_events{stream="ratings",group="metrics"}',
    'duban_outbox_depth_events{stream="ratings"}',
    'duban_outbox_oldest_seconds{stream="ratings"}',
    'duban_relay_up{stream="ratings"}',
    'duban_notices_total{rung="warned",late="false"}',
    'duban_notices_total{rung="warned",late="true"}',
    'duban_notice_lateness_seconds_bucket{le="1"}',
    'duban_notice_lateness_seconds_bucket{le="+Inf"}',
    "duban_notices_pending",
    "duban_notice_engine_waiting",
    'duban_deliveries_pending{channel="log"}',
    'duban_parcels_total{channel="log",outcome="sent"}',
    "duban_calendar_official_ahead_seconds",
    'duban_returns_waiting{source="push"}',
    'duban_returns_oldest_waiting_seconds{source="push"}',
    'duban_returns_refused{source="push"}',
    'duban_subscription_active{subscription="credit"}',
    'duban_subscription_deliveries_dead{subscription="credit"}',
    'duban_subscription_disabled{subscription="credit"}',
    'duban_subscription_lag_positions{subscription="credit"}',
]
FEEDS = [
    'duban_feed_records_total{source="push",form="push",outcome="accepted"}',
    'duban_feed_last_record_timestamp_seconds{source="push"}',
    'duban_feed_silent{source="push"}',
    'duban_feed_rejects_waiting{source="push"}',
    'duban_feed_pull_errors{source="push"}',
]
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
OF_PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_scraped", "ALERTS"}


def queries() -> Iterator[tuple[str, str]]:
    """Give title and query of every panel."""
    return ((panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"])


def series_of(text: str) -> Iterator[dict[str, str]]:
    """Give what was exposed as input series that stand still for an hour."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={json.dumps(value)}" for name, value in sample.labels.items())
            yield {"series": f"{sample.name}{{{labels}}}", "values": f"{sample.value}x70"}


def promtool(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)


@needs_promtool
def test_the_scrape_configuration_and_its_rules_are_valid() -> None:
    found = promtool("check", "config", "--lint=all", "--lint-fatal", str(PROMETHEUS / "prometheus.yml"))

    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
@needs_promtool
def test_every_alert_fires_when_it_should_and_not_before() -> None:
    found = promtool("test", "rules", *map(str, RULE_TESTS))

    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
@needs_promtool
async def test_every_panel_shows_something_over_our_own_metrics(file_db: Database, tmp_path: Path) -> None:
    await make.tell_everything(file_db)
    ours = series_of(make.exposed(await make.pictured(file_db)))
    others = [{"series": series, "values": "1+1x70"} for series in [*OTHERS, *FEEDS]]
    checks = [shows_something(query) for _, query in queries()]
    tests = [{"interval": "1m", "input_series": [*ours, *others], "promql_expr_test": checks}]
    rules = {"rule_files": [str(PROMETHEUS / "rules" / "*.yml")], "evaluation_interval": "5m"}
    (tmp_path / "panels.yml").write_text(json.dumps(rules | {"tests": tests}))

    found = promtool("test", "rules", str(tmp_path / "panels.yml"))

    assert found.returncode == 0, found.stdout + found.stderr


def shows_something(query: str) -> dict[str, object]:
    """Ask that `query` gives at least one series after an hour."""
    sample = {"labels": "{}", "value": 1}
    return {"expr": f"count({query}) > bool 0", "eval_time": "65m", "exp_samples": [sample]}


@needs_promtool
def test_a_panel_that_shows_nothing_would_be_found_out(tmp_path: Path) -> None:
    tests = [{"interval": "1m", "input_series": [], "promql_expr_test": [shows_something("duban_no_such")]}]
    (tmp_path / "panels.yml").write_text(json.dumps({"rule_files": [], "tests": tests}))

    assert promtool("test", "rules", str(tmp_path / "panels.yml")).returncode == 1


class Shown(Collector):
    """Shows what it was given."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> list[Metric]:
        return self._found


@asynccontextmanager
async def families(db: Database) -> AsyncIterator[list[Metric]]:
    """Give what the other services and the bus have to export, with a sample where there is none yet."""
    registry, client = CollectorRegistry(), Redis()
    notices = Notices(registry)
    Returns(db, registry)
    Subscriptions(db, registry)
    CalendarGauge(registry, db)
    Lag(db, client=client, registry=registry)
    found = [*registry.collect(), *notices.figures.registry.collect()]
    for metric in found:
        if not metric.samples:
            metric.add_sample(metric.name + ENDINGS.get(metric.type, ("",))[0], {"of": "one"}, 1)
    yield found
    await client.aclose()


@needs_promtool
async def test_promtool_finds_nothing_to_complain_about_in_the_other_services(file_db: Database) -> None:
    async with families(file_db) as found:
        registry = CollectorRegistry()
        registry.register(Shown(found))
        text = generate_latest(registry).decode()

    linted = lint(text)

    assert text.count("# TYPE") >= 25
    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


async def test_what_the_other_services_are_said_to_export_they_have(file_db: Database) -> None:
    async with families(file_db) as found:
        names = {metric.name + ending for metric in found for ending in ENDINGS.get(metric.type, ("",))}

    assert {series.split("{")[0] for series in OTHERS} - names == OF_PROMETHEUS - {"ALERTS"}


async def test_dashboards_and_rules_name_only_metrics_that_exist(file_db: Database) -> None:
    await make.tell_everything(file_db)
    exposed = make.exposed(await make.pictured(file_db))
    known = {series["series"].split("{")[0] for series in series_of(exposed)}
    known |= {series.split("{")[0] for series in [*OTHERS, *FEEDS]} | OF_PROMETHEUS
    rules = "".join(path.read_text("utf-8") for path in (PROMETHEUS / "rules").glob("*.yml"))
    known |= set(re.findall(r"record: (\S+)", rules))

    named = {name for text in [rules, *(query for _, query in queries())] for name in metric_names(text)}

    assert named - known == set()


def metric_names(text: str) -> set[str]:
    """Find what is named like a metric: ours, the recorded ones, and those of Prometheus before a brace."""
    return set(re.findall(r"\bduban(?::[a-z_0-9]+:[a-z_0-9]+|_[a-z_0-9]+)", text)) | set(
        re.findall(r"(?<![:\w])([a-zA-Z_]+)(?=\{)", re.sub(r"\{\{.*?\}\}", "", text))
    )


def test_the_files_that_grafana_reads_are_those_that_the_description_makes() -> None:
    made = {f"{board.uid}.json": to_json(board) for board in BOARDS}

    assert {path.name: path.read_text("utf-8") for path in FILES} == made  # `make dashboards` writes them.


def test_the_dashboards_are_six_with_uids_that_never_change() -> None:
    assert {board["uid"]: board["title"] for board in DASHBOARDS} == {
        "duban-overview": "总览",
        "duban-supervision": "督办",
        "duban-ratings": "好差评与12345",
        "duban-indicators": "指标 18+5",
        "duban-assessment": "考核",
        "duban-platform": "平台运行",
    }


def test_every_panel_has_a_chinese_title_a_description_and_a_unit() -> None:
    untold = [
        panel["title"]
        for panel in PANELS
        if not re.search(r"[一-鿿]", panel["title"])
        or not panel["description"]
        or not panel["fieldConfig"]["defaults"]["unit"]
    ]

    assert untold == []


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board["uid"])
def test_panels_have_ids_of_their_own_and_do_not_overlap(board: dict[str, Any]) -> None:
    panels = board["panels"]
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_panels_ask_the_provisioned_data_source() -> None:
    provisioned = (GRAFANA / "provisioning" / "datasources" / "duban.yml").read_text("utf-8")
    asked = {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]}

    assert asked == {"duban-prometheus"}
    assert "uid: duban-prometheus" in provisioned


def test_the_dashboards_are_looked_for_where_compose_mounts_them() -> None:
    provider = (GRAFANA / "provisioning" / "dashboards" / "duban.yml").read_text("utf-8")
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")

    assert "path: /var/lib/grafana/dashboards" in provider
    assert "./deploy/grafana/dashboards:/var/lib/grafana/dashboards" in compose
