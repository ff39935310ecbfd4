"""The file of channels: what it may say, and the one line about what it may not."""

import json
from pathlib import Path

import pytest

from services.notify.channels.building import build_channels
from services.notify.channels.reading import read_channels
from shared.errors import Invalid
from tests.notify.channels.made import Watch, settings_of, written
from tests.notify.channels.vendors import APPRISE_PASSWORD, VENDORS

KINDS = ("email", *VENDORS, "apprise")


def complaint(file: Path) -> str:
    with pytest.raises(Invalid) as caught:
        read_channels(file)
    assert caught.value.code == "channels.invalid"
    return caught.value.message.removeprefix(f"渠道文件 {file}：")


def about(folder: Path, of: str, /, **changes: object) -> str:
    return complaint(written(folder, {**settings_of(of), **changes}))


def test_without_a_file_every_channel_is_off() -> None:
    assert read_channels(None).channels == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_built_from_the_file(kind: str, tmp_path: Path) -> None:
    read = read_channels(written(tmp_path, settings_of(kind, name="mine")))

    (channel,) = build_channels(read, real_now=Watch())

    assert channel.name == "mine"
    assert channel.needs_address is (kind in {"email", "sms_http"})
    await channel.close()


def test_robots_keep_to_what_their_vendors_allow_unless_told_otherwise(tmp_path: Path) -> None:
    robots = ("wecom_robot", "dingtalk_robot", "feishu_robot")
    read = read_channels(written(tmp_path, *map(settings_of, robots)))

    assert [one.per_minute for one in read.channels] == [20, 20, 100]


def test_a_channel_is_no_spare_one_unless_the_file_says_so(tmp_path: Path) -> None:
    read = read_channels(written(tmp_path, settings_of("email"), settings_of("sms_http", spare=True)))

    assert [one.spare for one in read.channels] == [False, True]


def test_a_missing_field_is_named_with_what_belongs_there(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, settings_of("wecom_robot", name="group", key=None)))

    assert said == "渠道 group 的 key 缺少；请填写：机器人网址中 key= 后面的一串"


def test_a_wrong_value_is_shown_with_what_belongs_there(tmp_path: Path) -> None:
    said = about(tmp_path, "dingtalk_robot", name="group", per_minute=0)

    assert said == "渠道 group 的 per_minute 的值 0 不对；请填写：每分钟至多发送的条数，3至6000的整数"


def test_a_wrong_address_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    said = about(tmp_path, "feishu_robot", base_url="open.feishu.cn")

    assert "的 base_url 的值 'open.feishu.cn' 不是 http:// 或 https:// 开头的网址；请填写：接口地址" in said


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("wecom_robot", {"kee": "x"}, "的 kee 不是这里的项，请删去或改正名称"),
        ("wecom_robot", {"kind": "wecom"}, "的 kind 不对，只能是 wecom_robot、"),
        ("wecom_robot", {"kind": 3}, "的 kind 不对，只能是 wecom_robot、"),
        ("wecom_robot", {"name": "企业微信"}, "的 name 的值 '企业微信' 不对；请填写：小写字母开头"),
        ("wecom_robot", {"name": "log"}, "的值 'log' 是系统自用的名称"),
        ("wecom_robot", {"ca_file": "/no/such.pem"}, "请填写：存在的 PEM 证书文件"),
        ("email", {"proxy": "http://10.0.0.8"}, "的 proxy 不是这里的项"),
        (
            "sms_http",
            {"body": {"m": "{to}", "t": "{title}"}},
            "不认识的变量 {title}，只能用 count、id、link、number、to",
        ),
        ("sms_http", {"body": {"m": "138"}}, "body 中没有 {to}"),
        ("sms_http", {"format": "form", "body": {"m": ["{to}"]}}, "form 或 GET 只能是一层"),
        ("sms_http", {"answer": {"path": "code", "sent": []}}, "的 answer.sent"),
        (
            "apprise",
            {"url": "dingtalk://SEC@token"},
            "会把拒收当作送达；请改用 kind 为 dingtalk_robot 的渠道",
        ),
        ("apprise", {"url": "WeComBot://key"}, "的 url 是 wecombot://，"),
        ("apprise", {"url": "wechat://corp:secret@agent"}, "请改用 kind 为 wecom_robot 的渠道"),
        ("apprise", {"url": "wecomapp://corp"}, "请改用 kind 为 wecom_robot 的渠道"),
        ("apprise", {"url": "lark://token"}, "请改用 kind 为 feishu_robot 的渠道"),
        ("apprise", {"url": "pushdeer://key"}, "请改用能核对应答代码的 sms_http 或 webhook 渠道"),
        ("apprise", {"url": "https://oapi.dingtalk.com/robot/send?access_token=t"}, "是普通网址"),
        ("apprise", {"url": "ntfy"}, "的 url 不是一个 Apprise 地址；请填写：一个 Apprise 地址，如 ntfys://…"),
        ("apprise", {"proxy": "http://10.0.0.8"}, "的 proxy 不是这里的项"),
        ("webhook", {"secret": "whsec_QUFB"}, "的 secret 长度是3字节，应为24至64字节"),
    ],
)
def test_whatever_is_wrong_is_named(
    kind: str, changes: dict[str, object], words: str, tmp_path: Path
) -> None:
    assert words in about(tmp_path, kind, **changes)


def test_two_channels_may_not_share_a_name(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, settings_of("email"), settings_of("webhook", name="email")))

    assert "有两个渠道都叫 email，请改名" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "不是 JSON"),
        ("[]", "不对"),
        ('{"channels": [3]}', "第1个渠道"),
        ('{"link": "x"}', "link 的值 'x' 不是"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "channels.json").write_text(text, "utf-8")

    assert words in complaint(tmp_path / "channels.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "无法读取（No such file or directory），请检查 DUBAN_CHANNELS_FILE" in complaint(
        tmp_path / "none.json"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_shown_by_what_was_read(kind: str, tmp_path: Path) -> None:
    given = settings_of(kind, **({"user": "duban", "password": "secret-1"} if kind == "email" else {}))
    secrets = [given[name] for name in ("key", "token", "secret", "password") if name in given]
    secrets += [APPRISE_PASSWORD]

    shown = repr(read_channels(written(tmp_path, given)))

    assert not [secret for secret in secrets if secret in shown]


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    example = page.partition("## Channels")[2].partition("```json\n")[2].partition("```")[0]
    (tmp_path / "channels.json").write_text(example, "utf-8")

    read = read_channels(tmp_path / "channels.json")

    assert {one.kind for one in read.channels} == set(KINDS)
    assert json.loads(example)["channels"][0]["name"] == read.channels[0].name
