"""AsyncAPI 3 of each feed, made from the models: its channel, its messages with their schemas, words and examples."""

import json
from pathlib import Path
from typing import Any

from shared.events.envelope import FEEDS, OWNERS, Event, Feed
from shared.events.examples import golden, words

FOLDER = Path(__file__).parent / "asyncapi"
Node = dict[str, Any]
CONTENT_TYPE = "application/cloudevents+json"
FEED_WORDS: dict[Feed, str] = {
    "supervision": "督办",
    "deadlines": "时限与提醒",
    "ratings": "好差评",
    "hotline": "12345热线",
    "exchange": "交换",
    "assessment": "考核",
}
_ENVELOPE: Node = {
    "type": "object",
    "description": "CloudEvents 1.0，结构化 JSON",
    "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "description": "与 source 一起唯一，按它去重"},
        "source": {"type": "string", "format": "uri-reference", "description": "发布的服务"},
        "subject": {"type": "string", "description": "对象编号；同一对象的事件按序到达"},
        "time": {"type": "string", "format": "date-time", "description": "发生时间（业务时间）"},
        "datacontenttype": {"const": "application/json"},
        "sequence": {"type": "string", "pattern": "^[0-9]{16}$", "description": "在本数据流内的序号，不跳号"},
        "revision": {"type": "integer", "minimum": 0, "description": "对象的修订号，较小的可忽略"},
        "traceparent": {"type": "string", "description": "W3C Trace Context"},
    },
}


def document(feed: Feed, models: dict[str, type[Event]]) -> Node:
    """Describe a feed; `models` are all events by type."""
    own = {name: model for name, model in models.items() if model.feed() == feed}
    schemas: Node = {"Envelope": _ENVELOPE}
    for name, model in own.items():
        schemas |= _schemas(name, model)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:duban:feed:{feed}",
        "info": {
            "title": f"督办 Duban：{FEED_WORDS[feed]}事件（{feed}）",
            "version": "1.0.0",
            "description": "同一组事件有三种取法：订阅的 Redis 流、Webhook（Standard Webhooks 1.0）和 SSE，字节相同。"
            "新增可选字段不换版本；其他变化发布新版本的类型，旧版本并存。",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {feed: _channel(feed, own)},
        "operations": {f"publish_{feed}": _operation(feed, own)},
        "components": {"messages": {name: _message(name, own[name]) for name in own}, "schemas": schemas},
    }


def documents(models: dict[str, type[Event]]) -> dict[str, Node]:
    """Describe every feed."""
    return {feed: document(feed, models) for feed in FEEDS}


def committed() -> dict[str, Node]:
    """Give the documents that stand in the repository."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def _channel(feed: Feed, own: dict[str, type[Event]]) -> Node:
    return {
        "address": feed,
        "title": f"{FEED_WORDS[feed]}事件",
        "description": "只有 x-owner 发布；对外经事件档案取得。",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in own},
        "x-owner": f"services/{OWNERS[feed]}",
        "x-redis": {"stream": feed, "field": "__data__", "entry": "<sequence>-0", "maxlen": None},
    }


def _operation(feed: Feed, own: dict[str, type[Event]]) -> Node:
    messages = [{"$ref": f"#/channels/{feed}/messages/{name}"} for name in own]
    summary = f"发布{FEED_WORDS[feed]}事件"
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{feed}"},
        "summary": summary,
        "messages": messages,
    }


def _message(name: str, model: type[Event]) -> Node:
    said = words()["types"][name]
    data = {"properties": {"type": {"const": name}, "data": {"$ref": f"#/components/schemas/{name}"}}}
    payload = {"allOf": [{"$ref": "#/components/schemas/Envelope"}, data | {"required": ["type", "data"]}]}
    return {
        "name": name,
        "title": said["name"],
        "summary": said["meaning"],
        "contentType": CONTENT_TYPE,
        "payload": payload,
        "examples": [{"name": "golden", "payload": json.loads(golden(model))}],
        "x-subject": model.subject_field,
    }


def _schemas(name: str, model: type[Event]) -> Node:
    """Give the schema of an event and of its parts, under names of their own."""
    schema = _moved(model.model_json_schema(mode="validation"), f"#/components/schemas/{name}.")
    parts = schema.pop("$defs", {})
    return {name: schema} | {f"{name}.{part}": one for part, one in parts.items()}


def _moved(node: Any, prefix: str) -> Any:  # noqa: ANN401 - any JSON.
    if isinstance(node, list):
        return [_moved(one, prefix) for one in node]
    if isinstance(node, dict):
        return {name: _moved(one, prefix) for name, one in node.items()}
    if isinstance(node, str) and node.startswith("#/$defs/"):
        return prefix + node.removeprefix("#/$defs/")
    return node
