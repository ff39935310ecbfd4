"""What operations write into `DUBAN_CHANNELS_FILE`: the channels, and the link that messages carry.

Invariant: a secret is a `SecretStr`, so that neither a log nor an error shows it. The description of a field is what
the error about it tells people to write there.
"""

import re
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    JsonValue,
    SecretStr,
    StringConstraints,
    model_validator,
)

from services.notify.channels.domain_apprise import check_address
from services.notify.channels.domain_template import VARIABLES, variables_in
from shared.webhooks import webhook_key

RESERVED_NAMES = frozenset({"log", "inbox"})


def _web_address(value: str) -> str:
    found = urlsplit(value)
    _ = found.port  # Raises when it is no number.
    if found.scheme not in {"http", "https"} or not found.hostname or re.search(r"\s", value):
        raise ValueError("不是 http:// 或 https:// 开头的网址")
    return value


def _free_name(value: str) -> str:
    if value in RESERVED_NAMES:
        raise ValueError("是系统自用的名称")
    return value


def _signing(value: SecretStr) -> SecretStr:
    webhook_key(value.get_secret_value())
    return value


def _apprise(value: SecretStr) -> SecretStr:
    check_address(value.get_secret_value())
    return value


Name: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,19}$"),
    AfterValidator(_free_name),
    Field(description="小写字母开头，由小写字母、数字、- 和 _ 组成，至多20个字符"),
]
Address: TypeAlias = Annotated[str, AfterValidator(_web_address)]
BaseAddress: TypeAlias = Annotated[
    Address, Field(description="接口地址，如 https://qyapi.weixin.qq.com；私有部署的填内网地址")
]
Secret: TypeAlias = Annotated[SecretStr, Field(min_length=1)]
PerMinute: TypeAlias = Annotated[int, Field(ge=3, le=6000, description="每分钟至多发送的条数，3至6000的整数")]


class ChannelModel(BaseModel):
    """What every channel has.

    Attributes:
        name: Under which deliveries are recorded and routes name it.
        timeout: Real seconds that one step of a call may take; a call takes twice that at most.
        per_minute: Messages that leave in any sixty seconds at most.
        spare: Whether nothing leaves there unless a route failed that the recipient has elsewhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    timeout: Annotated[float, Field(gt=0, le=9, description="秒数，大于0、不超过9")] = 5
    per_minute: PerMinute = 60
    spare: Annotated[
        bool, Field(description="true 或 false；true 为备用：收件人的其他路线未能送出时才用")
    ] = False


class OverHttp(ChannelModel):
    """What every channel over HTTP has."""

    proxy: Annotated[Address | None, Field(description="正向代理，如 http://10.0.0.8:3128")] = None
    ca_file: Annotated[FilePath | None, Field(description="存在的 PEM 证书文件，只信任其中的根证书")] = None


class WecomRobot(OverHttp):
    """企业微信群机器人, also 政务微信 with an address of its own."""

    kind: Literal["wecom_robot"]
    base_url: BaseAddress = "https://qyapi.weixin.qq.com"
    key: Annotated[Secret, Field(description="机器人网址中 key= 后面的一串")]
    per_minute: PerMinute = 20


class DingtalkRobot(OverHttp):
    """钉钉自定义机器人, also 专有钉钉 with an address of its own."""

    kind: Literal["dingtalk_robot"]
    base_url: BaseAddress = "https://oapi.dingtalk.com"
    token: Annotated[Secret, Field(description="机器人网址中 access_token= 后面的一串")]
    secret: Annotated[Secret | None, Field(description="加签密钥，SEC 开头；不用加签的删去此项")] = None
    per_minute: PerMinute = 20


class FeishuRobot(OverHttp):
    """飞书自定义机器人."""

    kind: Literal["feishu_robot"]
    base_url: BaseAddress = "https://open.feishu.cn"
    token: Annotated[Secret, Field(description="机器人网址中 /hook/ 后面的一串")]
    secret: Annotated[Secret | None, Field(description="签名校验密钥；不用签名的删去此项")] = None
    per_minute: PerMinute = 100


class Email(ChannelModel):
    """Mail through an SMTP server."""

    kind: Literal["email"]
    host: Annotated[str, Field(min_length=1, description="邮件服务器的主机名或地址")]
    port: Annotated[int, Field(ge=1, le=65535, description="端口，1至65535")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"], Field(description="starttls、tls 或 none（只用于内网）")
    ] = "starttls"
    user: Annotated[str, Field(description="登录名；不用登录的删去此项")] = ""
    password: Annotated[SecretStr, Field(description="登录口令")] = SecretStr("")
    sender: Annotated[
        str,
        StringConstraints(pattern=r"^[!-;=?A-~]+@[!-;=?A-~]+$"),
        Field(description="发件地址，如 duban@example.cn"),
    ]
    ca_file: Annotated[FilePath | None, Field(description="存在的 PEM 证书文件，只信任其中的根证书")] = None


class AnswerTest(BaseModel):
    """How an answer in JSON says that a message was taken.

    Attributes:
        path: Names and places, joined by dots, that lead to the code (`data.0.code`).
        sent: Codes of a message that was taken.
        retry: Codes of one that may be tried again; every other code is a refusal for good.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1, description="应答中结果代码的位置，如 code 或 data.0.code")]
    sent: Annotated[
        tuple[JsonValue, ...], Field(min_length=1, description='表示成功的代码，如 [0] 或 ["OK"]')
    ]
    retry: Annotated[tuple[JsonValue, ...], Field(description="表示可以重试的代码")] = ()


class SmsHttp(OverHttp):
    """Short messages through any HTTP interface that takes a template with named variables."""

    kind: Literal["sms_http"]
    url: Annotated[Address, Field(description="短信接口的网址")]
    method: Annotated[Literal["GET", "POST", "PUT"], Field(description="GET、POST 或 PUT")] = "POST"
    format: Annotated[Literal["json", "form"], Field(description="json 或 form")] = "json"
    headers: Annotated[dict[str, SecretStr], Field(description="请求头，名称对文字")] = {}
    body: Annotated[
        dict[str, JsonValue],
        Field(description="请求内容，其中 {to}、{id}、{number}、{count}、{link} 会被替换"),
    ]
    answer: Annotated[AnswerTest, Field(description="怎样算成功：path、sent、retry")]

    @model_validator(mode="after")
    def _template_is_fit(self) -> Self:
        found = variables_in(self.body)
        if unknown := sorted(found - VARIABLES):
            raise ValueError(f"body 中有不认识的变量 {{{unknown[0]}}}，只能用 {'、'.join(sorted(VARIABLES))}")
        if "to" not in found:
            raise ValueError("body 中没有 {to}，短信没有号码")
        nested = any(not isinstance(value, str | int | float | bool) for value in self.body.values())
        if nested and (self.format == "form" or self.method == "GET"):
            raise ValueError("body 有下级内容，form 或 GET 只能是一层")
        return self


class Webhook(OverHttp):
    """Another system's address, called as Standard Webhooks 1.0.0 says."""

    kind: Literal["webhook"]
    url: Annotated[Address, Field(description="接收方的网址")]
    secret: Annotated[
        Secret, Field(description="签名密钥：whsec_ 加上24至64字节的 Base64"), AfterValidator(_signing)
    ]
    answer: Annotated[AnswerTest | None, Field(description="接收方用 HTTP 200 表示拒绝时，怎样算成功")] = None
    per_minute: PerMinute = 600


class AppriseUrl(ChannelModel):
    """Any other service that Apprise knows; a forward proxy is that of the environment, `HTTPS_PROXY`."""

    kind: Literal["apprise"]
    url: Annotated[
        Secret, Field(description="一个 Apprise 地址，如 ntfys://…，写法见其文档"), AfterValidator(_apprise)
    ]


ChannelConfig: TypeAlias = Annotated[
    WecomRobot | DingtalkRobot | FeishuRobot | Email | SmsHttp | Webhook | AppriseUrl,
    Field(discriminator="kind"),
]


class ChannelsConfig(BaseModel):
    """The whole file.

    Attributes:
        link: Where people read the notices; `{parcel}` in it becomes the id of the message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: Annotated[
        Address, StringConstraints(max_length=300), Field(description="消息中的网址，至多300个字符")
    ] = ""
    channels: Annotated[tuple[ChannelConfig, ...], Field(description="渠道的列表")] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.channels]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"有两个渠道都叫 {twice}，请改名")
        return self
