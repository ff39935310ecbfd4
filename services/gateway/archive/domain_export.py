"""The signed export of a range of the archive: NDJSON that anybody checks offline, without the system.

The first line is the header, the next are the entries in order, the last is the signature: Ed25519 over `FORMAT` and
the SHA-256 of every byte before that line. The chain within is checked too, from the hash that the header names.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.gateway.archive.domain import Stored
from shared.chain import link_hash
from shared.errors import Invalid

FORMAT = "duban-archive/1"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What an export says of itself.

    Attributes:
        first, last: Positions of its first and last entry; `count` says how many there are.
        previous_hash: Of the entry before the first, in hexadecimal; 64 zeros before position 1.
        first_hash, last_hash: Of the first and the last entry.
        public_key: Of the signature, in base64; who checks compares it with the one that the system shows.
        exported_at: Real time.
    """

    format: str = FORMAT
    first: int
    last: int
    count: int
    previous_hash: str
    first_hash: str
    last_hash: str
    public_key: str
    exported_at: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where an export is not what was signed: the line of the file, from 1, and what is wrong."""

    line: int
    reason: str
    expected: str = ""
    found: str = ""


class Signer:
    """The key that signs exports; made from 32 random bytes in base64."""

    def __init__(self, secret: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_read_key(secret))

    @property
    def public_key(self) -> str:
        """Give the public key, in base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, digest: bytes) -> str:
        """Sign the SHA-256 of all lines; gives the signature in base64."""
        return base64.b64encode(self._key.sign(_signed(digest))).decode()


def _read_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        message = (
            "DUBAN_ARCHIVE_KEY 应是 32 字节随机数的 base64（44 个字符），可用 openssl rand -base64 32 生成"
        )
        raise Invalid(message, code="archive.key_invalid", field="DUBAN_ARCHIVE_KEY")
    return key


def _signed(digest: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + digest


def head_of_export(
    rows: tuple[Stored, Stored], previous: bytes, *, public_key: str, real_now: datetime
) -> Header:
    """Make the header of an export from its first and last row."""
    first, last = rows
    return Header(
        first=first.position,
        last=last.position,
        count=last.position - first.position + 1,
        previous_hash=previous.hex(),
        first_hash=first.hash.hex(),
        last_hash=last.hash.hex(),
        public_key=public_key,
        exported_at=real_now.isoformat(timespec="seconds"),
    )


class Writing:
    """Writes an export: its header, page after page, and at the end the signature."""

    def __init__(self, header: Header, signer: Signer) -> None:
        self._header = header
        self._signer = signer
        self._digest = hashlib.sha256()

    def begin(self) -> bytes:
        """Give the first line."""
        return self._written(_line(asdict(self._header)))

    def page(self, rows: Iterable[Stored]) -> bytes:
        """Give the lines of the next entries, which may be any tuples of the fields of `Stored`."""
        return self._written(b"".join(_entry(Stored(*row)) for row in rows))

    def end(self) -> bytes:
        """Give the last line."""
        said = {"sha256": self._digest.hexdigest(), "signature": self._signer.sign(self._digest.digest())}
        return _line(said)

    def _written(self, piece: bytes) -> bytes:
        self._digest.update(piece)
        return piece


def _entry(row: Stored) -> bytes:
    payload = base64.b64encode(row.payload).decode()
    place = {"position": row.position, "stream": row.stream, "sequence": row.sequence}
    return _line({**place, "payload": payload, "hash": row.hash.hex()})


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Checking:
    """Checks an export line by line; `header` is known once the first line was read."""

    def __init__(self, public_key: str = "") -> None:
        """Make it; `public_key` in base64 is the one that must have signed, else the header's own counts."""
        self.header: Header | None = None
        self._trusted = public_key
        self._digest = hashlib.sha256()
        self._previous = b""
        self._position = 0

    def check(self, lines: Iterable[bytes]) -> Flaw | None:
        """Read all lines and give the first flaw, or None."""
        number, waiting = 0, b""
        for number, line in enumerate(lines, 1):
            if number > 1 and (flaw := self._take(number - 1, waiting)):
                return flaw
            waiting = line
        return self._end(number, waiting)

    def _take(self, number: int, line: bytes) -> Flaw | None:
        self._digest.update(line)
        try:
            content = json.loads(line)
            return self._begin(content) if number == 1 else self._follow(number, content)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Flaw(number, "该行无法识别")

    def _begin(self, content: dict[str, Any]) -> Flaw | None:
        if content.get("format") != FORMAT:
            return Flaw(1, "文件不是档案导出，或格式版本不同", FORMAT, str(content.get("format")))
        self.header = Header(**content)
        if self._trusted and self._trusted != self.header.public_key:
            return Flaw(1, "签名公钥不是所指定的公钥", self._trusted, self.header.public_key)
        self._previous = bytes.fromhex(self.header.previous_hash)
        self._position = self.header.first - 1
        return None

    def _follow(self, number: int, content: dict[str, Any]) -> Flaw | None:
        self._position += 1
        if content["position"] != self._position:
            return Flaw(number, "档案位置不连续", str(self._position), str(content["position"]))
        payload = base64.b64decode(content["payload"], validate=True)
        self._previous = link_hash(self._previous, content["stream"], content["sequence"], payload)
        if content["hash"] != self._previous.hex():
            reason = f"第 {self._position} 号的内容与哈希不符"
            return Flaw(number, reason, self._previous.hex(), content["hash"])
        return None

    def _end(self, number: int, line: bytes) -> Flaw | None:
        header = self.header
        if header is None:  # There were not two lines.
            return Flaw(1, "文件不是档案导出：至少应有首行和签名行")
        if (self._position, self._previous.hex()) != (header.last, header.last_hash):
            expected, found = f"{header.last} {header.last_hash}", f"{self._position} {self._previous.hex()}"
            return Flaw(number, "末条与首行所称不符，文件可能被截断", expected, found)
        return self._verify(number, line, header.public_key)

    def _verify(self, number: int, line: bytes, public_key: str) -> Flaw | None:
        try:
            signature = base64.b64decode(json.loads(line)["signature"], validate=True)
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
            key.verify(signature, _signed(self._digest.digest()))
        except (InvalidSignature, ValueError, TypeError, KeyError):
            return Flaw(number, "签名不符：文件在签名后被改动，或签名行缺失")
        return None
