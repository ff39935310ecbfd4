"""Settings of the gateway, read once by `app.main`."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the gateway needs to run besides what every service does.

    Attributes:
        gateway_database_url: Its own database; holds keys, ratings and the archive.
        tasks_url: Inner API of tasks, as are the next of notify and metrics.
        port: Port of the public API.
        certificate: PEM file of the public port's certificate with its chain; none serves plain HTTP, for a proxy that
            ends TLS.
        certificate_key: PEM file of its private key.
        trusted_proxies: Addresses and networks of such proxies, separated by commas, whose `X-Forwarded-For` and
            `X-Forwarded-Proto` are believed.
        vault_key: Wraps the data keys of the vault; 32 random bytes in base64, kept apart from every backup.
        vault_old_key: The wrapping key before it, until `duban vault rotate` has run.
        vault_retention: Real time after which what the vault keeps of a person is destroyed.
        archive_key: Signs exports of the archive (Ed25519); 32 random bytes in base64. Without it nothing is exported.
        archive_retention: Real time after which what was archived is removed, up to an anchor; None keeps all.
        return_hosts: Hosts to which states may go back, separated by commas: `host`, `host:port`, `*.suffix` or a
            network; none when it is empty.
        returns_from: Position of the archive from which a new installation of returns reads; its present end unless
            set.
        return_ca_folder: Where the roots (PEM) are with which certificates of platforms may be checked.
        rejects_retention: Real time after which a refused record that was dealt with is forgotten.
        attempts_retention: Real time after which the attempts of a state that went back are forgotten.
        subscriber_hosts: Hosts and networks to which events may be delivered, written as those above; a name that is
            listed may have any address but loopback, link-local and the like, which have to be listed as networks.
        subscriber_redis_url: The server of the streams that subscribers read, a server of its own; without it there
            are none.
        feed_hosts: Hosts from which records may be pulled, written as `return_hosts`; none when it is empty.
        feed_secrets: Secrets of sources that are pulled, by name, as a JSON object; databases' URLs among them.
        feed_secrets_folder: Where each file holds the secret of its name; for what is not in `feed_secrets`.
        rated_ahead: How far in the future of business time a rating may be dated, for the clocks of its sources.
        password_min_length, password_classes, password_history, password_max_age: What a password must be: its
            characters, how many of the four classes, former ones that may not come again, and after which real time it
            has to be changed (zero for never).
        password_memory_kib, password_passes: What one hash costs.
        first_password_life: Real time in which a first password may be used, once.
        login_failures, login_lockout: Failures in a row after which a login name waits, and how long.
        session_idle, session_life: Real time after which a session ends: without a request, and at all.
        second_factor_roles: Roles that must have a second factor, separated by commas; `none` for none.
        secure_cookies: Mark cookies for TLS only even where requests seem to come without, behind a proxy.
        rate_limits: Requests a minute of a key or account by role, `*` for all others; 0 for any number.
    """

    gateway_database_url: SecretStr
    tasks_url: str = "http://127.0.0.1:9001"
    notify_url: str = "http://127.0.0.1:9002"
    metrics_url: str = "http://127.0.0.1:9003"
    port: int = 8000
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_proxies: str = ""
    vault_key: SecretStr
    vault_old_key: SecretStr = SecretStr("")
    vault_retention: timedelta = timedelta(days=3 * 365)
    archive_key: SecretStr = SecretStr("")
    archive_retention: timedelta | None = None
    return_hosts: str = ""
    returns_from: int | None = None
    return_ca_folder: Path | None = None
    rejects_retention: timedelta = timedelta(days=365)
    attempts_retention: timedelta = timedelta(days=365)
    subscriber_hosts: str = ""
    subscriber_redis_url: SecretStr | None = None
    feed_hosts: str = ""
    feed_secrets: dict[str, SecretStr] = Field(default_factory=dict)
    feed_secrets_folder: Path | None = None
    rated_ahead: timedelta = timedelta(minutes=5)
    password_min_length: int = Field(default=10, ge=8, le=64)
    password_classes: int = Field(default=3, ge=1, le=4)
    password_history: int = Field(default=5, ge=1, le=24)
    password_max_age: timedelta = timedelta(days=90)
    password_memory_kib: int = Field(default=65536, ge=8)
    password_passes: int = Field(default=3, ge=1)
    first_password_life: timedelta = timedelta(hours=72)
    login_failures: int = Field(default=5, ge=1)
    login_lockout: timedelta = timedelta(minutes=30)
    session_idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=12)
    second_factor_roles: str = "sysadmin,secadmin,auditadmin"
    secure_cookies: bool = False
    rate_limits: dict[str, int] = Field(default_factory=lambda: {"*": 6000, "feed": 0})
