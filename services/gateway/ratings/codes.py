"""Code tables of 好差评 interfaces, as data; a source names its tables and nothing is ever inferred.

Two national scales are opposite to each other (GB/T 39046-2020 A.8 and the provinces' push interface), and the
channel codes 6 and 7 of `pf` differ between provinces.
"""

from typing import NamedTuple

from shared.events.ratings import Channel

# Scheme → its satisfaction code → our level (5 非常满意 … 1 非常不满意).
SCHEMES: dict[str, dict[str, int]] = {
    "gbt39046": {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1},
    "push": {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1},
}


class ChannelCode(NamedTuple):
    """What a channel code means; `is_default` marks codes that only the system itself gives."""

    channel: Channel
    is_default: bool = False


_STABLE: dict[str, ChannelCode] = {
    "1": ChannelCode("pc"),
    "2": ChannelCode("mobile"),
    "3": ChannelCode("qr"),
    "4": ChannelCode("hall_tablet"),
    "5": ChannelCode("hall_other"),
}
# Name of a channel table → its `pf` code → the channel.
CHANNELS: dict[str, dict[str, ChannelCode]] = {
    "phone_sms": _STABLE | {"6": ChannelCode("phone"), "7": ChannelCode("sms")},  # 6 电话 7 短信
    # 浙江: 6 短信 7 系统默认评价
    "sms_default": _STABLE | {"6": ChannelCode("sms"), "7": ChannelCode("system", is_default=True)},
}
