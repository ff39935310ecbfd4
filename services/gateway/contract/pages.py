"""The page that shows every event with its Chinese name, meaning, fields and an example; plain HTML, no scripts."""

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from services.gateway.access import API
from services.gateway.pages import policy_of
from shared.events import FEEDS, Feed
from shared.events.asyncapi import FEED_WORDS
from shared.events.envelope import Event
from shared.events.examples import golden, words
from shared.events.schemas import published

PAGE = Path(__file__).parent.parent / "templates" / "events.html"
_KINDS = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
}
_FORMATS = {"date": "日期", "date-time": "时间"}


@cache  # Written when somebody first reads it; it changes with a release only.
def events_page() -> tuple[str, str]:
    """Write the page; gives it with its content security policy."""
    text, models = PAGE.read_text("utf-8"), published()
    own = {feed: {name: one for name, one in models.items() if one.feed() == feed} for feed in FEEDS}
    parts = "\n".join(line for feed in FEEDS for line in _feed(feed, own[feed]))
    return Template(text).substitute(count=len(models), events=parts), policy_of(text)


def _feed(feed: Feed, models: dict[str, type[Event]]) -> Iterator[str]:
    contract = f'<a href="{API}/asyncapi/{feed}.json">AsyncAPI</a>'
    yield f'<h2 id="{feed}">{FEED_WORDS[feed]}（{feed}，{len(models)} 类）</h2><p>{contract}</p>'
    for name, model in models.items():
        said = words()["types"][name]
        yield f'<article id="{name}"><h3>{escape(said["name"])}</h3>'
        schema = f'<a href="{API}/event-schemas/{name}.json">JSON Schema</a>'
        yield f"<p>{escape(said['meaning'])}</p><p><code>{name}</code>　{schema}</p>"
        yield "<table><tr><th>字段</th><th>含义</th><th>类型</th><th>必有</th></tr>"
        yield from _rows(model)
        example = json.dumps(json.loads(golden(model)), ensure_ascii=False, indent=1)
        yield f"</table><details><summary>示例</summary><pre>{escape(example)}</pre></details></article>"


def _rows(model: type[Event]) -> Iterator[str]:
    schema = model.model_json_schema(mode="validation")
    for name, one in schema.get("properties", {}).items():
        meaning = words()["fields"].get(name, "")
        mark = "（对象编号，按它保序）" if name == model.subject_field else ""
        must = "是" if name in schema.get("required", ()) else ""
        yield (
            f"<tr><td><code>{name}</code></td><td>{escape(meaning + mark)}</td>"
            f"<td>{escape(_kind(one))}</td><td>{must}</td></tr>"
        )


def _kind(schema: dict[str, Any]) -> str:
    one = next((choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"), schema)
    if "enum" in one:
        return "、".join(str(word) for word in one["enum"] if word)
    return _FORMATS.get(one.get("format", ""), _KINDS.get(one.get("type", ""), "对象"))
