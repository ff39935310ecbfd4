"""The way to an interface: asks for one page after the other.

Invariant: only hosts that operations allow are called, and no secret stands in an error.
"""

import json
from collections.abc import Sequence

from services.gateway.feeds.entries import Answer as Taken
from services.gateway.feeds.records import raw_of
from services.gateway.pulls.domain import Cursor, PullPlan
from services.gateway.pulls.domain_pages import after_page, begin_run, params_of, read_page
from services.gateway.pulls.ports import Fetched, Secrets
from services.gateway.returns.domain import Hosts, without
from shared.answers import Answer, excerpt, wait_of
from shared.calling import Call, Caller, NoAnswer
from shared.clock import Clock
from shared.errors import DubanError, Forbidden, Invalid, Unavailable


class Pages:
    """One interface, in one round.

    Args:
        hosts: Which may be called.
        most_bytes: Of one answer.
    """

    def __init__(
        self, plan: PullPlan, secrets: Secrets, hosts: Hosts, clock: Clock, *, most_bytes: int
    ) -> None:
        self._plan, self._hosts, self._clock, self._most = plan, hosts, clock, most_bytes
        self._headers = {name: secrets.named(said) for name, said in plan.secret_headers.items()}
        self._params = {name: secrets.named(said) for name, said in plan.secret_params.items()}
        self._line = Caller(timeout=plan.timeout, longest=most_bytes)

    async def fetch(self, cursor: Cursor) -> Fetched:
        """Ask for the page that the cursor names.

        Raises:
            Forbidden: Its host may not be called.
            Unavailable: There is no answer, or one that says later.
            Invalid: The answer can't be used.
        """
        cursor = begin_run(self._plan, cursor, self._clock.now())
        if not self._hosts.permit(self._plan.url):
            message = "主机不在允许拉取的名单中：请核对地址，或由运维把主机加入 DUBAN_FEED_HOSTS"
            raise Forbidden(message, code="pull.host_refused", field="url")
        try:
            page = read_page(self._plan, self._judged(await self._line.call(self._call(cursor))))
        except DubanError as error:  # The other side may quote what it was asked with.
            error.message = without(error.message, [*self._headers.values(), *self._params.values()])
            raise
        raws = [raw_of(line, "", record) for line, record in enumerate(page.records, 1)]
        return Fetched(raws, after_page(self._plan, cursor, page))

    async def settle(self, fetched: Fetched, answers: Sequence[Taken]) -> None:
        """Say nothing: an interface wants no word."""

    async def close(self) -> None:
        """Close what is open."""
        await self._line.close()

    def _call(self, cursor: Cursor) -> Call:
        plan = self._plan
        params = {**params_of(plan, cursor), **self._params}
        headers = {"accept": "application/json", **plan.headers, **self._headers}
        if plan.method == "POST":
            body = json.dumps(params, ensure_ascii=False).encode()
            return Call(plan.url, body, headers={**headers, "content-type": "application/json"})
        query = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
        return Call(plan.url, query=query, headers=headers, method="GET")

    def _judged(self, answer: Answer | NoAnswer) -> Answer:
        if isinstance(answer, NoAnswer):
            raise Unavailable(f"对方没有回答：{answer.detail}", code="pull.no_answer", field="url")
        if len(answer.body) > self._most:
            message = f"回答超过 {self._most} 字节，请减小 paging.size，或调大该来源的 max_bytes"
            raise Invalid(message, code="pull.answer_too_large", field="paging.size")
        if answer.status != 200:
            message = f"对方回答 HTTP {answer.status}：{excerpt(answer.body)}"
            wait = wait_of(answer)
            seconds = 0 if wait is None else int(wait.total_seconds())
            raise Unavailable(message, code="pull.refused", field="url", retry_after=seconds)
        return answer
