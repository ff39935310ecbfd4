"""Which addresses of Apprise a channel may have, and how its words are kept free of their secrets; pure.

Invariant: no address is let pass whose plugin takes HTTP 200 for a yes while the service says no in its answer
(Apprise 2.2 and 2.3, read in its source): such a channel would call sent what was not.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

# Plugins of vendors for whose robots there is a kind that reads the answer, and splits and signs as the vendor does.
ROBOTS: Mapping[str, str] = MappingProxyType(
    {
        "wecombot": "wecom_robot",
        "wecom": "wecom_robot",
        "wechat": "wecom_robot",
        "dingtalk": "dingtalk_robot",
        "feishu": "feishu_robot",
        "lark": "feishu_robot",
    }
)
# Plugins that look at the HTTP status of services which refuse with a code in the answer.
SEE_ONLY_THE_STATUS = frozenset({"pushdeer", "pushdeers", "pushme", "qq", "schan", "spugpush"})
_SCHEMA = re.compile(r"([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/?&=:@,;]+")
_SHORTEST_SECRET = 4


def check_address(url: str) -> None:
    """Pass for an address whose plugin can be believed.

    Raises:
        ValueError: It has no schema, or one of a plugin that calls sent what was refused.
    """
    found = _SCHEMA.fullmatch(url)
    if found is None:
        raise ValueError("不是一个 Apprise 地址")
    schema = found[1].lower()
    if schema in {"http", "https"}:
        raise ValueError("是普通网址；请写成 Apprise 的格式，或改用 webhook 渠道")
    if schema.startswith("wecom") or schema in ROBOTS:
        kind = ROBOTS.get(schema, "wecom_robot")
        raise ValueError(
            f"是 {schema}://，Apprise 不核对其应答，会把拒收当作送达；请改用 kind 为 {kind} 的渠道"
        )
    if schema in SEE_ONLY_THE_STATUS:
        raise ValueError(
            f"是 {schema}://，Apprise 不核对其应答，会把拒收当作送达；请改用能核对应答代码的 sms_http 或 webhook 渠道"
        )


def without_secrets(said: str, url: str) -> str:
    """Take out of a text what stands in an address: any part of it may be a key."""
    parts = {part for whole in (url, unquote(url)) for part in _SEPARATORS.split(whole.partition("://")[2])}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET:
            said = said.replace(part, "***")
    return said
