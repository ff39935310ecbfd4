"""Every kind against every misbehaviour: what was not taken is never reported as sent."""

import pytest

from services.notify.domain import Result
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.channels.made import parcel
from tests.notify.channels.smtp_double import SmtpDouble
from tests.notify.channels.vendors import VENDORS

SENT, REFUSED, FAILED, UNKNOWN = Result.SENT, Result.REFUSED, Result.FAILED, Result.UNKNOWN
MODES = {
    "well": SENT,
    "refuse": REFUSED,
    "throttle": FAILED,
    "lie": FAILED,
    "hang": UNKNOWN,
    "close": UNKNOWN,
    "half": UNKNOWN,
    "reset": UNKNOWN,
    "empty": UNKNOWN,
    "garbled": UNKNOWN,
    "packed": UNKNOWN,
    "redirect": REFUSED,
    "broken": FAILED,
    "behind": UNKNOWN,
    "busy": FAILED,
}
# Whoever names the codes that may be retried refuses with the others.
OTHERWISE = {("sms_http", "lie"): REFUSED, ("webhook", "lie"): REFUSED}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", VENDORS)
async def test_only_what_a_double_took_is_sent(
    kind: str, mode: str, double: HttpDouble, opened: Open
) -> None:
    timeout = 0.3 if mode == "hang" else 5
    channel = opened(kind, double.base(kind, mode), timeout=timeout)

    outcome = await channel.send(parcel(kind=kind))

    assert outcome.result is OTHERWISE.get((kind, mode), MODES[mode]), outcome
    assert (outcome.result is SENT) == (len(double.taken) == 1)
    assert len(double.asked) == 1


@pytest.mark.parametrize("kind", VENDORS)
async def test_where_nobody_listens_nothing_was_written(kind: str, opened: Open) -> None:
    outcome = await opened(kind, "http://127.0.0.1:9").send(parcel(kind=kind))

    assert outcome.result is FAILED, outcome


async def test_a_message_that_arrived_without_an_answer_is_of_unknown_outcome(
    double: HttpDouble, opened: Open
) -> None:
    channel = opened("wecom_robot", double.base("wecom_robot", "taken_and_hang"), timeout=0.3)

    outcome = await channel.send(parcel())

    assert (outcome.result, len(double.taken)) == (UNKNOWN, 1)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["drip", "endless"])
async def test_an_answer_without_end_is_given_up(mode: str, double: HttpDouble, opened: Open) -> None:
    outcome = await opened("wecom_robot", double.base("wecom_robot", mode), timeout=0.3).send(parcel())

    assert outcome.result is UNKNOWN


MAIL_MODES = {
    "well": SENT,
    "rude": SENT,
    "refuse": REFUSED,
    "full": FAILED,
    "leave": FAILED,
    "not_now": FAILED,
    "spam": REFUSED,
    "later": FAILED,
    "hang": UNKNOWN,
    "close": UNKNOWN,
    "half": UNKNOWN,
    "garbled": UNKNOWN,
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MAIL_MODES)
async def test_only_a_mail_that_the_server_took_is_sent(
    mode: str, mail_server: SmtpDouble, opened: Open
) -> None:
    channel = opened("email", port=mail_server.port, timeout=0.3 if mode == "hang" else 5)

    outcome = await channel.send(parcel(to=f"{mode}@double.test"))

    assert outcome.result is MAIL_MODES[mode], outcome
    assert (outcome.result is SENT) == (len(mail_server.taken) == 1)


@pytest.mark.slow
async def test_a_mail_that_arrived_without_an_answer_is_of_unknown_outcome(
    mail_server: SmtpDouble, opened: Open
) -> None:
    outcome = await opened("email", port=mail_server.port, timeout=0.3).send(
        parcel(to="taken_and_hang@d.test")
    )

    assert (outcome.result, len(mail_server.taken)) == (UNKNOWN, 1)


async def test_where_no_mail_server_listens_nothing_was_written(opened: Open) -> None:
    outcome = await opened("email", port=9).send(parcel(kind="email"))

    assert outcome.result is FAILED


APPRISE_MODES = {
    "well": SENT,
    "refuse": FAILED,
    "throttle": FAILED,
    "hang": UNKNOWN,
    "close": FAILED,
    "half": FAILED,
    "reset": FAILED,
    "redirect": FAILED,
    "broken": FAILED,
    "behind": FAILED,
    "busy": FAILED,
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", APPRISE_MODES)
async def test_through_apprise_only_what_was_taken_is_sent(
    mode: str, double: HttpDouble, opened: Open
) -> None:
    channel = opened("apprise", double.base("apprise", mode), timeout=0.2 if mode == "hang" else 5)

    outcome = await channel.send(parcel())

    assert outcome.result is APPRISE_MODES[mode], outcome
    assert (outcome.result is SENT) == (len(double.taken) == 1)
    assert len(double.asked) == 1
