"""Turns rows of panels into a dashboard's JSON: places them from left to right, numbers them, names the data source."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.grafana.panels import Panel

Json = dict[str, Any]
COLUMNS = 24
SOURCE = {"type": "prometheus", "uid": "duban-prometheus"}


@dataclass(frozen=True, slots=True)
class Row:
    """A titled row of panels; what doesn't fit beside each other goes below."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard.

    Attributes:
        uid: Stable name, in its address and its file.
        since: How far back it looks when it is opened.
    """

    uid: str
    title: str
    about: str
    rows: Sequence[Row]
    since: str = "now-90d"


def to_json(board: Board) -> str:
    """Write what Grafana reads."""
    return json.dumps(_dashboard(board), ensure_ascii=False, indent=1) + "\n"


def _dashboard(board: Board) -> Json:
    found: Json = {"uid": board.uid, "title": board.title, "description": board.about, "tags": ["duban"]}
    found |= {"timezone": "Asia/Shanghai", "schemaVersion": 39, "version": 1, "editable": False}
    found |= {"refresh": "30s", "time": {"from": board.since, "to": "now"}, "templating": {"list": []}}
    found |= {"annotations": {"list": []}, "links": [_links()]}
    placed = enumerate(_placed(board.rows), 1)
    return found | {"panels": [{"id": number, **panel} for number, panel in placed]}


def _links() -> Json:
    return {
        "type": "dashboards",
        "tags": ["duban"],
        "title": "督办看板",
        "asDropdown": True,
        "keepTime": True,
    }


def _placed(rows: Sequence[Row]) -> Iterator[Json]:
    y = 0
    for row in rows:
        yield {
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "panels": [],
            "gridPos": _at(0, y, 24, 1),
        }
        x, y, lowest = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y, lowest = 0, y + lowest, 0
            yield _panel(panel) | {"gridPos": _at(x, y, panel.width, panel.height)}
            x, lowest = x + panel.width, max(lowest, panel.height)
        y += lowest


def _at(x: int, y: int, width: int, height: int) -> Json:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(panel: Panel) -> Json:
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "targets": [_target(panel, place) for place in range(len(panel.queries))],
        "fieldConfig": {"defaults": {"unit": panel.unit, **panel.defaults}, "overrides": _overrides(panel)},
        "options": panel.options,
        "transformations": panel.transformations,
    }


def _target(panel: Panel, place: int) -> Json:
    expression, legend = panel.queries[place]
    found: Json = {"refId": chr(ord("A") + place), "datasource": SOURCE}
    found |= {"expr": expression, "legendFormat": legend}
    found |= {"instant": panel.instant, "range": not panel.instant}
    return found | ({"format": "table"} if panel.kind == "table" else {})


def _overrides(panel: Panel) -> list[Json]:
    return [
        {"matcher": {"id": "byName", "options": value}, "properties": _properties(*word)}
        for value, word in panel.words.items()
    ]


def _properties(name: str, colour: str) -> list[Json]:
    shown: list[Json] = [{"id": "displayName", "value": name}]
    if colour:
        shown.append({"id": "color", "value": {"mode": "fixed", "fixedColor": colour}})
    return shown
