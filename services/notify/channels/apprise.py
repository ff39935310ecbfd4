"""The long tail: any service that Apprise knows, called with its library in a thread.

Such an address is one place for everybody, and who reads there is not known: it gets numbers and the link only.
Invariants: only Apprise's yes is sent; its no, which tells neither refused nor unanswered apart, may be tried again; a
call without an answer in time is of unknown outcome, and until it comes back no other one begins. Its throttle is off
(ours holds the limit), it follows no redirect, and what it logs goes into the record without secrets, not into our log.
"""

import asyncio
import contextlib
import functools
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Protocol

from apprise import Apprise, AppriseAsset, NotifyFormat, PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from services.notify.channels.config import AppriseUrl
from services.notify.channels.domain_apprise import without_secrets
from services.notify.channels.robots import Terms
from services.notify.channels.window import Window
from services.notify.channels.wording import robot_text
from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel
from shared.errors import Invalid

_LONGEST_DETAIL = 300


class Service(Protocol):
    """A plugin of Apprise with its address."""

    def notify(self, *, body: str, title: str, body_format: NotifyFormat) -> bool:
        """Hand a message over and say whether it was taken."""
        ...


class AppriseChannel:
    """Calls one service."""

    needs_address = False

    def __init__(self, config: AppriseUrl, service: Service, *, terms: Terms) -> None:
        self.name = config.name
        self.per_minute = config.per_minute
        self._url = config.url.get_secret_value()
        self._longest = 2 * config.timeout
        self._service = service
        self._terms = terms
        self._window = Window(config.per_minute, terms.real_now)
        self._calls = False  # Whether a call has not come back.

    async def close(self) -> None:
        """Do nothing: a call opens and closes what it needs."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message."""
        if self._calls:
            return Outcome(Result.FAILED, "the call before has not come back yet")
        if held := self._window.held():
            return held
        title, _, body = robot_text(parcel, self._terms.link).partition("\n")
        answer = self._begin(title, body)
        try:
            return await asyncio.wait_for(answer, self._longest)
        except TimeoutError:
            return Outcome(Result.UNKNOWN, f"no answer in {self._longest:g} seconds")

    def _begin(self, title: str, body: str) -> "asyncio.Future[Outcome]":
        """Call in a thread that nobody has to wait for, not even at the end of the process."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def settle(outcome: Outcome) -> None:
            self._calls = False
            if not answer.done():
                answer.set_result(outcome)

        def call() -> None:
            outcome = self._hand_over(title, body)
            with contextlib.suppress(RuntimeError):  # The loop has ended, and with it whoever waited.
                loop.call_soon_threadsafe(settle, outcome)

        self._calls = True
        threading.Thread(target=call, name=f"apprise {self.name}", daemon=True).start()
        return answer

    def _hand_over(self, title: str, body: str) -> Outcome:
        with _listening() as heard:
            try:
                taken = self._service.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises, it took nothing that it knows of.
                return self._failed(f"{type(error).__name__}: {error}")
        if taken is True:
            return Outcome(Result.SENT, "Apprise: taken")
        return self._failed("; ".join(heard) or "not taken, without a word why")

    def _failed(self, said: str) -> Outcome:
        shown = " ".join(without_secrets(said, self._url).split())
        return Outcome(Result.FAILED, f"Apprise: {shown}"[:_LONGEST_DETAIL])


class _Listener(logging.Handler):
    """Keeps the warnings of one thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        if record.thread == self._thread:
            self.heard.append(record.getMessage())


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    listener = _Listener()
    _apprise_log().addHandler(listener)
    try:
        yield listener.heard
    finally:
        _apprise_log().removeHandler(listener)


@functools.cache
def _apprise_log() -> logging.Logger:
    """Give Apprise's own log, which goes nowhere else: its lines may name an address."""
    log = logging.getLogger("apprise")
    log.setLevel(logging.WARNING)
    log.propagate = False
    log.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(
        logging.WARNING
    )  # It writes down every address that it is asked for.
    return log


@functools.cache
def _load_plugins() -> None:
    """Load all plugins before any is used.

    Apprise loads them at the first use and calls them loaded while it still does, so whoever comes second finds some
    missing; a warning that is an error ends the loading half way with the same effect.
    """
    _apprise_log()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        NotificationManager().load_modules()  # type: ignore[no-untyped-call]  # Apprise types only its front.


def open_service(config: AppriseUrl) -> Service:
    """Find the plugin of an address; nothing is called.

    Raises:
        Invalid: Apprise has none for it, or the address misses something.
    """
    _load_plugins()
    asset = AppriseAsset(
        app_id="Duban", storage_mode=PersistentStoreMode.MEMORY, http_redirects=False, plugin_paths=[]
    )
    url = config.url.get_secret_value()
    with _listening() as heard:
        service = Apprise.instantiate(url, asset=asset)
    if service is None:
        schema, why = url.partition("://")[0], without_secrets("; ".join(heard), url)
        message = f"渠道 {config.name} 的 url：Apprise 不能用这个 {schema}:// 地址（{why}），请照其文档核对地址的写法"
        raise Invalid(message, code="channels.invalid", field="url")
    service.request_rate_per_sec = 0
    # Who does not answer is given up by us first, as unknown: Apprise would call it a no.
    service.socket_connect_timeout, service.socket_read_timeout = config.timeout, 2 * config.timeout + 1
    return service
