"""Which passwords are good enough, and when trying them has to wait (GB/T 22239-2019 level 3 in assessors' practice).

The standard asks for complexity, periodic change and a limit of failures; the numbers are settings.
"""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = 128  # Characters of a password; more would only cost time.
_SYLLABLES = "abcdefghjkmnpqrstuvwxyz23456789"  # Without what looks alike.


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a password must be.

    Attributes:
        shortest: Fewest characters.
        classes: Of small letters, capitals, digits and other characters, how many must occur.
        remembered: Former passwords that may not be used again.
        lasts: Real time after which it has to be changed; zero for never.
    """

    shortest: int = 10
    classes: int = 3
    remembered: int = 5
    lasts: timedelta = timedelta(days=90)


class Fault(StrEnum):
    """Why a password is not good enough."""

    SHORT = "too_short"
    LONG = "too_long"
    PLAIN = "too_few_classes"
    NAME = "contains_login"
    ALIKE = "too_few_characters"
    USED = "used_before"


def faults_of(password: str, login: str, rules: PasswordRules) -> list[Fault]:
    """Give all that is wrong with a new password, whatever was used before."""
    wrong = (
        (Fault.SHORT, len(password) < rules.shortest),
        (Fault.LONG, len(password) > LONGEST),
        (Fault.PLAIN, classes_in(password) < rules.classes),
        (Fault.NAME, login.lower() in password.lower()),
        (Fault.ALIKE, len(set(password)) < min(5, rules.shortest)),
    )
    return [fault for fault, is_so in wrong if is_so]


def classes_in(password: str) -> int:
    """Count which of small letters, capitals, digits and other characters occur."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    known = [any(one in kind for one in password) for kind in kinds]
    other = any(not any(one in kind for kind in kinds) for one in password)
    return sum(known) + other


def words_for(fault: Fault, rules: PasswordRules) -> str:
    """Say in Chinese what a password needs."""
    return {
        Fault.SHORT: f"至少 {rules.shortest} 个字符",
        Fault.LONG: f"最多 {LONGEST} 个字符",
        Fault.PLAIN: f"小写字母、大写字母、数字、其他字符中至少 {rules.classes} 类",
        Fault.NAME: "不得包含登录名",
        Fault.ALIKE: "不得由少数几个字符重复组成",
        Fault.USED: f"不得与最近 {rules.remembered} 次用过的密码相同",
    }[fault]


def is_old(set_at: datetime, now: datetime, rules: PasswordRules) -> bool:
    """Say whether a password has to be changed for its age (real time)."""
    return bool(rules.lasts) and now - set_at >= rules.lasts


def random_password() -> str:
    """Make a password for the first login: 20 characters of 31, about 99 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(5)) for _ in range(4))


@dataclass(frozen=True, slots=True)
class LockoutRules:
    """After how many failures in a row trying has to wait, and how long (real time)."""

    failures: int = 5
    lasts: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries that have not succeeded, and until when no more are taken.

    Attributes:
        last_at: Of the last one; those from before a lockout's time count no more.
    """

    count: int
    last_at: datetime
    locked_until: datetime | None


class Verdict(StrEnum):
    """Whether a try is taken."""

    TAKEN = "taken"
    LOCKED = "locked"


def attempt(tries: Tries, now: datetime, rules: LockoutRules) -> tuple[Verdict, Tries]:
    """Count a try before anybody knows what comes of it, so that tries at the same time can't get past the limit.

    The last one of `rules.failures` closes the door behind itself; when it succeeds, the count is forgotten.
    """
    if tries.locked_until is not None and now < tries.locked_until:
        return Verdict.LOCKED, tries
    is_over = tries.locked_until is not None or now - tries.last_at >= rules.lasts
    count = 1 if is_over else tries.count + 1
    until = now + rules.lasts if count >= rules.failures else None
    return Verdict.TAKEN, Tries(count, now, until)


class State(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    LOCKED = "locked"  # By the system administrator, until unlocked.
    DISABLED = "disabled"  # For good, unless enabled again.


class Login(StrEnum):
    """What comes of a login name with a password; only the audit says why one was refused."""

    ADMITTED = "admitted"
    UNKNOWN = "unknown_login"
    WRONG = "wrong_password"
    LOCKED = "account_locked"
    DISABLED = "account_disabled"
    FIRST_USED = "first_password_used"
    FIRST_EXPIRED = "first_password_expired"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides on a login besides the password.

    Attributes:
        first_until: Until when the present password, a first one, may be used; None for one that was chosen.
    """

    state: State
    first_until: datetime | None
    first_used: bool


def judge_login(standing: Standing | None, now: datetime, *, fits: bool) -> Login:
    """Judge a login; None is a name that nobody has."""
    if standing is None:
        return Login.UNKNOWN
    if not fits:
        return Login.WRONG
    if standing.state is not State.ACTIVE:
        return Login.LOCKED if standing.state is State.LOCKED else Login.DISABLED
    if standing.first_until is None:
        return Login.ADMITTED
    if standing.first_used:
        return Login.FIRST_USED
    return Login.ADMITTED if now < standing.first_until else Login.FIRST_EXPIRED
