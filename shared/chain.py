"""The one formula of the archive's hash chain: who keeps the chain and who checks a part of it use the same."""

import hashlib


def link_hash(previous: bytes, stream: str, sequence: int, payload: bytes) -> bytes:
    """Give the hash of an entry behind the one whose hash is `previous`."""
    return hashlib.sha256(previous + f"{stream}:{sequence}:".encode() + payload).digest()
