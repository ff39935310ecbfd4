"""What is shown without a key: one page that says what this is and which clock it runs on, and that clock as JSON."""

import base64
import hashlib
import re
from pathlib import Path
from string import Template

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

from shared.clock import SHANGHAI, Clock

LANDING = Path(__file__).parent / "templates" / "landing.html"


def pages_router(clock: Clock) -> APIRouter:
    """Serve `/`, `/clock` and the public `/healthz`."""
    router = APIRouter(include_in_schema=False)
    text = LANDING.read_text("utf-8")
    page, headers = Template(text), {"content-security-policy": policy_of(text)}

    @router.get("/")
    async def landing() -> HTMLResponse:
        now = f"{clock.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        kind, mode = (
            ("drill", "演练（时间为虚拟时间，数据为演练数据）") if clock.drill else ("live", "正式运行")
        )
        return HTMLResponse(page.substitute(kind=kind, mode=mode, now=now), headers=headers)

    @router.get("/clock")
    async def business_time() -> dict[str, object]:
        return {"now": clock.now().isoformat(), "drill": clock.drill}

    @router.get("/healthz")
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    return router


def policy_of(text: str) -> str:
    """Allow the page's own style and nothing else."""
    found = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = hashlib.sha256((found[1] if found else "").encode()).digest()
    style = f"'sha256-{base64.b64encode(digest).decode()}'"
    return f"default-src 'none'; style-src {style}; frame-ancestors 'none'"
