"""What the notify service reads from the environment."""

from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of services/notify.

    Attributes:
        notify_database_url: Where mirror, notices and deliveries live.
        gateway_url: Inner address of the gateway, whose archive fills a gap in a stream.
        catch_up_limit: Real time for which a decision waits until the feeds are read that it rests on; then it is made
            anyway.
        service_retention: Real time for which finished services 办件 are kept; their notices stay.
        public_url: Where people reach the gateway; without it messages carry no links to answer by.
        answer_link_lifetime: Real time for which such a link holds.
        paper_issuer: 发文机关 of papers, as it stands under them.
        channels_file: The channels beside the log, with their secrets; without it all of them are off.
    """

    notify_database_url: SecretStr
    gateway_url: str = "http://127.0.0.1:8001"
    catch_up_limit: timedelta = timedelta(seconds=30)
    service_retention: timedelta = timedelta(days=400)
    channels_file: Path | None = None
    public_url: str = ""
    answer_link_lifetime: timedelta = timedelta(days=14)
    paper_issuer: str = "督查室"
