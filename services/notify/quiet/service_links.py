"""Use cases of signed links: see what a link would answer, and answer. A second use changes nothing."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository as mirror
from services.notify.contacts.domain import passed_to
from services.notify.contacts.repository import successors
from services.notify.models import NoticeRow, ReplyRow
from services.notify.quiet import repository, service
from services.notify.quiet.domain import Answer, check_repeats, check_told
from services.notify.quiet.domain_links import SNOOZED_FOR, Link
from shared.clock import at_local, local_date
from shared.database import Tx
from shared.errors import Invalid

UNSAID = "通过消息中的链接回复"


async def see(session: AsyncSession, link: Link) -> tuple[NoticeRow, ReplyRow | None]:
    """Give the notice of a link, and the answer that it has given already.

    Raises:
        NotFound: There is no such notice.
        Conflict: Nobody was told, or it can't be put off.
        Invalid: It went to another mailbox.
    """
    notice = await repository.get_notice(session, link.notice_id)
    if notice.recipient != link.mailbox:
        raise Invalid("链接与收件人不符，请登录督办系统回复", code="link.not_yours", field="token")
    check_told(notice.verdict, notice.id)
    if link.answer is Answer.SNOOZED:
        check_repeats(notice.rung, notice.id)
    recipient = passed_to(notice.recipient, await successors(session))
    reply = await session.get(ReplyRow, (notice.task_id, notice.clock, recipient))
    given = reply is not None and (reply.notice_id, reply.kind) == (notice.id, link.answer)
    return notice, reply if given else None


async def answer_by_link(tx: Tx, link: Link, reason: str) -> tuple[NoticeRow, ReplyRow]:
    """Give the answer of a link, with a reason; one that was given stays as it was.

    Raises:
        NotFound, Conflict, Invalid: As `see`.
    """
    notice, given = await see(tx.session, link)
    if given is not None:
        return notice, given
    said, by = reason.strip() or UNSAID, f"link:{link.mailbox}"
    if link.answer is Answer.ACKNOWLEDGED:
        return notice, await service.acknowledge(tx, notice, reason=said, by=by)
    calendar = await mirror.calendar(tx.session)
    until = at_local(calendar.add_workdays(local_date(tx.now), SNOOZED_FOR), 9)
    return notice, await service.snooze(tx, notice, until, reason=said, by=by)
