"""Pages on which people answer a survey with a one-time token, without an account; plain HTML, without scripts.

Invariants: opening a page changes nothing; a token stands in an address only where a link or QR code put it, never in
that which takes the answer; nothing here is kept or logged, no cookie is set.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.gateway.inner.client import Call, InnerServices
from services.gateway.pages import policy_of
from shared.errors import DubanError
from shared.principal import Principal

PAGE = Path(__file__).parent / "templates" / "survey.html"
ANSWERER = Principal(id="survey", role="link", scopes=frozenset({"links:use"}))
MOST_FIELDS = 2100
HIDDEN = (
    "本测评匿名：系统不记录谁在何时答了什么，答卷密封后随机打乱，满{minimum}份才一并统计，不足则销毁不看。"
    "您所在的组“{group}”共发出{invited}个测评码。不了解的可不评价。"
)


def surveys_router(services: InnerServices) -> APIRouter:
    """Serve `/s`, where a token is typed or a sheet handed in, and `/s/{token}`."""
    router = APIRouter(include_in_schema=False)
    page = _Page()

    @router.get("/s")
    async def ask_for_token() -> HTMLResponse:
        return page.entry()

    @router.get("/s/{token}")
    async def look(token: str) -> HTMLResponse:
        return await _sheet(services, page, token)

    @router.post("/s")
    async def answer(request: Request) -> HTMLResponse:
        try:
            form = dict(
                parse_qsl((await request.body()).decode(errors="replace"), max_num_fields=MOST_FIELDS)
            )
        except ValueError:
            return page.refusal("答卷的项目过多，请重新打开测评页后再填", 422)
        code = form.pop("code", "")[:100]
        if not form:  # Of the page where a token is typed.
            return await _sheet(services, page, code)
        cells = {name: int(value) for name, value in form.items() if _is_cell(name, value)}
        asked = await _ask(services, page, "answer", {"token": code, "cells": cells})
        return asked if isinstance(asked, HTMLResponse) else page.received()

    return router


def _is_cell(name: str, value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 4 and len(name) <= 20


async def _sheet(services: InnerServices, page: "_Page", token: str) -> HTMLResponse:
    asked = await _ask(services, page, "look", {"token": token[:100]})
    return asked if isinstance(asked, HTMLResponse) else page.sheet(asked, token)


async def _ask(
    services: InnerServices, page: "_Page", step: str, body: dict[str, object]
) -> dict[str, Any] | HTMLResponse:
    """Ask metrics; gives what it says, or the page that says why not."""
    content = httpx.Request("POST", "http://inner", json=body).content
    call = Call("metrics", "POST", f"/survey-sheets/{step}", body=content, content_type="application/json")
    try:
        answer = await services.call(call, ANSWERER)
    except DubanError as error:
        return page.refusal(error.message, 503)
    said: dict[str, Any] = answer.json()
    return page.refusal(said.get("title", ""), answer.status_code) if answer.is_error else said


class _Page:
    def __init__(self) -> None:
        text = PAGE.read_text("utf-8")
        self._template = Template(text)
        self._headers = {
            "content-security-policy": f"{policy_of(text)}; form-action 'self'",
            "cache-control": "no-store",
        }

    def entry(self) -> HTMLResponse:
        """Ask for a token."""
        field = '<input name="code" maxlength="100" autocomplete="off" autocapitalize="characters" required>'
        form = f'<form method="post" action="/s"><label>测评码{field}</label><button>打开答卷</button></form>'
        return self._render("匿名测评", f'<p class="notice">请输入收到的测评码。</p>{form}')

    def sheet(self, said: dict[str, Any], token: str) -> HTMLResponse:
        """Show a sheet to be filled in."""
        notice = escape(HIDDEN.format_map(said))
        subjects = "".join(
            _fieldset(number, subject["name"], said["questions"])
            for number, subject in enumerate(said["subjects"])
        )
        form = (
            f'<form method="post" action="/s" autocomplete="off"><input type="hidden" name="code" '
            f'value="{escape(token)}">{subjects}<button>提交答卷（提交后不能修改）</button></form>'
        )
        title = f"{said['kind_title']}：{said['title']}"
        return self._render(title, f'<p class="notice">{notice}</p>{form}')

    def received(self) -> HTMLResponse:
        """Say that a sheet was received."""
        return self._render("答卷已收到", '<p class="notice">感谢参与。测评码已失效，可以关闭本页。</p>')

    def refusal(self, message: str, status: int) -> HTMLResponse:
        """Say why nothing was done."""
        return self._render("未提交答卷", f'<p class="notice">{escape(message)}</p>', status)

    def _render(self, title: str, body: str, status: int = 200) -> HTMLResponse:
        shown = self._template.substitute(title=escape(title), body=body)
        return HTMLResponse(shown, status, self._headers)


def _fieldset(number: int, name: str, questions: list[dict[str, Any]]) -> str:
    fields = "".join(_field(f"{number}-{at}", question) for at, question in enumerate(questions))
    return f"<fieldset><legend>{escape(name)}</legend>{fields}</fieldset>"


def _field(name: str, question: dict[str, Any]) -> str:
    options = "".join(_options(question["options"]))
    return f'<label>{escape(question["text"])}<select name="{name}">{options}</select></label>'


def _options(options: list[str]) -> Iterator[str]:
    yield '<option value="0">不评价</option>'
    for value, words in enumerate(options, 1):
        yield f'<option value="{value}">{escape(words)}</option>'
