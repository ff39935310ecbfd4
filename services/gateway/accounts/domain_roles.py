"""Who may give which role to whom: the three administrators are kept apart (GB/T 22239-2019, 8.1.10; pure).

The system administrator makes accounts, the security administrator gives roles, the audit administrator reads what they
did. One person has one account, and one that was ever an administrator never becomes another kind of administrator.
"""

from enum import StrEnum

from services.gateway.roles import ADMINISTRATORS

NO_ROLE = ""


class Grant(StrEnum):
    """Whether a role may be given, and why not."""

    GIVEN = "given"
    OWN = "own"
    KEPT_APART = "kept_apart"
    SYSTEM = "system"


# Roles of systems, which have keys and no people.
OF_SYSTEMS = frozenset({"feed"})

GRANT_WORDS: dict[Grant, str] = {
    Grant.GIVEN: "已授权",
    Grant.OWN: "不能给自己授权，请由另一位安全管理员办理",
    Grant.KEPT_APART: "系统、安全、审计管理员不能由同一人兼任或转任，请另选人员",
    Grant.SYSTEM: "该角色只用于系统的密钥，不能授予个人",
}


def judge_grant(*, by: str, account_id: str, was: str, role: str) -> Grant:
    """Judge whether `by` may give `role` to an account that was an administrator of the kind `was` (or none)."""
    if by == account_id:
        return Grant.OWN
    if role in OF_SYSTEMS:
        return Grant.SYSTEM
    if role in ADMINISTRATORS and was not in {NO_ROLE, role}:
        return Grant.KEPT_APART
    return Grant.GIVEN


def administrator_kind(was: str, role: str) -> str:
    """Give which kind of administrator an account is from now on held to be."""
    return role if role in ADMINISTRATORS else was
