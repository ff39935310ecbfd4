"""Stages, lives and sources of sessions; who may give roles; codes; quotas."""

from datetime import timedelta

import pyotp
import pytest

from services.gateway.accounts.domain_codes import (
    address_of,
    new_secret,
    plain,
    recovery_codes,
    step_of,
)
from services.gateway.accounts.domain_limits import Bucket, take
from services.gateway.accounts.domain_roles import (
    GRANT_WORDS,
    Grant,
    administrator_kind,
    judge_grant,
)
from services.gateway.accounts.domain_sessions import (
    STAGE_WORDS,
    Needs,
    OpenSession,
    SessionRules,
    Source,
    Stage,
    Standing,
    Told,
    life_of,
    next_stage,
    source_of,
    standing,
)
from shared.testing import DRILL_START

RULES = SessionRules()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("needs", "shown", "stage"),
    [
        (Needs(has_factor=True, wants_factor=True, new_password=True), False, Stage.FACTOR),
        (Needs(has_factor=True, wants_factor=True, new_password=True), True, Stage.PASSWORD),
        (Needs(has_factor=False, wants_factor=True, new_password=True), False, Stage.PASSWORD),
        (Needs(has_factor=False, wants_factor=True, new_password=False), False, Stage.ENROL),
        (Needs(has_factor=True, wants_factor=True, new_password=False), True, Stage.FULL),
        (Needs(has_factor=False, wants_factor=False, new_password=False), False, Stage.FULL),
    ],
)
def test_what_is_to_be_done_comes_one_after_the_other(needs: Needs, *, shown: bool, stage: Stage) -> None:
    assert next_stage(needs, factor_shown=shown) is stage
    assert set(STAGE_WORDS) == set(Stage)


@pytest.mark.parametrize(
    ("idle", "now", "expected"),
    [
        (29 * MINUTE, HOUR, Standing.VALID),
        (30 * MINUTE, HOUR, Standing.IDLE),
        (MINUTE, 12 * HOUR, Standing.OVER),
    ],
)
def test_a_session_ends_idle_or_by_age(idle: timedelta, now: timedelta, expected: Standing) -> None:
    ends = life_of(Stage.FULL, DRILL_START, RULES)
    session = OpenSession("s", "a", "h", Stage.FULL, factor_shown=True, seen_at=DRILL_START, expires_at=ends)

    assert standing(session, DRILL_START + now - idle, DRILL_START + now, RULES) is expected


def test_a_session_that_is_not_complete_lives_ten_minutes() -> None:
    assert life_of(Stage.FACTOR, DRILL_START, RULES) == DRILL_START + 10 * MINUTE


@pytest.mark.parametrize(
    ("told", "source"),
    [
        (("GET", "duban", "https://evil", "cross-site", ""), Source.OWN),
        (("POST", "duban:8000", "http://Duban:8000", "", ""), Source.OWN),
        (("POST", "duban", "https://evil", "same-origin", "1"), Source.FOREIGN),
        (("POST", "duban", "null", "", "1"), Source.FOREIGN),
        (("POST", "duban", "", "same-origin", ""), Source.OWN),
        (("DELETE", "duban", "", "same-site", "1"), Source.FOREIGN),
        (("PUT", "duban", "", "", "1"), Source.OWN),
        (("PUT", "duban", "", "", ""), Source.UNKNOWN),
    ],
)
def test_a_request_with_a_cookie_has_to_be_of_our_own_pages(
    told: tuple[str, str, str, str, str], source: Source
) -> None:
    assert source_of(Told(*told)) is source


@pytest.mark.parametrize(
    ("by", "was", "role", "grant"),
    [
        ("sec", "", "supervisor", Grant.GIVEN),
        ("acc", "", "supervisor", Grant.OWN),
        ("sec", "", "feed", Grant.SYSTEM),
        ("sec", "", "auditadmin", Grant.GIVEN),
        ("sec", "auditadmin", "auditadmin", Grant.GIVEN),
        ("sec", "sysadmin", "auditadmin", Grant.KEPT_APART),
        ("sec", "sysadmin", "unit", Grant.GIVEN),
    ],
)
def test_nobody_becomes_a_second_kind_of_administrator(by: str, was: str, role: str, grant: Grant) -> None:
    assert judge_grant(by=by, account_id="acc", was=was, role=role) is grant
    assert set(GRANT_WORDS) == set(Grant)


def test_an_administrator_is_remembered_as_one() -> None:
    assert [administrator_kind("secadmin", "unit"), administrator_kind("", "sysadmin")] == [
        "secadmin",
        "sysadmin",
    ]


def test_a_code_counts_once_and_for_a_step_more_or_less() -> None:
    secret, present = new_secret(), int(DRILL_START.timestamp()) // 30
    codes = {skew: pyotp.HOTP(secret).at(present + skew) for skew in (-2, -1, 0, 1)}

    assert step_of(secret, f"{codes[0][:3]} {codes[0][3:]}", DRILL_START, 0) == present
    assert step_of(secret, codes[-1], DRILL_START, 0) == present - 1
    assert step_of(secret, codes[1], DRILL_START, 0) == present + 1
    assert step_of(secret, codes[0], DRILL_START, present) is None
    assert step_of(secret, codes[-2], DRILL_START, 0) is None
    assert step_of(secret, "abcdef", DRILL_START, 0) is None
    assert address_of(secret, "li").startswith("otpauth://totp/")


def test_ten_recovery_codes_are_made_and_typed_in_any_way() -> None:
    codes = recovery_codes()

    assert len(set(codes)) == 10
    assert plain(f" {codes[0].upper()} ") == codes[0].replace("-", "")


def test_a_bucket_holds_a_minute_and_fills_evenly() -> None:
    bucket, quota = take(None, 2, 0.0)
    assert (bucket, quota.remaining, quota.full_in, quota.wait) == (Bucket(1.0, 0.0), 1, 30, 0)
    bucket, quota = take(bucket, 2, 0.0)
    assert (quota.remaining, quota.full_in, quota.wait) == (0, 60, 0)
    bucket, quota = take(bucket, 2, 15.0)
    assert (quota.remaining, quota.wait) == (0, 15)
    bucket, quota = take(bucket, 2, 30.0)
    assert (quota.remaining, quota.wait) == (0, 0)
    assert take(bucket, 2, 1000.0)[1].remaining == 1
    assert (quota.policy, quota.left) == ('"minute";q=2;w=60', '"minute";r=0;t=60')
