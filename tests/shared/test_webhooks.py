"""Signatures of Standard Webhooks 1.0.0."""

import base64

import pytest

from shared.webhooks import webhook_key, webhook_signature


def test_the_signature_of_a_webhook_is_that_of_the_reference() -> None:
    body, key = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    signature = webhook_signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret", ["whsec_密钥", "whsec_!", base64.b64encode(b"short").decode(), "QUFB" * 30]
)
def test_what_is_no_key_of_24_to_64_bytes_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match=r"Base64|字节|ASCII"):
        webhook_key(secret)
