"""Mail through an SMTP server, with the standard library's client in a thread.

Invariants: the Message-ID is the id of the parcel or shipment, so a repeat can be told; what happens after the text
began to be written and leaves no answer is of unknown outcome; the thread ends by itself: every step has a timeout.
"""

import asyncio
import re
import smtplib
from collections.abc import Callable, Sequence
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notify.channels.config import Email
from services.notify.channels.robots import Terms
from services.notify.channels.together import by_address, subject_of, whole_text
from services.notify.channels.window import Window
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
        return await self._send(parcel.id, [parcel])

    def messages(self, _: Parcel) -> int:
        """Say that a parcel takes one."""
        return 1

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """Put together what goes to the same address."""
        return by_address(parcels)

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        """Send the one message of a shipment, to a person who reads several mailboxes."""
        return await self._send(parcels[0].shipment, parcels)

    async def _send(self, id_: str, parcels: Sequence[Parcel]) -> Outcome:
        to = parcels[0].to
        if not _ADDRESS.fullmatch(to):
            return Outcome(Result.REFUSED, "the address is no e-mail address")
        if held := self._window.held():
            return held
        text = self._letter(id_, parcels).as_bytes(policy=SMTP)
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._hand_over, to, text), LONGEST)
        except TimeoutError:
            return Outcome(Result.UNKNOWN, f"no answer in {LONGEST:g} seconds")

    def _letter(self, id_: str, parcels: Sequence[Parcel]) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._config.sender
        letter["To"] = parcels[0].to
        letter["Subject"] = subject_of(parcels)
        letter["Message-ID"] = f"<{id_}@{self._config.sender.partition('@')[2]}>"
        letter["Date"] = format_datetime(self._terms.real_now().astimezone(UTC))
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(whole_text(parcels, self._terms.link) + "\n")
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
