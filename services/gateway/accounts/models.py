"""Tables of accounts: people, their former passwords, sessions, recovery codes and tries; all times are real time."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime


class Account(Base):
    """A person who logs in; never deleted, since the audit names it."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)  # Small letters.
    person: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # Staff number 工号: one person, one account.
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))  # Empty until the security administrator gives one.
    unit: Mapped[str] = mapped_column(String(64))
    administrator: Mapped[str] = mapped_column(String(20))  # The kind of administrator that it ever was.
    state: Mapped[str] = mapped_column(String(12))  # `active`, `locked` or `disabled`.
    password: Mapped[str] = mapped_column(String(200))  # Argon2id, with its parameters.
    password_set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_until: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # Of a first password, which counts once.
    first_used: Mapped[bool] = mapped_column(Boolean)
    factor: Mapped[bytes | None] = mapped_column(LargeBinary)  # Secret of the second factor, sealed.
    factor_new: Mapped[bytes | None] = mapped_column(LargeBinary)  # One that is not confirmed yet, sealed.
    factor_step: Mapped[int] = mapped_column(BigInteger)  # Last step that was used.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FormerPassword(Base):
    """A password that an account had."""

    __tablename__ = "account_former_password"

    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    password: Mapped[str] = mapped_column(String(200))


class LoginSession(Base):
    """A session; its token is kept as a hash only."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account", "account_id", "expires_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(12))
    factor_shown: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # Written every few seconds, not with each request.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))


class RecoveryCode(Base):
    """A code for a lost authenticator; its row goes when it is used."""

    __tablename__ = "account_recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(64), index=True)


class LoginTries(Base):
    """Tries that have not succeeded: of a login name, whether or not anybody has it, or of a second factor."""

    __tablename__ = "login_tries"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)  # Its kind and a hash.
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
