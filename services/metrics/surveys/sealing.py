"""Seals filled sheets with AES-256-GCM under a key from the environment, which no database and no backup holds.

Invariant: an envelope is bound to its survey and group and has a fresh random nonce, so one seals differently each
time; without the key neither what it holds nor that two hold the same can be told.
"""

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Invalid, Unavailable

_NONCE_BYTES, _KEY_BYTES = 12, 32


class Sealer:
    """The key of all surveys; each has its own, derived from it.

    Args:
        key: 32 bytes in base64; empty where none is set: then there are no surveys.

    Raises:
        Invalid: It is something else; the message does not show it.
    """

    def __init__(self, key: str) -> None:
        try:
            self._key = base64.b64decode(key.strip(), validate=True)
        except (binascii.Error, ValueError):
            self._key = b"?"
        if len(self._key) not in {0, _KEY_BYTES}:
            message = (
                "DUBAN_SURVEY_KEY 应是 32 字节随机数的 base64（44 个字符），可用 openssl rand -base64 32 生成"
            )
            raise Invalid(message, code="survey.key_invalid", field="DUBAN_SURVEY_KEY")

    def mark(self, survey: str) -> str:
        """Give what tells this key from others.

        Raises:
            Unavailable: No key is set.
        """
        if not self._key:
            message = (
                "未设置测评密钥，不能开展测评："
                "请运维设置 DUBAN_SURVEY_KEY（openssl rand -base64 32）并重启指标服务"
            )
            raise Unavailable(message, code="survey.no_key", field="DUBAN_SURVEY_KEY")
        return self._derived(b"mark", survey).hex()[:16]

    def check(self, survey: str, mark: str) -> None:
        """Pass when the survey was made with this key: what is sealed with another could never be opened.

        Raises:
            Unavailable: It was made with another, or none is set.
        """
        if not hmac.compare_digest(self.mark(survey), mark):
            message = f"测评 {survey} 由另一把密钥密封，答卷未提交：请运维恢复原来的 DUBAN_SURVEY_KEY 后再试"
            raise Unavailable(message, code="survey.key_other", field="DUBAN_SURVEY_KEY")

    def seal(self, survey: str, group: str, filled: bytes) -> bytes:
        """Seal a filled sheet."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._derived(b"seal", survey)).encrypt(nonce, filled, group.encode())

    def open(self, survey: str, group: str, sealed: bytes) -> bytes | None:
        """Open an envelope; None where it was changed or put in another's place."""
        nonce, closed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self._derived(b"seal", survey)).decrypt(nonce, closed, group.encode())
        except (InvalidTag, ValueError):
            return None

    def _derived(self, use: bytes, survey: str) -> bytes:
        return hmac.digest(self._key, b"duban survey " + use + b" " + survey.encode(), hashlib.sha256)
