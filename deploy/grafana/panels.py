"""The kinds of panels that the dashboards are made of; each has a title, what it shows in a sentence, and a unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deploy.grafana.words import Word, Words

Json = dict[str, Any]
Query = tuple[str, str]  # PromQL, legend
COUNT, RATIO, SECONDS, PLAIN, YUAN, INSTANT = (
    "short",
    "percentunit",
    "s",
    "none",
    "currencyCNY",
    "dateTimeAsLocal",
)
LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
# Colours from a value on, the first from the least.
Steps = Sequence[tuple[str, float]]
BAD_FROM_ONE: Steps = (("green", 0), ("red", 1))
WARN_FROM_ONE: Steps = (("green", 0), ("yellow", 1))
GOOD_FROM_ONE: Steps = (("red", 0), ("green", 1))
SATISFACTION: Steps = (("red", 0), ("yellow", 0.98), ("green", 0.99))
ON_TIME: Steps = (("red", 0), ("yellow", 0.9), ("green", 0.98))


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Attributes:
        kind: Of Grafana's panels.
        about: What is shown, in a sentence for its reader.
        instant: Whether it asks for the last value only.
        words: What label values or columns are called.
    """

    kind: str
    title: str
    about: str
    unit: str
    queries: Sequence[Query]
    width: int
    height: int
    instant: bool = False
    words: Words = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    defaults: Json = field(default_factory=dict)
    transformations: Sequence[Json] = ()

    def sized(self, width: int, height: int) -> "Panel":
        """Give it in another size."""
        return replace(self, width=width, height=height)

    def coloured(self, steps: Steps) -> "Panel":
        """Give it with colours by value."""
        written = [
            {"color": colour, "value": value if place else None}
            for place, (colour, value) in enumerate(steps)
        ]
        return replace(self, defaults=self.defaults | {"thresholds": {"mode": "absolute", "steps": written}})

    def said(self, words: Words) -> "Panel":
        """Give it with names of its label values."""
        return replace(self, words=self.words | words)

    def between(self, least: float, most: float) -> "Panel":
        """Give it with a fixed scale."""
        return replace(self, defaults=self.defaults | {"min": least, "max": most})

    def reading(self, **texts: str) -> "Panel":
        """Give it with words for values: `_0="停止"` reads 0 as 停止, on a coloured ground."""
        options = {value.removeprefix("_"): {"text": text} for value, text in texts.items()}
        mapping = [{"type": "value", "options": options}]
        ground = {"colorMode": "background", "graphMode": "none"}
        return replace(self, defaults=self.defaults | {"mappings": mapping}, options=self.options | ground)

    def calling(self, words: Words) -> "Panel":
        """Give it with words for the values in its columns."""
        options = {value: {"text": text} for value, (text, _colour) in words.items()}
        return replace(self, defaults=self.defaults | {"mappings": [{"type": "value", "options": options}]})


def number(title: str, about: str, unit: str, *queries: Query) -> Panel:
    """Show the last value large, with its course behind it."""
    options = {"reduceOptions": LAST, "colorMode": "value", "graphMode": "area", "textMode": "auto"}
    return Panel("stat", title, about, unit, queries, 4, 4, options=options)


def lines(title: str, about: str, unit: str, *queries: Query) -> Panel:
    """Show the course of each series."""
    options = {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return Panel("timeseries", title, about, unit, queries, 12, 8, options=options)


def stacked(title: str, about: str, unit: str, *queries: Query) -> Panel:
    """Show the course of the parts of a whole."""
    custom = {"stacking": {"mode": "normal"}, "fillOpacity": 40, "lineWidth": 1}
    return replace(lines(title, about, unit, *queries), defaults={"custom": custom})


def bars(title: str, about: str, unit: str, *queries: Query) -> Panel:
    """Show the last values as bars."""
    options = {
        "reduceOptions": LAST,
        "orientation": "horizontal",
        "displayMode": "gradient",
        "showUnfilled": True,
    }
    return Panel("bargauge", title, about, unit, queries, 12, 10, instant=True, options=options)


def shares(title: str, about: str, unit: str, *queries: Query) -> Panel:
    """Show the parts of a whole as they stand."""
    legend = {"displayMode": "table", "placement": "right", "values": ["value", "percent"]}
    options = {"reduceOptions": LAST, "pieType": "donut", "legend": legend}
    return Panel("piechart", title, about, unit, queries, 8, 8, instant=True, options=options)


def matrix(title: str, about: str, query: str, *, row: tuple[str, str], column: str) -> Panel:
    """Show counts by two labels: one a row, called as `row` says, the other a column."""
    label, name = row
    grouping = {"columnField": column, "rowField": label, "valueField": "Value"}
    words: dict[str, Word] = {f"{label}\\{column}": (name, "")}
    steps = [{"id": "groupingToMatrix", "options": grouping}]
    return Panel(
        "table", title, about, COUNT, [(query, "")], 14, 12, instant=True, words=words, transformations=steps
    )


def listing(
    title: str, about: str, unit: str, columns: Mapping[str, str], labels: Mapping[str, str]
) -> Panel:
    """Show a row a thing: its labels, and a column for each query.

    Args:
        title: Of the panel.
        about: What it shows.
        unit: Of the columns.
        columns: What each is called, and its query, which gives the labels of `labels` alone.
        labels: What each is called; one called nothing is hidden.
    """
    hidden = {"Time": True} | {label: True for label, name in labels.items() if not name}
    steps: list[Json] = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": hidden}},
    ]
    one = len(columns) == 1
    names = ["Value" if one else f"Value #{chr(ord('A') + place)}" for place in range(len(columns))]
    words: Words = {label: (name, "") for label, name in labels.items() if name}
    words |= {name: (called, "") for name, called in zip(names, columns, strict=True)}
    queries = [(query, "") for query in columns.values()]
    return Panel(
        "table", title, about, unit, queries, 24, 10, instant=True, words=words, transformations=steps
    )
