"""Asks the ledger for the words that go back to a platform: logged, and redacted where the target wants that.

Invariant: words leave for the platform whose own case they are of, and never without a row of `vault_deed`.
"""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from services.gateway.inner.client import Call
from services.gateway.redaction.domain import redact
from services.gateway.returns.domain_texts import PATHS, Wanted, has_words, is_own, words_of
from services.gateway.vault.domain import Kind
from shared.errors import Unavailable
from shared.principal import Principal

log = logging.getLogger(__name__)


class Services(Protocol):
    """The inner services."""

    async def call(self, call: Call, principal: Principal) -> httpx.Response:
        """Ask one of them."""
        ...


class Vault(Protocol):
    """What the vault knows of persons, and the log of looks."""

    async def known(self, subject_id: str) -> Mapping[Kind, str]:
        """Give what is kept of a subject."""
        ...

    async def note_returned(self, subject_id: str, *, by: str, reason: str) -> None:
        """Log that words about a subject left for a platform."""
        ...


class LedgerTexts:
    """The words as they stand in the ledger."""

    def __init__(self, services: Services, vault: Vault) -> None:
        self._services = services
        self._vault = vault

    async def text_of(self, wanted: Wanted, *, redacted: bool) -> str:
        """Give the words of a state, or nothing where there are none.

        Raises:
            Unavailable: The ledger does not give them now.
        """
        if not has_words(wanted):
            return ""
        path = f"/{PATHS[wanted.kind]}/{wanted.task_id}"
        case = await self._ask(path, wanted)
        if case is None or not is_own(wanted, case):
            log.warning("no words for %s of %s: the case is another one", wanted.step, wanted.source_id)
            return ""
        steps = case["steps"] if wanted.kind == "order" else await self._ask(f"{path}/steps", wanted) or []
        text = words_of(wanted, case, steps)
        if not text:
            return ""
        if redacted:
            known = await self._vault.known(wanted.subject_id)
            text = redact(text, [value for kind, value in known.items() if kind is not Kind.TEXT]).text
        reason = f"回传 {wanted.step} 第 {wanted.occurrence} 次{'（已遮蔽）' if redacted else ''}"
        await self._vault.note_returned(wanted.subject_id, by=_name(wanted), reason=reason)
        return text

    async def _ask(self, path: str, wanted: Wanted) -> Any:  # noqa: ANN401 - JSON of the ledger.
        reader = Principal(id=_name(wanted), role="auditor", scopes=frozenset({"tasks:read"}))
        answer = await self._services.call(Call("tasks", "GET", path), reader)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            message = f"回传的文字暂时读不到（督办台账答复 {answer.status_code}），稍后自动重试"
            raise Unavailable(message, code="returns.text_unavailable")
        return answer.json()


def _name(wanted: Wanted) -> str:
    return f"return:{wanted.source_id}"[:64]
