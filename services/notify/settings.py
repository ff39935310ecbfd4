"""What the notify service reads from the environment."""

from datetime import timedelta

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of services/notify.

    Attributes:
        notify_database_url: Where mirror, notices and deliveries live.
        gateway_url: Inner address of the gateway, whose archive fills a gap in a stream.
        catch_up_limit: Real time for which a decision waits until `supervision` is read; then it is made anyway.
    """

    notify_database_url: SecretStr
    gateway_url: str = "http://127.0.0.1:8001"
    catch_up_limit: timedelta = timedelta(seconds=30)
