"""Files of every type that is taken, as small as they can be, and a scanner that says what a test wants."""

import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from services.tasks.attachments.adapters import FolderStore
from services.tasks.attachments.domain import MEGABYTE
from services.tasks.attachments.ports import Shelf
from shared.errors import Unavailable

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
JPG = b"\xff\xd8\xff\xe0" + bytes(8)


def packed(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@dataclass
class FakeScanner:
    """Finds what a test says, or is down."""

    found: str = ""
    down: bool = False
    seen: list[bytes] = field(default_factory=list)

    async def find(self, pieces: AsyncIterator[bytes]) -> str:
        self.seen.append(b"".join([piece async for piece in pieces]))
        if self.down:
            raise Unavailable("病毒扫描没有结果", code="attachment.scanner")
        return self.found


async def in_pieces(content: bytes, size: int = 4) -> AsyncIterator[bytes]:
    """Give a content as it comes over a wire."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def shelf(folder: Path, scanner: FakeScanner | None = None) -> Shelf:
    """A shelf in a folder that takes files of up to a megabyte."""
    return Shelf(FolderStore(folder), scanner or FakeScanner(), MEGABYTE)


def kept(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
