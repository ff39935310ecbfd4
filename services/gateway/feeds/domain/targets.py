"""Our own fields by what a record gives: their sort, their code list, whether they must be there, and their words."""

import re
from typing import Literal, NamedTuple

Sort = Literal["text", "unit", "region", "code", "time", "date", "count", "reasons", "path", "given"]
Gives = Literal[
    "accepted",
    "paused",
    "resumed",
    "completed",
    "rating",
    "order",
    "urged",
    "recalled",
    "revisited",
    "approval",
    "nothing",
    "refused",
]
REGION = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")


class Target(NamedTuple):
    """One field of ours.

    Attributes:
        title: What people call it.
        codes: Sort of the code list, for coded fields.
    """

    title: str
    sort: Sort
    codes: str = ""
    required: bool = False


_PROJECT = {"project_no": Target("办件编号", "text", required=True)}
_ORDER = {"order_no": Target("工单编号", "text", required=True)}
_PLACE = {
    "unit_code": Target("部门统一社会信用代码", "unit"),
    "item_code": Target("事项编码", "text"),
    "region_code": Target("行政区划", "region"),
    "hall": Target("大厅编码", "text"),
    "window": Target("窗口编码", "text"),
    "clerk": Target("窗口人员编码", "text"),
}
TARGETS: dict[Gives, dict[str, Target]] = {
    "accepted": {
        **_PROJECT,
        **_PLACE,
        "unit_code": Target("部门统一社会信用代码", "unit", required=True),
        "item_type": Target("事项类型", "code", "item_type"),
        "kind": Target("办件类型", "code", "kind", required=True),
        "applicant": Target("申请人类型", "code", "applicant"),
        "place": Target("线上或线下", "code", "place"),
        "accepted_at": Target("受理时间", "time", required=True),
        "promised": Target("承诺时限", "count"),
        "promised_unit": Target("承诺时限单位", "code", "promised_unit"),
        "due_on": Target("承诺办结日期", "date"),
    },
    "paused": {
        **_PROJECT,
        "number": Target("第几次暂停", "count"),
        "reason": Target("暂停原因", "code", "pause", required=True),
        "paused_at": Target("暂停时间", "time", required=True),
    },
    "resumed": {
        **_PROJECT,
        "number": Target("第几次暂停", "count"),
        "paused_at": Target("暂停时间", "time"),
        "resumed_at": Target("恢复时间", "time", required=True),
    },
    "completed": {
        **_PROJECT,
        "completed_at": Target("办结时间", "time", required=True),
        "outcome": Target("办结结果", "code", "outcome"),
    },
    "rating": {
        **_PROJECT,
        **_PLACE,
        "service_number": Target("服务次数", "count", required=True),
        "assessment_number": Target("评价次数", "count"),
        "channel": Target("评价渠道", "code", "channel", required=True),
        "level": Target("满意度", "code", "level", required=True),
        "level_words": Target("满意度名称", "code", "level_words"),
        "reasons": Target("评价详情", "reasons"),
        "is_default": Target("默认评价", "code", "yes_no"),
        "is_named": Target("实名", "code", "yes_no"),
        "publish": Target("同意公开", "code", "yes_no"),
        "rated_at": Target("评价时间", "time", required=True),
    },
    "order": {
        **_ORDER,
        "kind": Target("工单类型", "code", "order_kind", required=True),
        "category": Target("问题分类", "path"),
        "region_code": Target("行政区划", "region"),
        "unit_code": Target("承办单位代码", "unit"),
        "enterprise": Target("涉企", "code", "yes_no"),
        "enterprise_name": Target("企业名称", "given"),
        "urgent": Target("紧急", "code", "yes_no"),
        "channel": Target("来源渠道", "text"),
        "repeats": Target("重复工单编号", "text"),
        "is_named": Target("实名", "code", "yes_no"),
        "received_at": Target("受理时间", "time", required=True),
        "due_on": Target("办理时限", "date"),
    },
    "urged": {
        **_ORDER,
        "number": Target("第几次催办", "count"),
        "urged_at": Target("催办时间", "time", required=True),
    },
    "recalled": {**_ORDER, "recalled_at": Target("撤单时间", "time", required=True)},
    "revisited": {
        **_ORDER,
        "number": Target("第几次回访", "count"),
        "reached": Target("是否联系上", "code", "yes_no"),
        "resolved": Target("是否解决", "code", "resolved"),
        "level": Target("满意度", "code", "level"),
        "level_words": Target("满意度名称", "code", "level_words"),
        "revisited_at": Target("回访时间", "time", required=True),
    },
    "approval": {
        **_PROJECT,
        "version": Target("结果版本", "count"),
        "amends_no": Target("原办件编号", "text"),
        "unit_code": Target("审批部门统一社会信用代码", "unit", required=True),
        "item_code": Target("事项编码", "text", required=True),
        "item_type": Target("事项类型", "code", "item_type"),
        "region_code": Target("行政区划", "region"),
        "result": Target("审批结果", "code", "approval", required=True),
        "decided_at": Target("审批时间", "time", required=True),
        "valid_until": Target("有效期至", "date"),
    },
    "nothing": {**_PROJECT},
    "refused": {},
}
# Each with the length that is kept at most, in characters.
PRIVATE: dict[str, int] = {"name": 100, "phone": 50, "certificate": 100, "text": 4000, "address": 200}

GIVES_WORDS: dict[str, str] = {
    "accepted": "受理",
    "paused": "暂停计时",
    "resumed": "恢复计时",
    "completed": "办结",
    "rating": "评价",
    "order": "工单受理",
    "urged": "催办",
    "recalled": "撤单",
    "revisited": "工单回访",
    "approval": "审批结果",
    "nothing": "不产生事件",
    "refused": "不收",
}
_LEVELS = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
# Sort of a code list → our words with what people call them. An empty word means: known, and says nothing for us.
WORDS: dict[str, dict[str, str]] = {
    "level": _LEVELS,
    "level_words": {**_LEVELS, "": "未评价"},
    "channel": {
        "pc": "PC端",
        "mobile": "移动端",
        "qr": "二维码",
        "hall_tablet": "政务大厅平板电脑",
        "hall_other": "政务大厅其他终端",
        "phone": "电话",
        "sms": "短信",
        "system": "系统默认评价",
    },
    "kind": {"instant": "即办件", "promised": "承诺件"},
    "applicant": {
        "person": "自然人",
        "enterprise": "企业法人",
        "institution": "事业法人",
        "organisation": "社会组织法人",
        "agency": "行政机关",
        "other": "其他组织",
        "": "未区分",
    },
    "item_type": {
        "00": "行政权力",
        "01": "行政许可",
        "02": "行政处罚",
        "03": "行政强制",
        "04": "行政征收",
        "05": "行政给付",
        "06": "行政检查",
        "07": "行政确认",
        "08": "行政奖励",
        "09": "行政裁决",
        "10": "其他类别",
        "20": "公共服务",
    },
    "place": {"online": "线上", "offline": "线下", "": "未区分"},
    "promised_unit": {"days": "天", "workdays": "工作日", "months": "月", "years": "年"},
    "pause": {"special_procedure": "特别程序", "correction": "补正"},
    "outcome": {"granted": "准予", "refused": "不予", "withdrawn": "撤回", "other": "其他"},
    "approval": {
        "granted": "准予",
        "refused": "不予",
        "changed": "变更",
        "revoked": "撤销",
        "deregistered": "注销",
    },
    "yes_no": {"true": "是", "false": "否"},
    "order_kind": {
        "consultation": "咨询",
        "help": "求助",
        "complaint": "投诉",
        "report": "举报",
        "suggestion": "建议",
        "thanks": "感谢",
        "other": "其他",
    },
    "resolved": {"yes": "解决", "partly": "部分解决", "no": "未解决", "": "未回答"},
    # Names of places; their words are region codes, which are no closed list, or empty.
    "region": {"": "不分区"},
}
