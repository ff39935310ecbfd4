"""The rules of accounts, as operations set them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from services.gateway.accounts.domain import LockoutRules, PasswordRules
from services.gateway.accounts.domain_sessions import SessionRules
from services.gateway.roles import scopes_for


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all accounts.

    Attributes:
        first_lasts: Real time in which a first password may be used.
        factor_roles: Roles that must have a second factor.
        per_minute: Requests a minute by role, `*` for all others; 0 for any number.
    """

    passwords: PasswordRules = field(default_factory=PasswordRules)
    lockout: LockoutRules = field(default_factory=LockoutRules)
    sessions: SessionRules = field(default_factory=SessionRules)
    first_lasts: timedelta = timedelta(hours=72)
    factor_roles: frozenset[str] = frozenset()
    per_minute: Mapping[str, int] = field(default_factory=dict)


def roles_in(text: str) -> frozenset[str]:
    """Read a list of roles, separated by commas; `none` is no role.

    Raises:
        Invalid: One is not known.
    """
    roles = {one.strip() for one in text.split(",")} - {"", "none"}
    for role in sorted(roles):
        scopes_for(role)
    return frozenset(roles)
