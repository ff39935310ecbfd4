"""A signed principal is believed for 60 seconds, and only with the right secret."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Forbidden, Unauthorized
from shared.principal import Principal, sign, verify

SECRET, OTHER = "s" * 43, "o" * 43
CLERK = Principal(id="key-1", role="unit", unit="unit-7", scopes=frozenset({"tasks:read"}))


def signed(*, age: timedelta = timedelta(0), secret: str = SECRET) -> str:
    return sign(CLERK, secret, now=datetime.now(UTC) - age)


def test_a_fresh_signature_gives_the_principal_back() -> None:
    assert verify(signed(), SECRET) == CLERK


@pytest.mark.parametrize("token", ["", "a.b.c", signed(secret=OTHER), signed(age=timedelta(seconds=61))])
def test_a_missing_forged_or_old_signature_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        verify(token, SECRET)


def test_a_scope_that_is_not_held_is_refused_by_name() -> None:
    CLERK.require("tasks:read")

    with pytest.raises(Forbidden, match="tasks:write"):
        CLERK.require("tasks:write")
