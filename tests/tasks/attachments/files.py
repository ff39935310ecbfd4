"""Files of every type that is taken, as small as they can be, and a scanner that says what a test wants."""

import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

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

    async def find(self, content: bytes) -> str:
        self.seen.append(content)
        if self.down:
            raise Unavailable("病毒扫描没有结果", code="attachment.scanner")
        return self.found


def kept(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
