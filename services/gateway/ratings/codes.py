"""Code tables of 好差评 interfaces by name, from the code lists of the feeds; nothing is ever inferred.

Two national scales are opposite to each other (GB/T 39046-2020 A.8 and the provinces' push interface), and the
channel codes 6 and 7 of `pf` differ between provinces.
"""

from typing import NamedTuple, get_args

from services.gateway.feeds.forms import lists
from shared.events.ratings import Channel


class ChannelCode(NamedTuple):
    """What a channel code means; `is_default` marks codes that only the system itself gives."""

    channel: Channel
    is_default: bool = False


_WORDS: dict[str, Channel] = {word: word for word in get_args(Channel)}
# Scheme → its satisfaction code → our level (5 非常满意 … 1 非常不满意).
SCHEMES: dict[str, dict[str, int]] = {
    name: {code: int(level) for code, level in table["codes"].items()}
    for name, table in lists()["level"].items()
}
# Name of a channel table → its `pf` code → the channel.
CHANNELS: dict[str, dict[str, ChannelCode]] = {
    name: {
        code: ChannelCode(_WORDS[word], is_default=word == "system") for code, word in table["codes"].items()
    }
    for name, table in lists()["channel"].items()
}
