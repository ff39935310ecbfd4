"""The page on which everybody reads published ratings; plain HTML, without scripts."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.gateway.pages import policy_of
from services.gateway.publication.api import Shown, ShownPage, published_page
from shared.database import Database
from shared.paging import Asked
from shared.paging_http import After

PAGE = Path(__file__).parent.parent / "templates" / "published.html"
ON_A_PAGE = 50


def published_router(db: Database) -> APIRouter:
    """Serve `/ratings/published`."""
    router = APIRouter(include_in_schema=False)
    text = PAGE.read_text("utf-8")
    template, headers = Template(text), {"content-security-policy": policy_of(text)}

    @router.get("/ratings/published")
    async def published(after: After = "") -> HTMLResponse:
        shown = await published_page(db, Asked(after, ON_A_PAGE))
        return HTMLResponse(template.substitute(_parts(shown, first=not after)), headers=headers)

    return router


def _parts(shown: ShownPage, *, first: bool) -> dict[str, str]:
    items = "\n".join("\n".join(_article(one)) for one in shown.items)
    links = [] if first else ['<a href="?" rel="first">第一页</a>']
    if shown.next:
        links.append(f'<a href="?after={shown.next}" rel="next">下一页</a>')
    return {"items": items or "<p>暂无公开的评价。</p>", "links": "".join(links)}


def _article(one: Shown) -> Iterator[str]:
    """Write one rating; everything that somebody typed is escaped."""
    tone = ' class="bad"' if one.level <= 2 else ' class="fair"' if one.level == 3 else ""
    item = f"　事项 {escape(one.item_code)}" if one.item_code else ""
    yield f"<article{tone}>"
    yield f"<h2>{one.level_words}</h2>"
    yield f'<p class="facts">{one.rated_on}　部门 {escape(one.unit_code)}{item}</p>'
    if one.reasons:
        yield f"<ul>{''.join(f'<li>{escape(words)}</li>' for words in one.reasons)}</ul>"
    if one.text:
        yield f"<blockquote>{escape(one.text)}</blockquote>"
    if one.outcome:
        yield f'<p class="outcome"><strong>处理结果</strong>　{escape(one.outcome)}</p>'
    yield "</article>"
