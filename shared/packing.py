"""Office files with the same bytes for the same content: no time of writing in the archive, nor in its properties."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

EPOCH = (1980, 1, 1, 0, 0, 0)  # The earliest time that a zip archive can say.
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")


def pack(content: bytes, *, at: datetime | None = None, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Write an office file anew with fixed times.

    Args:
        content: The file.
        at: When its properties say that it was made; None leaves them.
        parts: Parts to put in place of those of the same name.
    """
    others = parts or {}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = others.get(name) or old.read(name)
            if at is not None and name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>" + _written(at) + rb"\g<3>", part)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o600 << 16
            new.writestr(entry, part, zipfile.ZIP_DEFLATED, 6)
    return target.getvalue()


def _written(at: datetime) -> bytes:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
