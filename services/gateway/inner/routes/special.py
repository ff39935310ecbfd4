"""Routes of ledgers of their own kind, which tasks answers: projects, duties 例行事项, arrears 欠款, requests 诉求."""

from services.gateway.inner.routes.rows import JSON, Route

SPECIAL: tuple[Route, ...] = (
    Route(
        "GET",
        "/projects",
        "tasks:read",
        "列出重点项目",
        ("unit", "stage", "level_owner", "fund", "preliminary", "dropped", "after", "limit"),
    ),
    Route("POST", "/projects", "tasks:write", "登记重点项目", (), JSON),
    Route("GET", "/projects/pace", "tasks:read", "重点项目序时进度：逐项、分单位、合计", ("on", "unit")),
    Route("GET", "/projects/funds", "tasks:read", "专项债、中央预算内开工率和支付率", ("on",)),
    Route(
        "GET", "/projects/adjustments", "tasks:read", "列出项目计划季度调整方案", ("state", "after", "limit")
    ),
    Route(
        "POST",
        "/projects/adjustments",
        "tasks:write",
        "提出季度调整方案；confirm=false 只试算",
        ("confirm",),
        JSON,
    ),
    Route("GET", "/projects/adjustments/{adjustment_id}", "tasks:read", "查看季度调整方案"),
    Route(
        "POST",
        "/projects/adjustments/{adjustment_id}/decisions",
        "tasks:write",
        "登记分管委领导、主任办公会的决定",
        (),
        JSON,
    ),
    Route(
        "POST", "/projects/adjustments/{adjustment_id}/application", "tasks:write", "执行已同意的季度调整方案"
    ),
    Route("GET", "/projects/{task_id}", "tasks:read", "查看重点项目"),
    Route("PATCH", "/projects/{task_id}", "tasks:write", "修改重点项目信息", (), JSON),
    Route("POST", "/projects/{task_id}/stage", "tasks:write", "转入下一批次（四个一批）", (), JSON),
    Route("POST", "/projects/{task_id}/nodes", "tasks:write", "确认项目节点", (), JSON),
    Route("POST", "/projects/{task_id}/investment", "tasks:write", "填报完成投资", (), JSON),
    Route("PUT", "/projects/{task_id}/plans/{year}", "tasks:write", "设定年度计划投资", (), JSON),
    Route("POST", "/projects/{task_id}/funds", "tasks:write", "填报资金下达和支付", (), JSON),
    Route("POST", "/projects/{task_id}/elements", "tasks:write", "登记要素保障", (), JSON),
    Route("POST", "/projects/{task_id}/elements/{number}/done", "tasks:write", "确认要素已落实", (), JSON),
    Route("GET", "/duties", "tasks:read", "列出例行事项", ("unit", "ended", "after", "limit")),
    Route("GET", "/duties/proposals", "tasks:read", "列出方案中可采用的频次要求"),
    Route("GET", "/duties/open", "tasks:read", "列出尚未完成的例行事项", ("unit", "after", "limit")),
    Route("GET", "/duties/{duty_id}", "tasks:read", "查看例行事项及各期完成情况"),
    Route("POST", "/duties", "tasks:write", "设定例行事项", (), JSON),
    Route("POST", "/duties/report", "tasks:write", "一次填报多项例行事项", (), JSON),
    Route("POST", "/duties/{duty_id}/end", "tasks:write", "停止例行事项", (), JSON),
    Route("GET", "/arrears/ledger", "tasks:read", "查看欠款总账、明细台账及核对结果", ("month",)),
    Route("POST", "/arrears/reports", "tasks:write", "报送月度欠款总账（含零报告）", (), JSON),
    Route("POST", "/arrears", "tasks:write", "登记欠款", (), JSON),
    Route("GET", "/arrears/{task_id}", "tasks:read", "查看欠款"),
    Route("PUT", "/arrears/{task_id}/plan", "tasks:write", "填报还款计划", (), JSON),
    Route("POST", "/arrears/{task_id}/payments", "tasks:write", "登记清偿", (), JSON),
    Route("PUT", "/arrears/{task_id}/dispute", "tasks:write", "认定有无分歧", (), JSON),
    Route("POST", "/arrears/{task_id}/verification", "tasks:write", "核实欠款投诉"),
    Route("PUT", "/arrears/{task_id}/court", "tasks:write", "认定进入或退出司法程序", (), JSON),
    Route("POST", "/arrears/{task_id}/reply", "tasks:write", "回复投诉人", (), JSON),
    Route("POST", "/arrears/{task_id}/look-back", "tasks:write", "记录欠款“回头看”", (), JSON),
    Route("GET", "/requests/cycle", "tasks:read", "双周动态清零：某周期末未办结的企业诉求", ("on",)),
    Route("GET", "/boards/{kind}", "tasks:read", "晾晒榜：按单位公开承诺兑现情况", ("unit",)),
)
