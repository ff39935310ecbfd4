"""Which certificates are trusted."""

import functools
import ssl
from pathlib import Path

import httpx


@functools.cache  # One context of the public roots takes a megabyte, and they are read-only.
def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Trust the roots in a file and no others; without one, those that everybody trusts."""
    if ca_file is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cafile=ca_file)
