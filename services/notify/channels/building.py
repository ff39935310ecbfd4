"""Builds the channels that the file names; only `app.py` calls it, and the command line for one message."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from services.notify.channels import config
from services.notify.channels.dingtalk import dingtalk
from services.notify.channels.feishu import feishu
from services.notify.channels.mail import Mail
from services.notify.channels.posting import Poster
from services.notify.channels.robots import Robot, Terms, Vendor
from services.notify.channels.sms import Sms
from services.notify.channels.webhook import WebhookChannel
from services.notify.channels.wecom import wecom
from services.notify.ports import Limited


class BuiltChannel(Limited, Protocol):
    """A channel of the file."""

    async def close(self) -> None:
        """Close what is open."""
        ...


def build_channels(
    channels: config.ChannelsConfig, *, real_now: Callable[[], datetime]
) -> Sequence[BuiltChannel]:
    """Build all channels; nothing is called yet."""
    terms = Terms(channels.link, real_now)
    return [_build(one, terms) for one in channels.channels]


def _build(one: config.ChannelConfig, terms: Terms) -> BuiltChannel:
    match one:
        case config.Email():
            return Mail(one, terms=terms)
        case config.SmsHttp():
            return Sms(one, _poster(one), terms=terms)
        case config.Webhook():
            return WebhookChannel(one, _poster(one), terms=terms)
        case config.AppriseUrl():
            return _apprise(one, terms)
        case _:
            return Robot(one.name, _vendor(one), _poster(one), per_minute=one.per_minute, terms=terms)


def _apprise(one: config.AppriseUrl, terms: Terms) -> BuiltChannel:
    # Imported where it is used: all plugins together take 30 MB.
    from services.notify.channels.apprise import AppriseChannel, open_service  # noqa: PLC0415

    return AppriseChannel(one, open_service(one), terms=terms)


def _vendor(one: config.WecomRobot | config.DingtalkRobot | config.FeishuRobot) -> Vendor:
    match one:
        case config.WecomRobot():
            return wecom(one)
        case config.DingtalkRobot():
            return dingtalk(one)
        case config.FeishuRobot():
            return feishu(one)


def _poster(one: config.OverHttp) -> Poster:
    return Poster(timeout=one.timeout, proxy=one.proxy, ca_file=one.ca_file)
