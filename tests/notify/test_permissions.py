"""Who may call which route of notify: the table is whole, and enforced before anything is read."""

from pathlib import Path

import httpx
from fastapi.routing import iter_route_contexts

from services.gateway.roles import DEFAULT_SCOPES, SCOPES
from services.notify.permissions import RULES, TABLE
from shared.principal import Principal
from tests.notify.test_api import ask, inside

PROBES = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}
# What the gateway's page of answers asks with a scope that no key has; its tests are those of links.
PAGES = {("POST", "/links/look"), ("POST", "/links/answer")}
EVERYBODY = frozenset(DEFAULT_SCOPES)
