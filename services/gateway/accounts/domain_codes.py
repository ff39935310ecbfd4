"""Codes of the second factor: TOTP (RFC 6238, 30 seconds, 6 digits), each step once, and recovery codes (pure).

A code of the step before or after counts too, for clocks that differ.
"""

import hmac
import re
import secrets
from datetime import datetime

import pyotp

STEP_S = 30
SKEW = (0, -1, 1)  # Steps, the likeliest first.
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # Without what looks alike.
_DIGITS = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Make a secret of 160 bits, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """Give the `otpauth:` address that an authenticator reads from a square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="督办 Duban")


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Give the step that `code` is of, if it is one of these minutes and after `last_step`; else None."""
    if not _DIGITS.fullmatch(plain(code)):
        return None
    counted, present = pyotp.HOTP(secret), int(now.timestamp()) // STEP_S
    for skew in SKEW:
        step = present + skew
        if step > last_step and hmac.compare_digest(counted.at(step), plain(code)):
            return step
    return None


def plain(code: str) -> str:
    """Give a code as it counts: people type spaces and hyphens."""
    return re.sub(r"[\s-]", "", code).lower()


def recovery_codes() -> list[str]:
    """Make codes for a lost authenticator, about 74 bits each; a fast hash is enough for these."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]
