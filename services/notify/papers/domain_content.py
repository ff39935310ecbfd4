"""What stands in a paper, apart from how it looks: its lines and tables, and the sheets of its annex.

Invariant: content holds all words and numbers of a paper, so that the same content always gives the same bytes.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

LineKind = Literal["h1", "h2", "h3", "body"]
Align = Literal["left", "centre"]


class Part(BaseModel):
    """A part of a paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Part):
    """A paragraph: a heading 一、 (`h1`), （一） (`h2`), 1. (`h3`), or plain text."""

    kind: LineKind = "body"
    text: str


class Column(Part):
    """A column of a table; its width in mm on the paper, of A4 or of the annex sheet."""

    header: str
    width: int
    align: Align = "centre"


class Table(Part):
    """A table with a header that is repeated on every page."""

    title: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int, ...], ...]


class Sheet(Part):
    """A sheet of the annex; `note` says as of when and by which count."""

    name: str
    note: str
    table: Table


class Content(Part):
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

    mast: str
    title: str
    addressees: str = ""
    body: tuple[Line | Table, ...]
    next_heading: str
    next_steps: tuple[str, ...]
    annexes: tuple[Sheet, ...] = ()
    copied_to: str = ""
    upward: bool = False
    one_page: bool = False
