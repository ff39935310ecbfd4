"""Where events may go: hostile addresses are refused, allowed private ones work, and what was checked is called."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions.adapters import Addresses, HttpReceiver, Way, destination
from services.gateway.subscriptions.domain_addresses import literal, looks_like_number, pin
from shared.answers import Answer
from shared.calling import NoAnswer
from tests.gateway.subscriptions.world import receiving

ALLOWED = "10.20.0.0/16,partner.gov.cn,*.xixian.gov.cn,fd00:20::/32,proxy.gov.cn:3128"
NAMES = {
    "partner.gov.cn": ["203.0.113.7"],
    "a.xixian.gov.cn": ["10.9.9.9"],
    "inside.gov.cn": ["10.20.1.1"],
    "rebinds.xixian.gov.cn": ["169.254.169.254"],
    "loops.xixian.gov.cn": ["127.0.0.1"],
    "half.xixian.gov.cn": ["203.0.113.7", "127.0.0.1"],
    "mapped.xixian.gov.cn": ["::ffff:127.0.0.1"],
    "linklocal.xixian.gov.cn": ["fe80::1"],
    "multicast.xixian.gov.cn": ["224.0.0.1"],
    "nowhere.xixian.gov.cn": [],
    "localhost": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "evil.example": ["198.51.100.1"],
    "127.1": ["127.0.0.1"],
    "2130706433": ["127.0.0.1"],
}
HOSTILE = [
    "http://127.0.0.1/",
    "http://127.0.0.1:6379/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/",
    "http://100.100.100.200/",
    "http://metadata.google.internal/",
    "http://10.21.0.1/",
    "http://10.19.255.255/",
    "http://192.168.1.1/",
    "http://172.16.0.1/",
    "http://evil.example/",
    "http://partner.gov.cn.evil.example/",
    "http://xixian.gov.cn.evil.example/",
    "http://evilxixian.gov.cn/",
    "http://rebinds.xixian.gov.cn/",
    "http://loops.xixian.gov.cn/",
    "http://half.xixian.gov.cn/",
    "http://mapped.xixian.gov.cn/",
    "http://linklocal.xixian.gov.cn/",
    "http://multicast.xixian.gov.cn/",
    "http://nowhere.xixian.gov.cn/",
    "http://partner.gov.cn@127.0.0.1/",
    "http://partner.gov.cn:80@127.0.0.1/",
    "http://user:secret@partner.gov.cn/",
    "http://127.0.0.1#@partner.gov.cn/",
    "http://partner.gov.cn#@127.0.0.1/",
    "http://127.0.0.1\\@partner.gov.cn/",
    "http://partner.gov.cn\\@127.0.0.1/",
    "http:\\\\127.0.0.1/",
    "http://partner.gov.cn\r\nHost: 127.0.0.1/",
    "http://partner.gov.cn\t/",
    " http://partner.gov.cn/",
    "http://partner.gov.cn:0/",
    "http://partner.gov.cn:99999/",
    "http://proxy.gov.cn:3129/",
    "ftp://partner.gov.cn/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:6379/",
    "http:///nohost",
    "//partner.gov.cn/",
    "partner.gov.cn",
    "",
    "http://１２７.0.0.1/",
    "http://ⓛocalhost/",
]


async def played(host: str, _port: int) -> Sequence[str]:
    """Resolve as the table says."""
    return NAMES.get(host, [])


def addresses(allowed: str = ALLOWED) -> Addresses:
    return Addresses(Hosts.parse(allowed), played)


@pytest.mark.parametrize("url", HOSTILE)
async def test_a_hostile_address_is_refused(url: str) -> None:
    assert not await addresses().permits(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.20.3.4/hook",
        "https://10.20.3.4:8443/hook?x=1",
        "http://partner.gov.cn/hook",
        "https://a.xixian.gov.cn/hook",
        "http://inside.gov.cn:8080/",
        "http://[fd00:20::5]/",
    ],
)
async def test_an_allowed_address_is_permitted_private_or_not(url: str) -> None:
    assert await addresses().permits(url)


async def test_a_call_goes_to_the_address_that_was_checked_with_the_name_in_its_host() -> None:
    async def once(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with receiving() as receiver:
        port = urlsplit(receiver.url).port
        line = HttpReceiver(Way(f"http://hook.gov.cn:{port}", 5), Addresses(Hosts.parse("127.0.0.0/8"), once))
        answer = await line.post(b"{}", {"webhook-id": "x"})
        await line.close()

    assert isinstance(answer, Answer)
    assert receiver.got[0][2]["host"] == f"hook.gov.cn:{port}"


async def test_a_name_that_moves_to_a_refused_address_is_not_called() -> None:
    line = HttpReceiver(Way("http://rebinds.xixian.gov.cn/", 5), addresses())

    answer = await line.post(b"{}", {})
    await line.close()

    assert isinstance(answer, NoAnswer)
    assert (answer.written, "DUBAN_SUBSCRIBER_HOSTS" in answer.detail) == (False, True)


async def test_redirects_are_not_followed() -> None:
    with receiving(lambda *_: (302, {"location": "http://127.0.0.1:1/"})) as receiver:
        line = HttpReceiver(Way(receiver.url, 5), Addresses(Hosts.parse("127.0.0.0/8"), played))
        answer = await line.post(b"{}", {"webhook-id": "x"})
        await line.close()

    assert isinstance(answer, Answer)
    assert (answer.status, len(receiver.got)) == (302, 1)


async def test_behind_a_proxy_a_listed_name_is_enough_and_the_proxy_is_checked_itself() -> None:
    allowed = addresses()

    assert await allowed.permits("http://nowhere.xixian.gov.cn/", through_proxy=True)
    assert not await allowed.permits("http://evil.example/", through_proxy=True)
    assert await addresses("10.20.0.0/16").permits("http://10.20.0.9/", through_proxy=True)


async def test_a_proxy_that_may_not_be_called_carries_nothing() -> None:
    line = HttpReceiver(Way("http://partner.gov.cn/", 5, proxy="http://127.0.0.1:1"), addresses())

    answer = await line.post(b"{}", {})
    await line.close()

    assert isinstance(answer, NoAnswer)
    assert not answer.written


def test_a_number_in_disguise_is_told_from_a_name() -> None:
    assert [looks_like_number(one) for one in ("0x7f.1", "127.1", "a.gov.cn", "10.0.0.1")] == [
        True,
        True,
        False,
        False,
    ]
    assert literal("not an address") is None


def test_nothing_is_called_of_a_name_without_addresses_or_with_a_strange_one() -> None:
    to = destination("http://partner.gov.cn/")
    assert to is not None

    assert pin(Hosts.parse(ALLOWED), to, []) is None
    assert pin(Hosts.parse(ALLOWED), to, ["nonsense"]) is None
