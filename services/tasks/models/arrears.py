"""Tables of arrears 欠款: the detail ledger of debts with plans and payments, and what units report as their total.

Amounts are whole 分, since yuan with two places would not survive a binary fraction.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class DebtRow(Base):
    """What a task of the kind `arrears` has beside the common fields; who owes is the unit that answers for it.

    `arisen_on` is the day from which it was owed; `found_after` the month whose 零报告 of the unit it proves wrong,
    whatever the unit reports later. `verified_on` is the day on which a complaint was found true;
    `judicial_on` stands while it is left out of the ledger since it went to court 司法程序, with its proof.
    """

    __tablename__ = "debt"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    creditor: Mapped[str] = mapped_column(ID, index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    disputed: Mapped[bool]
    dispute_reason: Mapped[str]
    arisen_on: Mapped[date]
    registered_at: Mapped[datetime]
    found_after: Mapped[str | None] = mapped_column(String(7))
    verified_on: Mapped[date | None]
    judicial_on: Mapped[date | None]
    judicial_proof: Mapped[str]
    replied_on: Mapped[date | None]
    reply: Mapped[str]
    looked_back_on: Mapped[date | None]
    look_back: Mapped[str]


class InstalmentRow(Base):
    """An instalment of the agreed plan 还款计划; number 0 stands for what had been paid before it was agreed on."""

    __tablename__ = "debt_instalment"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("debt.task_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)


class PaymentRow(Base):
    """A payment; `voucher` is an attachment id or the number of a paper."""

    __tablename__ = "debt_payment"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("debt.task_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paid_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    voucher: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class ArrearsReportRow(Base):
    """What a unit reports for a month as its whole arrears at the month's end; none at all is a 零报告."""

    __tablename__ = "arrears_report"
    __table_args__ = (Index("ix_arrears_report_month", "month"),)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    debts: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
