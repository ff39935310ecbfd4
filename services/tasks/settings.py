"""Settings of the tasks service."""

from pathlib import Path
from typing import Annotated

from pydantic import AnyUrl, Field, SecretStr, UrlConstraints

from shared.settings import ServiceSettings

ScannerUrl = Annotated[
    AnyUrl, UrlConstraints(allowed_schemes=["clamd"], default_port=3310, host_required=True)
]


class Settings(ServiceSettings):
    """What every service needs, and the registry's own.

    Attributes:
        tasks_database_url: The registry's database.
        gateway_url: Inner address of the gateway, whose archive fills a gap in a stream.
        attachments_dir: Where the contents of attachments lie; made when the first one comes.
        attachment_limit: Most bytes of one attachment; the gateway lets 20 MB through.
        scanner_url: A ClamAV daemon, `clamd://host:3310`; None scans nothing.
    """

    tasks_database_url: SecretStr
    gateway_url: str = "http://127.0.0.1:8001"
    attachments_dir: Path = Path("var/attachments")
    attachment_limit: int = Field(default=20 * 1024 * 1024, ge=1, le=20 * 1024 * 1024)
    scanner_url: ScannerUrl | None = None
