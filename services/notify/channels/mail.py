"""Mail through an SMTP server, with the standard library's client in a thread.

Invariants: the Message-ID is the id of the parcel, so a repeat can be told; what happens after the text began to be
written and leaves no answer is of unknown outcome; the thread ends by itself, since every step has a timeout.
"""

import asyncio
import re
import smtplib
from collections.abc import Callable
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notify.channels.config import Email
from services.notify.channels.robots import Terms
from services.notify.channels.window import Window
from services.notify.channels.wording import link_of
from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel
from shared.calling import trusting

LONGEST = 50.0  # Real seconds, less than after which the sender takes an attempt for lost.
_ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")  # Printable ASCII without blanks, angles and a second @.


class Mail:
    """Sends to one e-mail address."""

    needs_address = True

    def __init__(self, config: Email, *, terms: Terms) -> None:
        self.name = config.name
        self.per_minute = config.per_minute
        self._config = config
        self._terms = terms
        self._window = Window(config.per_minute, terms.real_now)
        self._tls = trusting(config.ca_file)

    async def close(self) -> None:
        """Do nothing: a connection lasts as long as its message."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message."""
        if not _ADDRESS.fullmatch(parcel.to):
            return Outcome(Result.REFUSED, "the address is no e-mail address")
        if held := self._window.held():
            return held
        text = self._letter(parcel).as_bytes(policy=SMTP)
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._hand_over, parcel.to, text), LONGEST)
        except TimeoutError:
            return Outcome(Result.UNKNOWN, f"no answer in {LONGEST:g} seconds")

    def _letter(self, parcel: Parcel) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._config.sender
        letter["To"] = parcel.to
        letter["Subject"] = parcel.text.partition("\n")[0]
        letter["Message-ID"] = f"<{parcel.id}@{self._config.sender.partition('@')[2]}>"
        letter["Date"] = format_datetime(self._terms.real_now().astimezone(UTC))
        letter["Auto-Submitted"] = "auto-generated"
        link = link_of(parcel, self._terms.link)
        letter.set_content(f"{parcel.text}\n\n详情：{link}\n" if link else parcel.text + "\n")
        return letter

    def _hand_over(self, to: str, text: bytes) -> Outcome:
        try:
            smtp = self._connect()
        except smtplib.SMTPResponseException as error:
            return _refusal(error.smtp_code, error.smtp_error, unreadable=Result.FAILED)
        except smtplib.SMTPNotSupportedError as error:
            return Outcome(Result.REFUSED, str(error)[:200])
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Result.FAILED, f"no connection: {type(error).__name__} {error}"[:200])
        try:
            return self._write(smtp, to, text)
        finally:
            _part(smtp)

    def _connect(self) -> smtplib.SMTP:
        """Open a connection and log in; one that fails on the way is closed."""
        config = self._config
        own_name = config.sender.partition("@")[
            2
        ]  # The library would ask the DNS for one, without a timeout.
        if config.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                config.host, config.port, own_name, timeout=config.timeout, context=self._tls
            )
        else:
            smtp = smtplib.SMTP(config.host, config.port, own_name, timeout=config.timeout)
        try:
            if config.security == "starttls":
                smtp.starttls(context=self._tls)
            if config.user:
                smtp.login(config.user, config.password.get_secret_value())
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _write(self, smtp: smtplib.SMTP, to: str, text: bytes) -> Outcome:
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: smtp.mail(self._config.sender),
            lambda: smtp.rcpt(to),
        )
        try:
            for step in steps:
                code, said = step()
                if not 200 <= code < 300:
                    return _refusal(code, said, unreadable=Result.FAILED)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Result.FAILED, f"broken off: {type(error).__name__} {error}"[:200])
        try:
            code, said = smtp.data(text)
        except smtplib.SMTPDataError as error:  # The server did not let us begin.
            return _refusal(error.smtp_code, error.smtp_error, unreadable=Result.FAILED)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Result.UNKNOWN, f"no answer to the text: {type(error).__name__} {error}"[:200])
        if code == 250:
            return Outcome(Result.SENT, f"{code} {_shown(said)}")
        return _refusal(code, said, unreadable=Result.UNKNOWN)


def _refusal(code: int, said: bytes | str, *, unreadable: Result) -> Outcome:
    """Read a reply of SMTP: 5xx is for good, 4xx for now, anything else can't be read."""
    result = {4: Result.FAILED, 5: Result.REFUSED}.get(code // 100, unreadable)
    return Outcome(result, f"{code} {_shown(said)}")


def _shown(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def _part(smtp: smtplib.SMTP) -> None:
    """End the connection; the outcome is known, so a server that does not say goodbye changes nothing."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
