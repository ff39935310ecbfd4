"""/papers of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class Column(Model):
    """A column of a table; its width in mm on the paper, of A4 or of the annex sheet."""

    header: str
    width: int
    align: str = "centre"


class EditBody(Model):
    """The section of what comes next, a paragraph each."""

    next_steps: list[str]


class InstructionBody(Model):
    """A leader's instruction 批示; the first of `units` leads."""

    given_by: str
    given_on: dt.date
    text: str
    units: list[str]
    attachment_id: str | None = None
    client_ref: str = ""
    due_on: dt.date | None = None


class InstructionView(Model):
    """A leader's instruction; `id` is the sender's word of the task that comes of it."""

    attachment_id: str | None
    due_on: dt.date | None
    entered_at: dt.datetime
    entered_by: str
    given_by: str
    given_on: dt.date
    id: str
    text: str
    units: list[str]


class Line(Model):
    """A paragraph: a heading 一、 (`h1`), （一） (`h2`), 1. (`h3`), or plain text."""

    text: str
    kind: str = "body"


class PaperItem(Model):
    """A paper in a list."""

    as_of: dt.datetime
    dated_on: dt.date
    drafted_at: dt.datetime
    id: str
    kind: str
    number: str | None
    period: str
    released_at: dt.datetime | None
    sha256: str
    signer: str
    state: str
    version: int
    kind_word: str = ""
    state_word: str = ""
    title: str = ""


class ReleaseBody(Model):
    """Number 文号 and post of the signer."""

    number: str
    signer: str


class WithdrawalBody(Model):
    """Why."""

    reason: str


class PapersView(Model):
    """A page of papers, the latest draft first; `next` is the `after` of the page behind it."""

    items: list[PaperItem]
    next: str | None = None


class Table(Model):
    """A table with a header that is repeated on every page."""

    columns: list[Column]
    rows: list[list[str | int]]
    title: str = ""


class Sheet(Model):
    """A sheet of the annex; `note` says as of when and by which count."""

    name: str
    note: str
    table: Table


class Content(Model):
    """A paper without what its release adds: number, signer, day.

    Attributes:
        mast: The red words above 发文机关标志.
        addressees: 主送机关; empty for none.
        body: Everything up to the section of what comes next.
        next_heading: Heading of that section, the only one that people edit.
        next_steps: Its paragraphs, as drafted.
        annexes: Titles of the sheets, for the line 附件.
        copied_to: 抄送; empty for none.
        upward: Whether it goes up to leaders, so that it shows who signed it 签发人.
        one_page: Whether it has to fit on one page.
    """

    body: list[Line | Table]
    mast: str
    next_heading: str
    next_steps: list[str]
    title: str
    addressees: str = ""
    annexes: list[Sheet] = Field(default_factory=list)
    copied_to: str = ""
    one_page: bool = False
    upward: bool = False


class PaperView(Model):
    """A paper with all that stands in it, and the instructions on it."""

    anchor_hash: str | None
    anchor_position: int | None
    as_of: dt.datetime
    content: Content
    dated_on: dt.date
    drafted_at: dt.datetime
    id: str
    kind: str
    next_steps: list[str]
    number: str | None
    over_at: dt.datetime | None
    over_by: str
    over_reason: str
    period: str
    released_at: dt.datetime | None
    sha256: str
    signer: str
    state: str
    version: int
    instructions: list[InstructionView] = Field(default_factory=list)
    kind_word: str = ""
    state_word: str = ""
    title: str = ""


class PapersApi:
    """/papers of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_papers(
        self,
        *,
        kind: str | None = None,
        period: str | None = None,
        state: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> PapersView:
        """列出公文及草稿: GET /api/v1/papers."""
        return self.calls.ask(
            PapersView,
            "GET",
            "/api/v1/papers",
            query={"kind": kind, "period": period, "state": state, "after": after, "limit": limit},
        )

    def get_papers_by_paper_id_docx(self, *, paper_id: str) -> bytes:
        """下载公文（Word）: GET /api/v1/papers/{paper_id}.docx."""
        return self.calls.fetch("GET", f"/api/v1/papers/{in_path(paper_id)}.docx")

    def get_papers_by_paper_id_xlsx(self, *, paper_id: str) -> bytes:
        """下载公文附表（Excel）: GET /api/v1/papers/{paper_id}.xlsx."""
        return self.calls.fetch("GET", f"/api/v1/papers/{in_path(paper_id)}.xlsx")

    def get_papers_by_paper_id(self, *, paper_id: str) -> PaperView:
        """查看公文：内容、附表和批示: GET /api/v1/papers/{paper_id}."""
        return self.calls.ask(PaperView, "GET", f"/api/v1/papers/{in_path(paper_id)}")

    def put_papers_by_paper_id(self, body: EditBody | JsonObject, *, paper_id: str) -> PaperView:
        """修改草稿的“下一步”部分: PUT /api/v1/papers/{paper_id}."""
        return self.calls.ask(PaperView, "PUT", f"/api/v1/papers/{in_path(paper_id)}", body=body)

    def post_papers_by_paper_id_release(
        self, body: ReleaseBody | JsonObject, *, paper_id: str, idempotency_key: str | None = None
    ) -> PaperView:
        """编文号、署职务，印发公文: POST /api/v1/papers/{paper_id}/release."""
        return self.calls.ask(
            PaperView,
            "POST",
            f"/api/v1/papers/{in_path(paper_id)}/release",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_papers_by_paper_id_withdrawal(
        self, body: WithdrawalBody | JsonObject, *, paper_id: str, idempotency_key: str | None = None
    ) -> PaperView:
        """撤回公文: POST /api/v1/papers/{paper_id}/withdrawal."""
        return self.calls.ask(
            PaperView,
            "POST",
            f"/api/v1/papers/{in_path(paper_id)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_papers_by_paper_id_instructions(
        self, body: InstructionBody | JsonObject, *, paper_id: str, idempotency_key: str | None = None
    ) -> InstructionView:
        """登记领导对公文的批示: POST /api/v1/papers/{paper_id}/instructions."""
        return self.calls.ask(
            InstructionView,
            "POST",
            f"/api/v1/papers/{in_path(paper_id)}/instructions",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
