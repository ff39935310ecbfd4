"""AES-256-GCM: data keys wrapped by a key from the environment, and pieces closed by data keys.

Invariants: each closing has a fresh random nonce; what a closed piece is about (its subject and kind, or the person of
a data key) is bound to it, so none can be put in another's place; no key is ever in a message or a `repr`.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Invalid, Permanent, Unavailable

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"  # Of the layout: this byte, the nonce, the ciphertext with its tag; bound to all of it.


def new_key() -> bytes:
    """Make a random data key."""
    return os.urandom(KEY_BYTES)


def close(key: bytes, plain: bytes, *, about: bytes) -> bytes:
    """Close `plain` under `key`, bound to what it is about."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, _VERSION + about)


def reveal(key: bytes, closed: bytes, *, about: bytes) -> bytes:
    """Give what was closed.

    Raises:
        Permanent: It was closed under another key or about something else, or was changed.
    """
    nonce = closed[1 : 1 + _NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, closed[1 + _NONCE_BYTES :], _VERSION + about)
    except (InvalidTag, ValueError) as error:
        message = "保险库中的内容无法解密：密文被改动，或数据来自另一套系统，请从备份恢复网关的数据库"
        raise Permanent(message, code="vault.unreadable") from error


def read_key(text: str, *, name: str) -> bytes:
    """Read a wrapping key as the variable `name` holds it: 32 bytes in base64.

    Raises:
        Invalid: It is something else; the message does not show it.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        message = f"{name} 应是 32 字节随机数的 base64（44 个字符），可用 openssl rand -base64 32 生成"
        raise Invalid(message, code="vault.key_invalid", field=name)
    return key


class WrappingKeys:
    """The wrapping key in use, and the one before it while data keys are brought over.

    Attributes:
        current_id: Id of the key that wraps what is made now.
    """

    def __init__(self, current: str, old: str = "") -> None:
        key = read_key(current, name="DUBAN_VAULT_KEY")
        self.current_id = _id_of(key)
        self._keys: Mapping[str, bytes] = {self.current_id: key}
        if old:
            before = read_key(old, name="DUBAN_VAULT_OLD_KEY")
            self._keys = {_id_of(before): before, self.current_id: key}

    def wrap(self, data_key: bytes, person: bytes) -> bytes:
        """Wrap the data key of a person with the key in use."""
        return close(self._keys[self.current_id], data_key, about=b"key\x1f" + person)

    def unwrap(self, wrapped: bytes, person: bytes, *, key_id: str) -> bytes:
        """Give the data key of a person.

        Raises:
            Unavailable: It is wrapped by a key that we don't have.
            Permanent: As `reveal`.
        """
        if key_id not in self._keys:
            message = (
                f"保险库由密钥 {key_id} 加密，而 DUBAN_VAULT_KEY 是 {self.current_id}："
                "请恢复原密钥，或以 DUBAN_VAULT_OLD_KEY 给出原密钥后运行 duban vault rotate"
            )
            raise Unavailable(message, code="vault.key_other", field="DUBAN_VAULT_KEY")
        return reveal(self._keys[key_id], wrapped, about=b"key\x1f" + person)


def _id_of(key: bytes) -> str:
    """Name a wrapping key without telling anything of it."""
    return hashlib.sha256(b"duban vault key id" + key).hexdigest()[:12]
