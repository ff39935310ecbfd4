"""Entity tags: what a GET answered, told so that it need not be sent again, and so that a change can be held to it.

A tag is the revision that the service counts, where it does, and a hash of the bytes: `"r12-5feceb66…"`.
"""

import hashlib
import json
import re
from dataclasses import replace

from services.gateway.contract.inner import REFERENCE, body_properties, described, operation_of
from services.gateway.inner.client import Call
from services.gateway.inner.routes import Route
from shared.errors import PreconditionFailed

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_REVISION = re.compile(r'"r(\d{1,9})-[0-9a-f]+"')
_FIELD = (
    "if_revision"  # How a body says the same; what it refuses is a conflict, what the header refuses a 412.
)
_CHANGED = "task.changed"


def tag_of(route: Route, body: bytes, *, link: str = "") -> str:
    """Give the tag of an answer; a full page has another one as soon as there is a page to `link` to."""
    digest = hashlib.blake2b(body + link.encode(), digest_size=12).hexdigest()
    said = json.loads(body) if counts_revisions(route) else None
    revision = said.get("revision") if isinstance(said, dict) else None
    return f'"r{revision}-{digest}"' if isinstance(revision, int) else f'"{digest}"'


def counts_revisions(route: Route) -> bool:
    """Say whether an answer of the route may have a revision at its top."""
    answers = operation_of(route.service, route.method, route.path).get("responses", {})
    schema = answers.get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    names = [one.get("$ref", "").removeprefix(REFERENCE) for one in schema.get("anyOf", [schema])]
    return any(
        "revision" in described(route.service)["schemas"][name].get("properties", {})
        for name in names
        if name
    )


def takes_revision(route: Route) -> bool:
    """Say whether a change by the route can be held to a revision."""
    return _FIELD in body_properties(route.service, route.method, route.path)


def is_known(if_none_match: str, tag: str) -> bool:
    """Say whether the caller has what the tag stands for (RFC 9110, 13.1.2)."""
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)


def held_to(call: Call, route: Route, if_match: str) -> Call:
    """Let a change be refused when its thing has another revision than the caller's `If-Match` names.

    Raises:
        PreconditionFailed: The route counts no revisions, or the tag names none.
    """
    if if_match.strip() == "*":
        return call
    if not takes_revision(route):
        message = f"{route.method} {route.path} 没有版本，不能带 If-Match，请去掉后重发"
        raise PreconditionFailed(message, code="precondition.unsupported", field="If-Match")
    found = _REVISION.fullmatch(if_match.strip())
    if found is None:
        message = f"If-Match 的值 {if_match[:60]} 不是该对象的 ETag，请先查看（GET）并使用其 ETag"
        raise PreconditionFailed(message, code="precondition.failed", field="If-Match")
    try:
        body = json.loads(call.body)
    except ValueError:
        return call  # The service says what is wrong with it.
    if not isinstance(body, dict):
        return call
    return replace(call, body=json.dumps(body | {_FIELD: int(found[1])}, ensure_ascii=False).encode())


def refused(status: int, body: bytes) -> PreconditionFailed | None:
    """Give the refusal of a change whose thing had another revision; None for any other answer."""
    if status != 409:
        return None
    said = json.loads(body)
    if said["code"] != _CHANGED:
        return None
    return PreconditionFailed(
        said["title"], code="precondition.failed", field="If-Match", revision=said["revision"]
    )
