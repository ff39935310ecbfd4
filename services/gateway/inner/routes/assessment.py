"""Routes of assessment 考核, which metrics answers, and of surveys 测评."""

from services.gateway.inner.routes.rows import JSON, Route

READ, WRITE = "indicators:read", "assessment:write"
COUNTING_S = 120.0  # Scores of all units are measured one by one.
_PERIOD = "/assessment/periods/{period}"
_SCORE = f"{_PERIOD}/scores/{{unit}}"
ASSESSMENT: tuple[Route, ...] = (
    Route("GET", "/assessment/schemes", READ, "列出考核办法及现行版本"),
    Route("GET", "/assessment/schemes/{scheme}", READ, "查看考核办法的各版本"),
    Route("PUT", "/assessment/schemes/{scheme}", WRITE, "修订考核办法：新版本自某周期起施行", (), JSON),
    Route(
        "POST",
        "/assessment/schemes/{scheme}/preview",
        WRITE,
        "用办法草案试算某周期，与现有得分对比，不保存",
        (),
        JSON,
        seconds=COUNTING_S,
    ),
    Route("GET", "/assessment/periods", READ, "列出考核周期", ("scheme", "after", "limit")),
    Route("POST", "/assessment/periods", WRITE, "开启考核周期（季度 2023-Q2 或年度 2023）", (), JSON),
    Route("GET", _PERIOD, READ, "查看考核周期及各次计分"),
    Route("POST", f"{_PERIOD}/preview", WRITE, "预览得分", seconds=COUNTING_S),
    Route(
        "POST", f"{_PERIOD}/closing", WRITE, "结账：冻结得分并绑定档案哈希，申诉期开始", seconds=COUNTING_S
    ),
    Route(
        "POST", f"{_PERIOD}/rescoring", WRITE, "重新计分，记录前后变化和原因", (), JSON, seconds=COUNTING_S
    ),
    Route("POST", f"{_PERIOD}/final", WRITE, "定案：申诉期届满且申诉均已答复"),
    Route("GET", f"{_PERIOD}/changes", READ, "查看某次计分与前一次的差别", ("run",)),
    Route("GET", f"{_PERIOD}/corrections", READ, "查看结账后迟到的事实会带来的变化", seconds=COUNTING_S),
    Route("GET", f"{_PERIOD}/scores", READ, "查看得分和名次", ("run",)),
    Route("GET", _SCORE, READ, "查看某单位的得分说明", ("run",)),
    Route(
        "GET",
        f"{_SCORE}/lines/{{line}}/rows",
        READ,
        "列出某项得分背后的逐条事实",
        ("run", "part", "after", "limit"),
    ),
    Route("GET", f"{_SCORE}/report.docx", READ, "下载某单位的得分说明（Word）", file=True, seconds=60.0),
    Route("GET", f"{_SCORE}/report.xlsx", READ, "下载某单位的得分说明（Excel）", file=True, seconds=60.0),
    Route("GET", "/assessment/observations", READ, "查看观摩打分", ("from", "to", "unit", "after", "limit")),
    Route("POST", "/assessment/observations", WRITE, "录入观摩打分；更正须写明原因", (), JSON),
    Route("GET", "/assessment/appeals", READ, "列出申诉", ("period", "unit", "after", "limit")),
    Route("POST", "/assessment/appeals", WRITE, "对本单位的某项得分提出申诉", (), JSON),
    Route("POST", "/assessment/appeals/{appeal}/decision", WRITE, "答复申诉；成立则公开重新计分", (), JSON),
    Route("GET", "/assessment/exemptions", READ, "列出容错申请", ("state", "unit", "after", "limit")),
    Route("POST", "/assessment/exemptions", WRITE, "申请容错：某事项不计扣分", (), JSON),
    Route("POST", "/assessment/exemptions/{exemption}/decision", WRITE, "批准或不批准容错", (), JSON),
    Route("GET", "/assessment/lists", READ, "列出榜单（红黑榜、通报、奖励）", ("period", "after", "limit")),
    Route("POST", "/assessment/lists", WRITE, "按定案得分拟订榜单", (), JSON),
    Route("POST", "/assessment/lists/{name}/release", WRITE, "签发榜单（不能是拟订人）", (), JSON),
    Route("POST", "/assessment/lists/{name}/withdrawal", WRITE, "撤回榜单", (), JSON),
    Route(
        "GET",
        "/assessment/records",
        READ,
        "查看干部实绩档案：组织部看全部，个人看本人",
        ("person", "after", "limit"),
    ),
    Route("POST", "/assessment/records", WRITE, "记入干部实绩档案", (), JSON),
    Route("POST", "/assessment/records/{name}/objection", WRITE, "对本人的实绩档案条目提出异议", (), JSON),
    Route("POST", "/assessment/records/{name}/answer", WRITE, "答复对实绩档案条目的异议", (), JSON),
    Route("GET", "/surveys", READ, "列出测评", ("after", "limit")),
    Route("POST", "/surveys", WRITE, "拟订测评：对象、题目、答卷人分组、最少答卷数", (), JSON),
    Route("GET", "/surveys/{survey}", READ, "查看测评和各组答卷数"),
    Route("POST", "/surveys/{survey}/invitations", WRITE, "为某组生成一次性测评码，仅此一次给出", (), JSON),
    Route("POST", "/surveys/{survey}/opening", WRITE, "开始测评"),
    Route("POST", "/surveys/{survey}/closing", WRITE, "结束测评：不能再打开"),
    Route("GET", "/surveys/{survey}/results", READ, "查看已结束测评的结果"),
)
