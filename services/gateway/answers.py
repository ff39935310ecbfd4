"""Pages on which the reader of a message answers a notice by its signed link, without a key.

Invariant: opening a page changes nothing, since scanners of mail open every link; only its button does.
"""

from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.gateway.inner.client import Call, InnerServices
from services.gateway.pages import policy_of
from shared.errors import DubanError
from shared.principal import Principal

PAGE = Path(__file__).parent / "templates" / "answer.html"
READER = Principal(id="link", role="link", scopes=frozenset({"links:use"}))
WORDS = {"acknowledged": "知悉", "snoozed": "稍后提醒"}
SAID = {
    "acknowledged": "确认后记为已阅；如为超时通报，5个工作日内不再重复发送。",
    "snoozed": "确认后，该事项的提醒暂停3个工作日，到期补发最近一次。",
}
LONGEST = 500  # Characters of a reason.


def answers_router(services: InnerServices) -> APIRouter:
    """Serve `/n/{token}`."""
    router = APIRouter(include_in_schema=False)
    page = _Page()

    @router.get("/n/{token}")
    async def look(token: str) -> HTMLResponse:
        return await _asked(services, page, "/links/look", {"token": token})

    @router.post("/n/{token}")
    async def answer(token: str, request: Request) -> HTMLResponse:
        form = parse_qs((await request.body()).decode(errors="replace"))
        reason = form.get("reason", [""])[0][:LONGEST]
        return await _asked(services, page, "/links/answer", {"token": token, "reason": reason})

    return router


async def _asked(services: InnerServices, page: "_Page", path: str, body: dict[str, str]) -> HTMLResponse:
    content = httpx.Request("POST", "http://inner", json=body).content
    call = Call("notify", "POST", path, body=content, content_type="application/json")
    try:
        answer = await services.call(call, READER)
    except DubanError as error:
        return page.refusal(error.message, 503)
    if answer.is_error:
        return page.refusal(answer.json().get("title", ""), answer.status_code)
    return page.of(answer.json())


class _Page:
    def __init__(self) -> None:
        text = PAGE.read_text("utf-8")
        self._template = Template(text)
        self._headers = {
            "content-security-policy": f"{policy_of(text)}; form-action 'self'",
            "cache-control": "no-store",
        }

    def of(self, said: dict[str, Any]) -> HTMLResponse:
        """Show a notice with the button, or that it was answered."""
        word = WORDS[said["answer"]]
        if said["given"]:
            return self._render(f"已记录：{word}", said["text"], "<p>您的回复已记录，可以关闭本页。</p>")
        form = (
            f"<p>{SAID[said['answer']]}</p>"
            f'<form method="post"><label>说明（可不填）<input name="reason" maxlength="{LONGEST}"></label>'
            f'<button type="submit">确认{word}</button></form>'
        )
        return self._render(f"回复督办提醒：{word}", said["text"], form)

    def refusal(self, message: str, status: int) -> HTMLResponse:
        """Say why nothing was done."""
        return self._render("未作任何更改", message, "", status)

    def _render(self, title: str, text: str, form: str, status: int = 200) -> HTMLResponse:
        shown = self._template.substitute(title=title, text=escape(text), form=form)
        return HTMLResponse(shown, status, self._headers)
