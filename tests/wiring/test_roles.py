"""One set of roles: in the gateway's scopes, in the table of routes, and in the document that people read."""

import re
from pathlib import Path

from services.gateway.inner.routes import ROUTES
from services.gateway.roles import AUDIT_READERS, DEFAULT_SCOPES, KEY_READERS, KEY_WRITERS
from services.tasks.permissions import ROLE_WORDS, TABLE

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def test_the_document_lists_every_role_by_its_name() -> None:
    section = OPERATIONS.read_text("utf-8").partition("## Roles and keys")[2].partition("\n## ")[0]

    listed = re.findall(r"^\| `(\w+)` \| (\S+) \|", section, re.MULTILINE)

    assert listed == list(ROLE_WORDS.items())


def test_keys_and_routes_know_the_same_roles() -> None:
    assert set(ROLE_WORDS) == set(DEFAULT_SCOPES)
    assert set(DEFAULT_SCOPES) >= KEY_WRITERS | KEY_READERS | AUDIT_READERS


def test_whoever_may_come_in_inside_holds_the_scope_that_is_asked_outside() -> None:
    public = {(route.method, route.path): route.scope for route in ROUTES if route.service == "tasks"}

    short = {
        (route, role)
        for route, scope in public.items()
        for role in TABLE[route]
        if scope not in DEFAULT_SCOPES[role]
    }

    assert short == set()
