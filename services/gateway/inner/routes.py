"""Which public routes go on to an inner service, and with which scope: rows of data, read by `inner.api`."""

from typing import Literal, NamedTuple

Service = Literal["tasks", "notify", "metrics", "gateway"]
SERVICE_NAMES: dict[str, str] = {
    "tasks": "督办事项服务",
    "notify": "提醒服务",
    "metrics": "指标服务",
    "gateway": "网关",
}


class Route(NamedTuple):
    """One public route; the inner service has the same path.

    Attributes:
        query: Names of the query parameters, for the OpenAPI document; all are passed on.
        body: Content type of the body, or empty for none.
        file: It answers a file, which is handed on as it comes.
        seconds: Real seconds that the inner service may take; a file, for each piece.
    """

    method: str
    path: str
    service: Service
    scope: str
    summary: str
    query: tuple[str, ...] = ()
    body: str = ""
    file: bool = False
    seconds: float = 10.0


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/plans",
        "tasks",
        "plans:write",
        "导入方案文档；confirm=false 只试算",
        ("filename", "confirm"),
        "application/octet-stream",
        seconds=120.0,
    ),
    Route(
        "POST",
        "/plans/check",
        "tasks",
        "plans:write",
        "方案体检：查文档自身的矛盾和缺漏，不写入台账",
        ("filename",),
        "application/octet-stream",
        seconds=60.0,
    ),
    Route("GET", "/plans", "tasks", "plans:read", "列出方案"),
    Route("GET", "/plans/{plan_id}", "tasks", "plans:read", "查看方案的阶段目标、量化目标和频次"),
    Route(
        "GET",
        "/tasks",
        "tasks",
        "tasks:read",
        "列出和筛选督办事项",
        (
            "plan",
            "kind",
            "state",
            "unit",
            "role",
            "light",
            "due_from",
            "due_to",
            "q",
            "sort",
            "limit",
            "after",
            "as_of",
        ),
    ),
    Route("GET", "/tasks/{task_id}", "tasks", "tasks:read", "查看督办事项", ("as_of",)),
    Route(
        "POST",
        "/tasks/{task_id}/moves",
        "tasks",
        "tasks:write",
        "交办、签收、办理、提交、退回、复核、办结",
        (),
        JSON,
    ),
    Route("GET", "/tasks/{task_id}/attachments", "tasks", "tasks:read", "列出事项的附件"),
    Route(
        "POST",
        "/tasks/{task_id}/attachments",
        "tasks",
        "tasks:write",
        "上传附件（佐证材料）：正文即文件内容，最大 20 MB",
        ("filename",),
        "application/octet-stream",
        seconds=60.0,
    ),
    Route("GET", "/attachments/{attachment_id}", "tasks", "tasks:read", "下载附件", file=True),
    Route(
        "POST",
        "/attachments/{attachment_id}/withdrawal",
        "tasks",
        "tasks:write",
        "撤回未使用的附件",
        (),
        JSON,
    ),
    Route("GET", "/tasks/{task_id}/measures", "tasks", "tasks:read", "查看事项的督办措施"),
    Route(
        "POST", "/tasks/{task_id}/measures", "tasks", "tasks:write", "催办，或提出约谈、通报、挂牌", (), JSON
    ),
    Route("GET", "/measures", "tasks", "tasks:read", "列出督办措施", ("kind", "state", "task", "unit")),
    Route("GET", "/measure-rules", "tasks", "tasks:read", "查看督办措施规则"),
    Route("POST", "/measures/{measure_id}/decision", "tasks", "tasks:write", "领导决定督办措施", (), JSON),
    Route("POST", "/measures/{measure_id}/lift", "tasks", "tasks:write", "摘牌", (), JSON),
    Route("GET", "/plates", "tasks", "tasks:read", "列出挂牌督办", ("state",)),
    Route(
        "GET",
        "/problems",
        "tasks",
        "tasks:read",
        "问题清单（挂图作战），按责任单位",
        ("unit", "category", "found_in", "blocks", "done"),
    ),
    Route("POST", "/problems", "tasks", "tasks:write", "登记问题", (), JSON),
    Route("PUT", "/problems/{task_id}", "tasks", "tasks:write", "填写整改措施", (), JSON),
    Route("GET", "/tasks/{task_id}/blocks", "tasks", "tasks:read", "查看阻塞关系"),
    Route("PUT", "/tasks/{task_id}/blocks", "tasks", "tasks:write", "设置阻塞关系", (), JSON),
    Route(
        "GET",
        "/inspections",
        "tasks",
        "tasks:read",
        "列出督查活动",
        ("state", "unit", "year", "follow_up_of"),
    ),
    Route("GET", "/inspection-limits", "tasks", "tasks:read", "查看督查频次和期限"),
    Route("GET", "/inspections/{inspection_id}", "tasks", "tasks:read", "查看督查活动"),
    Route("POST", "/inspections", "tasks", "tasks:write", "拟订督查方案", (), JSON),
    Route("POST", "/inspections/{inspection_id}/approval", "tasks", "tasks:write", "批准督查方案", (), JSON),
    Route("POST", "/inspections/{inspection_id}/start", "tasks", "tasks:write", "启动督查"),
    Route(
        "POST", "/inspections/{inspection_id}/withdrawal", "tasks", "tasks:write", "撤回督查方案", (), JSON
    ),
    Route("POST", "/inspections/{inspection_id}/findings", "tasks", "tasks:write", "登记督查发现", (), JSON),
    Route(
        "POST", "/inspections/{inspection_id}/conclusion", "tasks", "tasks:write", "反馈督查结论", (), JSON
    ),
    Route("POST", "/inspections/{inspection_id}/feedback", "tasks", "tasks:write", "反馈整改情况", (), JSON),
    Route("POST", "/inspections/{inspection_id}/objections", "tasks", "tasks:write", "提出异议", (), JSON),
    Route(
        "POST",
        "/inspections/{inspection_id}/objections/{unit_id}/review",
        "tasks",
        "tasks:write",
        "复核异议",
        (),
        JSON,
    ),
    Route("POST", "/inspections/{inspection_id}/close", "tasks", "tasks:write", "办结并评估效果", (), JSON),
    Route(
        "GET",
        "/projects",
        "tasks",
        "tasks:read",
        "列出重点项目",
        ("unit", "stage", "level_owner", "fund", "preliminary", "dropped"),
    ),
    Route("POST", "/projects", "tasks", "tasks:write", "登记重点项目", (), JSON),
    Route(
        "GET", "/projects/pace", "tasks", "tasks:read", "重点项目序时进度：逐项、分单位、合计", ("on", "unit")
    ),
    Route("GET", "/projects/funds", "tasks", "tasks:read", "专项债、中央预算内开工率和支付率", ("on",)),
    Route("GET", "/projects/adjustments", "tasks", "tasks:read", "列出项目计划季度调整方案", ("state",)),
    Route(
        "POST",
        "/projects/adjustments",
        "tasks",
        "tasks:write",
        "提出季度调整方案；confirm=false 只试算",
        ("confirm",),
        JSON,
    ),
    Route("GET", "/projects/adjustments/{adjustment_id}", "tasks", "tasks:read", "查看季度调整方案"),
    Route(
        "POST",
        "/projects/adjustments/{adjustment_id}/decisions",
        "tasks",
        "tasks:write",
        "登记分管委领导、主任办公会的决定",
        (),
        JSON,
    ),
    Route(
        "POST",
        "/projects/adjustments/{adjustment_id}/application",
        "tasks",
        "tasks:write",
        "执行已同意的季度调整方案",
    ),
    Route("GET", "/projects/{task_id}", "tasks", "tasks:read", "查看重点项目"),
    Route("PATCH", "/projects/{task_id}", "tasks", "tasks:write", "修改重点项目信息", (), JSON),
    Route("POST", "/projects/{task_id}/stage", "tasks", "tasks:write", "转入下一批次（四个一批）", (), JSON),
    Route("POST", "/projects/{task_id}/nodes", "tasks", "tasks:write", "确认项目节点", (), JSON),
    Route("POST", "/projects/{task_id}/investment", "tasks", "tasks:write", "填报完成投资", (), JSON),
    Route("PUT", "/projects/{task_id}/plans/{year}", "tasks", "tasks:write", "设定年度计划投资", (), JSON),
    Route("POST", "/projects/{task_id}/funds", "tasks", "tasks:write", "填报资金下达和支付", (), JSON),
    Route("POST", "/projects/{task_id}/elements", "tasks", "tasks:write", "登记要素保障", (), JSON),
    Route(
        "POST",
        "/projects/{task_id}/elements/{number}/done",
        "tasks",
        "tasks:write",
        "确认要素已落实",
        (),
        JSON,
    ),
    Route("GET", "/lights/rules", "tasks", "tasks:read", "查看亮灯规则"),
    Route("PUT", "/lights/rules", "tasks", "tasks:write", "更换亮灯规则", (), JSON),
    Route("GET", "/radar", "tasks", "plans:read", "阶段目标雷达：某日各阶段目标的达成情况", ("plan", "on")),
    Route("POST", "/tasks", "tasks", "tasks:write", "人工登记事项或子任务", (), JSON),
    Route("PATCH", "/tasks/{task_id}", "tasks", "tasks:write", "修改人工登记的事项", (), JSON),
    Route("PUT", "/tasks/{task_id}/members", "tasks", "tasks:write", "明确“各相关部门”所指单位", (), JSON),
    Route(
        "POST", "/tasks/deadlines", "tasks", "tasks:write", "批量人工设定时限；confirm=false 只试算", (), JSON
    ),
    Route("GET", "/extensions", "tasks", "tasks:read", "列出延期申请", ("state",)),
    Route("POST", "/tasks/{task_id}/extensions", "tasks", "tasks:write", "申请延期", (), JSON),
    Route(
        "POST",
        "/tasks/{task_id}/extensions/{number}/decision",
        "tasks",
        "tasks:write",
        "批复延期申请",
        (),
        JSON,
    ),
    Route(
        "POST",
        "/tasks/{task_id}/extensions/{number}/withdrawal",
        "tasks",
        "tasks:write",
        "撤回延期申请",
    ),
    Route("GET", "/links", "tasks", "tasks:read", "列出联动事项"),
    Route("GET", "/links/proposals", "tasks", "tasks:read", "列出内容相同、建议联动的事项"),
    Route("POST", "/links", "tasks", "tasks:write", "设置联动", (), JSON),
    Route("PUT", "/links/{link_id}", "tasks", "tasks:write", "修改联动", (), JSON),
    Route("DELETE", "/links/{link_id}", "tasks", "tasks:write", "解除联动"),
    Route("GET", "/plans/{plan_id}/rules", "tasks", "plans:read", "查看方案的复核链"),
    Route("PUT", "/plans/{plan_id}/rules", "tasks", "plans:write", "设置方案的复核链", (), JSON),
    Route(
        "GET",
        "/ledger.xlsx",
        "tasks",
        "tasks:read",
        "导出督办台账（Excel）；as_of 为过去的某日或某时",
        ("plan", "kind", "state", "unit", "role", "light", "due_from", "due_to", "q", "as_of"),
        file=True,
        seconds=60.0,
    ),
    Route(
        "POST",
        "/ledger/import",
        "tasks",
        "tasks:write",
        "导入台账（Excel）；confirm=false 只试算",
        ("confirm",),
        XLSX,
        seconds=60.0,
    ),
    Route(
        "GET",
        "/forms/progress.xlsx",
        "tasks",
        "tasks:read",
        "导出单位的进展填报表（Excel）",
        ("unit",),
        file=True,
        seconds=60.0,
    ),
    Route(
        "POST",
        "/forms/progress",
        "tasks",
        "tasks:write",
        "导入填好的进展填报表（Excel）：签收、填报、报审；confirm=false 只试算",
        ("confirm",),
        XLSX,
        seconds=60.0,
    ),
    Route("GET", "/duties", "tasks", "tasks:read", "列出例行事项", ("unit", "ended")),
    Route("GET", "/duties/proposals", "tasks", "tasks:read", "列出方案中可采用的频次要求"),
    Route("GET", "/duties/open", "tasks", "tasks:read", "列出尚未完成的例行事项", ("unit",)),
    Route("GET", "/duties/{duty_id}", "tasks", "tasks:read", "查看例行事项及各期完成情况"),
    Route("POST", "/duties", "tasks", "tasks:write", "设定例行事项", (), JSON),
    Route("POST", "/duties/report", "tasks", "tasks:write", "一次填报多项例行事项", (), JSON),
    Route("POST", "/duties/{duty_id}/end", "tasks", "tasks:write", "停止例行事项", (), JSON),
    Route("GET", "/arrears/ledger", "tasks", "tasks:read", "查看欠款总账、明细台账及核对结果", ("month",)),
    Route("POST", "/arrears/reports", "tasks", "tasks:write", "报送月度欠款总账（含零报告）", (), JSON),
    Route("POST", "/arrears", "tasks", "tasks:write", "登记欠款", (), JSON),
    Route("GET", "/arrears/{task_id}", "tasks", "tasks:read", "查看欠款"),
    Route("PUT", "/arrears/{task_id}/plan", "tasks", "tasks:write", "填报还款计划", (), JSON),
    Route("POST", "/arrears/{task_id}/payments", "tasks", "tasks:write", "登记清偿", (), JSON),
    Route("PUT", "/arrears/{task_id}/dispute", "tasks", "tasks:write", "认定有无分歧", (), JSON),
    Route("POST", "/arrears/{task_id}/verification", "tasks", "tasks:write", "核实欠款投诉"),
    Route("PUT", "/arrears/{task_id}/court", "tasks", "tasks:write", "认定进入或退出司法程序", (), JSON),
    Route("POST", "/arrears/{task_id}/reply", "tasks", "tasks:write", "回复投诉人", (), JSON),
    Route("POST", "/arrears/{task_id}/look-back", "tasks", "tasks:write", "记录欠款“回头看”", (), JSON),
    Route("GET", "/requests/cycle", "tasks", "tasks:read", "双周动态清零：某周期末未办结的企业诉求", ("on",)),
    Route("GET", "/boards/{kind}", "tasks", "tasks:read", "晾晒榜：按单位公开承诺兑现情况", ("unit",)),
    Route("GET", "/units", "tasks", "tasks:read", "列出单位"),
    Route("POST", "/units", "tasks", "plans:write", "导入单位清单；confirm=false 只试算", ("confirm",), JSON),
    Route("PUT", "/units/{unit_id}", "tasks", "plans:write", "修改单位名称和别名", (), JSON),
    Route("POST", "/units/{unit_id}/changes", "tasks", "plans:write", "单位更名、合并、移交", (), JSON),
    Route("GET", "/unit-changes", "tasks", "tasks:read", "列出单位变更", ("state",)),
    Route("POST", "/unit-changes/{change_id}/withdrawal", "tasks", "plans:write", "撤回未生效的单位变更"),
    Route("GET", "/calendar/{year}", "tasks", "tasks:read", "查看工作日历"),
    Route("PUT", "/calendar/{year}", "tasks", "plans:write", "设置工作日历", (), JSON),
    Route(
        "POST",
        "/calendar/imports",
        "tasks",
        "plans:write",
        "导入一年的官方放假安排；confirm=false 只试算，列出变动的日期和随之移动的期限",
        ("confirm",),
        "application/octet-stream",
    ),
    Route(
        "GET",
        "/notices",
        "notify",
        "tasks:read",
        "列出提醒",
        ("recipient", "task", "rung", "limit", "after"),
    ),
    Route("GET", "/rules", "notify", "tasks:read", "查看现行提醒规则：版本、何人何时因何设定"),
    Route(
        "PUT",
        "/rules",
        "notify",
        "tasks:write",
        "整体更换提醒规则；dry_run=true 只试算，加 days 列出今后若干天提醒的增减和改期",
        ("dry_run", "days"),
        JSON,
        seconds=120.0,
    ),
    Route("GET", "/rules/versions", "notify", "tasks:read", "列出提醒规则的全部版本"),
    Route("GET", "/rules/versions/{version}", "notify", "tasks:read", "查看提醒规则的某一版本"),
    Route("GET", "/inbox", "notify", "tasks:read", "查看收件箱", ("recipient", "unread", "limit")),
    Route(
        "POST", "/inbox/{notice_id}/acknowledgement", "notify", "tasks:write", "知悉：暂停重复通报", (), JSON
    ),
    Route("POST", "/inbox/{notice_id}/snooze", "notify", "tasks:write", "稍后提醒", (), JSON),
    Route("GET", "/contacts", "notify", "tasks:write", "查看通讯录：人员、岗位、离岗代理"),
    Route("PUT", "/contacts", "notify", "tasks:write", "整体替换通讯录", (), JSON),
    Route("GET", "/silences", "notify", "tasks:read", "列出静默", ("over",)),
    Route("POST", "/silences", "notify", "tasks:write", "设置静默", (), JSON),
    Route("POST", "/silences/{silence_id}/end", "notify", "tasks:write", "提前结束静默"),
    Route(
        "GET",
        "/forecast",
        "notify",
        "tasks:read",
        "提醒预报：今后若干天将向谁发送什么",
        ("from", "to", "days", "recipient"),
        seconds=60.0,
    ),
    Route(
        "POST",
        "/forecast",
        "notify",
        "tasks:read",
        "提醒预报试算：规则、日历或联系人变化后消息有何不同（不写入任何内容）",
        (),
        JSON,
        seconds=120.0,
    ),
    Route("GET", "/tasks/{task_id}/proof", "notify", "tasks:read", "提醒送达证明：某事项的全部提醒及核验"),
    Route(
        "GET",
        "/tasks/{task_id}/proof.docx",
        "notify",
        "tasks:read",
        "提醒送达证明（Word）",
        file=True,
        seconds=30.0,
    ),
    Route(
        "GET",
        "/parcels",
        "notify",
        "tasks:read",
        "列出已发送的消息：同一对象同一日的常规提醒合并为一条",
        ("recipient", "from", "to", "limit", "after"),
    ),
    Route(
        "GET",
        "/burden/messages",
        "notify",
        "tasks:read",
        "减负统计：各单位每周收到的消息",
        ("unit", "from", "to"),
    ),
    Route(
        "GET",
        "/burden",
        "tasks",
        "tasks:read",
        "减负统计：各单位每周签收、填报、报审",
        ("unit", "from", "to"),
    ),
    Route("GET", "/summaries", "tasks", "tasks:read", "列出台账汇总（公文素材）", ("kind", "period")),
    Route(
        "POST", "/summaries", "tasks", "plans:write", "立即汇总某周、某月或某季度，生成新一版草稿", (), JSON
    ),
    Route("PUT", "/summaries/kinds/{kind}", "tasks", "plans:write", "开启或停用某类定期汇总", (), JSON),
    Route("GET", "/papers", "notify", "tasks:read", "列出公文及草稿", ("kind", "period", "state")),
    Route("GET", "/papers/{paper_id}.docx", "notify", "tasks:read", "下载公文（Word）", file=True),
    Route("GET", "/papers/{paper_id}.xlsx", "notify", "tasks:read", "下载公文附表（Excel）", file=True),
    Route("GET", "/papers/{paper_id}", "notify", "tasks:read", "查看公文：内容、附表和批示"),
    Route("PUT", "/papers/{paper_id}", "notify", "plans:write", "修改草稿的“下一步”部分", (), JSON),
    Route(
        "POST", "/papers/{paper_id}/release", "notify", "plans:write", "编文号、署职务，印发公文", (), JSON
    ),
    Route("POST", "/papers/{paper_id}/withdrawal", "notify", "plans:write", "撤回公文", (), JSON),
    Route(
        "POST", "/papers/{paper_id}/instructions", "notify", "tasks:write", "登记领导对公文的批示", (), JSON
    ),
    Route("GET", "/indicators", "metrics", "indicators:read", "查看量化目标及现值", ("plan", "task")),
    Route("GET", "/ratings/summary", "metrics", "indicators:read", "查看好差评汇总", ("unit", "from", "to")),
    Route("GET", "/stage-goals", "metrics", "indicators:read", "查看阶段目标进度"),
    Route("GET", "/rates", "metrics", "indicators:read", "列出比率及现行口径"),
    Route(
        "GET",
        "/rates/{rate}",
        "metrics",
        "indicators:read",
        "查看比率：分子、分母、剔除、口径及依据，按单位、大厅、窗口、经办人、事项、渠道、区划、来源或期间",
        ("by", "unit", "key", "from", "to", "as_of"),
        seconds=30.0,
    ),
    Route(
        "GET",
        "/rates/{rate}/rows",
        "metrics",
        "indicators:read",
        "列出比率某一部分（numerator、denominator、excluded）背后的逐条记录",
        ("by", "unit", "key", "from", "to", "as_of", "part", "after", "limit"),
        seconds=30.0,
    ),
    Route("GET", "/rates/{rate}/rule", "metrics", "indicators:read", "查看比率口径的各版本"),
    Route("PUT", "/rates/{rate}/rule", "metrics", "plans:write", "设定本地比率口径", (), JSON),
    Route(
        "GET",
        "/ratings/findings",
        "metrics",
        "indicators:read",
        "查看评价疑点：短时集中好评、同一分钟相同评价",
        ("from", "to", "unit"),
        seconds=30.0,
    ),
    Route(
        "GET",
        "/ratings/statistics",
        "metrics",
        "indicators:read",
        "好差评月度统计：分来源、单位的评价量、上传时延和整改",
        ("month",),
        seconds=30.0,
    ),
    Route(
        "GET",
        "/ratings/statistics.xlsx",
        "metrics",
        "indicators:read",
        "好差评月度统计表（Excel）",
        ("month",),
        file=True,
        seconds=60.0,
    ),
)


class OpsRoute(NamedTuple):
    """One operations route of every service; public under `/ops/{service}`."""

    method: str
    path: str
    scope: str
    summary: str
    body: str = ""


OPS_ROUTES: tuple[OpsRoute, ...] = (
    OpsRoute("GET", "/bus", "ops:read", "查看总线状态"),
    OpsRoute("POST", "/bus/repair", "ops:write", "修复总线"),
    OpsRoute("GET", "/bus/gaps", "ops:read", "列出无法补齐的缺口"),
    OpsRoute("POST", "/bus/gaps/{feed}", "ops:write", "放弃无法补齐的事件，记录原因", JSON),
    OpsRoute("GET", "/dead", "ops:read", "列出死信"),
    OpsRoute("GET", "/dead/{feed}/{sequence}", "ops:read", "查看死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/replay", "ops:write", "重放死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/discard", "ops:write", "丢弃死信"),
)
