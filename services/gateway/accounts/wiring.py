"""Builds accounts and the audit: the door with its guard, their routes, and what is written beside requests."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from services.gateway.access import Door, Guard
from services.gateway.accounts.api_people import people_router
from services.gateway.accounts.api_session import Cookies, session_router
from services.gateway.accounts.limits import Limits
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rules import Rules
from services.gateway.accounts.service import Desk
from services.gateway.accounts.service_own import Factors
from services.gateway.accounts.sessions import Sessions
from services.gateway.accounts.uses import Uses
from services.gateway.audit.api import audit_router
from services.gateway.audit.refusals import Refusals
from services.gateway.returns.ports import Seal
from shared.database import Database
from shared.web import Part


@dataclass(frozen=True, slots=True)
class Terms:
    """What operations decide of accounts, and what other parts of the gateway lend them.

    Attributes:
        secure_cookies: Mark cookies for TLS only, also where the request seems to come without.
    """

    rules: Rules
    passwords: Passwords
    secure_cookies: bool
    seal: Seal


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the composition root takes of accounts."""

    door: Door
    refusals: Refusals
    parts: Sequence[Part]
    routers: Sequence[APIRouter]


def build_accounts(db: Database, terms: Terms, *, seconds: Callable[[], float] = time.monotonic) -> Accounts:
    """Build accounts over the gateway's database; `seconds` is the clock of what is remembered for a few of them."""
    sessions = Sessions(db, terms.rules.sessions, seconds=seconds)
    uses, refusals = Uses(db, sessions), Refusals(db)
    limits = Limits(terms.rules.per_minute, seconds=seconds)
    door = Door(db, Guard(sessions, limits, uses, seconds))
    desk = Desk(db, terms.rules, terms.passwords, sessions)
    factors, cookies = Factors(desk, terms.seal), Cookies(secure=terms.secure_cookies)
    return Accounts(
        door=door,
        refusals=refusals,
        parts=[uses, refusals],
        routers=[
            session_router(desk, door, factors, cookies, Limits({}, seconds=seconds)),
            people_router(desk, door),
            audit_router(db, door),
        ],
    )
