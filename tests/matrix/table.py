"""Who may call which public route, for whose things: written by hand from the roles of the design and the manual.

A row says: method, path, who comes in whatever their unit, then `own:` who comes in for what is their own unit's
and is kept out of other units', `sees:` who comes in and is shown what is their own unit's alone, or `others:` who
comes in for other units' alone, since nobody judges their own. `{…}` is a thing of a unit, of which the world has one
for each of two units; `{x…}` is one that nobody made. A route has several rows where it stands for several kinds of
things.

    S 督查人员   P 方案主管   U 单位经办人   H 单位负责人   L 联络员   D 领导   A 审计员   O 组织人事人员
    Y 系统管理员   K 安全管理员   X 审计管理员   F 数据来源   M 运维人员
"""

from dataclasses import dataclass

LETTERS = {
    "S": "supervisor",
    "P": "plan_office",
    "U": "unit",
    "H": "unit_lead",
    "L": "liaison",
    "D": "leader",
    "A": "auditor",
    "O": "organisation",
    "Y": "sysadmin",
    "K": "secadmin",
    "X": "auditadmin",
    "F": "feed",
    "M": "ops",
}

LEDGER = """
# 方案: every office and unit reads, offices of plans write
GET    /plans                                              SPUHLDA
POST   /plans                                              SP
POST   /plans/check                                        SP
GET    /plans/{plan}                                       SPUHLDA
GET    /plans/{plan}/rules                                 SPUHLDA
PUT    /plans/{plan}/rules                                 SP
GET    /radar                                              SPUHLDA
# 事项: the ledger is open to units, but for orders and bad ratings of others; each acts on its own alone
GET    /tasks                                              SPUHLDA
GET    /tasks?kind=order                                   SPDA    sees:UHL
GET    /tasks?kind=order&as_of={then}                      SPDA    sees:UHL
GET    /tasks?kind=rectification                           SPDA    sees:UHL
POST   /tasks                                              S       own:UH
GET    /tasks/{task}                                       SPUHLDA
GET    /tasks/{order}                                      SPDA    own:UHL
GET    /tasks/{order}?as_of={then}                         SPDA    own:UHL
GET    /tasks/{rectification}                              SPDA    own:UHL
GET    /tasks/{rectification}?as_of={then}                 SPDA    own:UHL
PATCH  /tasks/{task}                                       S
POST   /tasks/{task}/moves                                 S       own:UHL
PUT    /tasks/{plan_task}/members                          S       own:UH
POST   /tasks/deadlines                                    S
GET    /extensions                                         SPUHLDA
POST   /tasks/{task}/extensions                            S       own:UH
POST   /tasks/{asking}/extensions/1/decision               -       others:S
POST   /tasks/{delayed}/extensions/1/withdrawal            S       own:UH
GET    /links                                              SPUHLDA
GET    /links/proposals                                    SPUHLDA
POST   /links                                              S
PUT    /links/{xlink}                                      S
DELETE /links/{xlink}                                      S
GET    /lights/rules                                       SPUHLDA
PUT    /lights/rules                                       S
# 附件
GET    /tasks/{task}/attachments                           SPUHLDA
GET    /tasks/{order}/attachments                          SPDA    own:UHL
GET    /tasks/{rectification}/attachments                  SPDA    own:UHL
POST   /tasks/{task}/attachments                           S       own:UHL
GET    /attachments/{attachment}                           SPUHLDA
GET    /attachments/{order_file}                           SPDA    own:UHL
GET    /attachments/{rectification_file}                   SPDA    own:UHL
POST   /attachments/{attachment}/withdrawal                S       own:UHL
# 台账、填报表
GET    /ledger.xlsx                                        SPUHLDA
GET    /ledger.xlsx?kind=order                             SPDA    sees:UHL
GET    /ledger.xlsx?kind=order&as_of={then}                SPDA    sees:UHL
POST   /ledger/import                                      S
GET    /forms/progress.xlsx?unit={unit}                    S       own:UHL
POST   /forms/progress                                     S       own:UHL
GET    /burden                                             SPUHLDA
GET    /summaries                                          SPUHLDA
POST   /summaries                                          SP
PUT    /summaries/kinds/{xkind}                            SP
# 督办措施: internal unless published
GET    /measures                                           SPDA    sees:UHL
GET    /measure-rules                                      SPUHLDA
GET    /plates                                             SPDA    sees:UHL
GET    /tasks/{task}/measures                              SPDA    sees:UHL
POST   /tasks/{task}/measures                              S
POST   /measures/{measure}/decision                        SD
POST   /measures/{measure}/lift                            D       others:S
# 问题清单
GET    /problems                                           SPUHLDA
POST   /problems                                           S
PUT    /problems/{problem}                                 S       own:UH
GET    /tasks/{task}/blocks                                SPUHLDA
PUT    /tasks/{task}/blocks                                S
# 督查活动: an inspected unit sees its own
GET    /inspections                                        SPDA    sees:UHL
GET    /inspection-limits                                  SPUHLDA
GET    /inspections/{inspection}                           SPDA    own:UHL
POST   /inspections                                        S
POST   /inspections/{inspection}/approval                  SD
POST   /inspections/{inspection}/start                     S
POST   /inspections/{inspection}/withdrawal                S
POST   /inspections/{inspection}/findings                  S
POST   /inspections/{inspection}/conclusion                S
POST   /inspections/{inspection}/feedback                  S       own:UH
POST   /inspections/{inspection}/objections                S       own:UH
POST   /inspections/{inspection}/objections/{unit}/review  SD
POST   /inspections/{inspection}/close                     S
# 例行事项
GET    /duties                                             SPUHLDA
GET    /duties/proposals                                   SPUHLDA
GET    /duties/open                                        SPUHLDA
GET    /duties/{duty}                                      SPUHLDA
POST   /duties                                             S
POST   /duties/{duty}/end                                  S
POST   /duties/report                                      S       own:UHL
# 重点项目
GET    /projects                                           SPUHLDA
GET    /projects/pace                                      SPUHLDA
GET    /projects/funds                                     SPUHLDA
GET    /projects/{project}                                 SPUHLDA
POST   /projects                                           S
PATCH  /projects/{project}                                 S
POST   /projects/{project}/stage                           S
POST   /projects/{project}/nodes                           S
PUT    /projects/{project}/plans/{year}                    S
POST   /projects/{project}/investment                      S       own:UH
POST   /projects/{project}/funds                           S       own:UH
POST   /projects/{project}/elements                        S       own:UH
POST   /projects/{project}/elements/1/done                 S       own:UH
GET    /projects/adjustments                               SPUHLDA
GET    /projects/adjustments/{xadjustment}                 SPUHLDA
POST   /projects/adjustments                               S
POST   /projects/adjustments/{xadjustment}/decisions       S
POST   /projects/adjustments/{xadjustment}/application     S
# 欠款、诉求、晾晒
GET    /arrears/ledger                                     SPUHLDA
GET    /arrears/{debt}                                     SPUHLDA
POST   /arrears                                            S
POST   /arrears/reports                                    S       own:UH
PUT    /arrears/{debt}/plan                                S       own:UH
POST   /arrears/{debt}/payments                            S       own:UH
PUT    /arrears/{debt}/dispute                             S       own:UH
POST   /arrears/{complaint}/reply                          S       own:UH
POST   /arrears/{complaint}/verification                   S
PUT    /arrears/{debt}/court                               S
POST   /arrears/{debt}/look-back                           S
GET    /requests/cycle                                     SPUHLDA
GET    /boards/promise                                     SPUHLDA
# 差评整改: all see that it is, and how far; what was written is for the units that have a part in it
GET    /rectifications                                     SPUHLDA
GET    /rectifications/findings                            SPDA
GET    /rectifications/{rectification}                     SPDA    sees:UHL
GET    /rectifications/{rectification}/steps               SPDA    sees:UHL
POST   /rectifications/{fresh_rectification}/verdict       S       own:UH
POST   /rectifications/{rectification}/review              S
POST   /rectifications/{open_case}/grade                   -       others:S
POST   /rectifications/{refused_case}/appeal               S       own:UH
POST   /rectifications/{rectification}/appeal/decision     S
PUT    /rectifications/{open_case}/ledger                  S       own:UH
POST   /rectifications/{open_case}/remedy                  S       own:UH
POST   /rectifications/{reply_case}/reply                  S       own:UH
POST   /rectifications/{rectification}/call-backs          S
POST   /rectifications/{rectification}/closing             -       others:S
POST   /rectifications/{rectification}/reopening           S
GET    /rectification-rules                                SPUHLDA
PUT    /rectification-rules                                S
# 派单目录
GET    /dispatch-rules                                     SPUHLDA
GET    /dispatch-rules/unit?item=0131&region=610481        SPUHLDA
POST   /dispatch-rules                                     S
POST   /dispatch-rules/{xrule}/end                         S
# 审管联动
GET    /approvals                                          SPDA    sees:UHL
GET    /approvals/reconciliation                           SPDA
GET    /approval-reconciliation                            SPDA
GET    /approvals/{approval}                               SPDA    own:UHL
POST   /approvals/{approval}/claim                         S       own:UH
POST   /approvals/{approval}/supervision                   S       own:UH
POST   /approvals/{declinable}/decline                     S       own:UH
POST   /approvals/{approval}/reassignment                  S
GET    /approval-rules                                     SPUHLDA
PUT    /approval-rules                                     S
# 12345工单: a unit sees those that it has or had
GET    /orders                                             SPDA    sees:UHL
GET    /orders/misroutes                                   SPUHLDA
GET    /orders/about-offices                               SD
GET    /orders/{order}                                     SPDA    own:UHL
POST   /orders/{order}/dispatch                            S
POST   /orders/{returnable}/return                         S       own:UH
POST   /orders/{order}/return/decision                     S
POST   /orders/{unnamed}/hard/industry                     S       own:UH
POST   /orders/{hard}/hard/handler                         S       own:UH
POST   /orders/{order}/merge                               S
POST   /orders/{order}/refusal                             S
POST   /orders/{order}/contact                             S       own:UHL
POST   /orders/{order}/answer                              S       own:UH
POST   /orders/{order}/closing                             S       own:UH
POST   /orders/{order}/visits                              S
POST   /orders/{order}/exclusion                           D       others:S
GET    /order-directory                                    SPUHLDA
GET    /order-directory/match?category=城市管理            SPUHLDA
POST   /order-directory                                    S
POST   /order-directory/imports                            S
POST   /order-directory/{xrow}/end                         S
GET    /order-rules                                        SPUHLDA
PUT    /order-rules                                        S
GET    /order-proposals                                    SD
POST   /order-proposals/{xproposal}/decision               SD
GET    /knowledge                                          SPUHLDA
POST   /knowledge                                          S       own:UH
PUT    /knowledge/{entry}                                  S       own:UH
POST   /knowledge/{entry}/review                           -       own:UH
POST   /knowledge/{entry}/withdrawal                       S       own:UH
# 单位、工作日历
GET    /units                                              SPUHLDAY
POST   /units                                              SP
PUT    /units/{unit}                                       SPY
PUT    /units/{unit}/codes                                 SPY
GET    /unit-changes                                       SPUHLDAY
POST   /units/{unit}/changes                               SP
POST   /unit-changes/{xchange}/withdrawal                  SP
GET    /calendar/{year}                                    SPUHLDAY
PUT    /calendar/{year}                                    SPY
POST   /calendar/imports                                   SPY
"""

NOTICES = """
# 提醒、消息: a unit sees what it was told itself
GET    /notices                                            SPDA    sees:UHL
GET    /notices?recipient={unit}                           SPDA    own:UHL
GET    /inbox                                              SPDA    sees:UHL
GET    /inbox?recipient={unit}                             SPDA    own:UHL
POST   /inbox/{notice}/acknowledgement                     -       own:UHL
POST   /inbox/{notice}/snooze                              -       own:UHL
GET    /parcels                                            SPDA    sees:UHL
GET    /parcels?recipient={unit}                           SPDA    own:UHL
GET    /burden/messages                                    SPDA    sees:UHL
GET    /burden/messages?unit={unit}                        SPDA    own:UHL
GET    /forecast?days=3                                    SPDA    sees:UHL
GET    /forecast?days=1&recipient={unit}                   SPDA    own:UHL
POST   /forecast                                           SPDA
GET    /tasks/{task}/proof                                 SPDA    sees:UHL
GET    /tasks/{task}/proof.docx                            SPUHLDA
# 电子监察
GET    /services                                           SPDA    sees:UHL
GET    /services?unit={unit}                               SPDA    own:UHL
GET    /services/{service}                                 SPDA    own:UHL
# 规则、静默、通讯录
GET    /rules                                              SPUHLDA
GET    /rules/versions                                     SPUHLDA
GET    /rules/versions/1                                   SPUHLDA
PUT    /rules                                              S
GET    /silences                                           SPUHLDA
POST   /silences                                           S
POST   /silences/{xsilence}/end                            S
GET    /contacts                                           S
PUT    /contacts                                           S
# 公文: drafts and releases of the offices
GET    /papers                                             SPDA
GET    /papers/{paper}                                     SPDA
GET    /papers/{paper}.docx                                SPDA
GET    /papers/{paper}.xlsx                                SPDA
PUT    /papers/{paper}                                     SP
POST   /papers/{paper}/release                             SP
POST   /papers/{paper}/withdrawal                          SP
POST   /papers/{paper}/instructions                        S
"""

FIGURES = """
# 指标: all read, the owner reports
GET    /indicators                                         SPUHLDA
GET    /indicators/catalogue                               SPUHLDA
GET    /indicators/{indicator}                             SPUHLDA
GET    /indicators/gj01/rows                               SPUHLDA
POST   /indicators/{indicator}/values                      S       own:UHL
POST   /indicators/upload                                  SUHL
PUT    /indicators/{indicator}/setting                     SP
GET    /stage-goals                                        SPUHLDA
GET    /feed-summaries                                     SPUHLDA
POST   /feed-summaries                                     SP
PUT    /feed-summaries/kinds/{xkind}                       SP
# 好差评: figures of units are open, those of one person are for their own unit
GET    /ratings/summary                                    SPUHLDA
GET    /ratings/statistics                                 SPUHLDA
GET    /ratings/statistics.xlsx                            SPUHLDA
GET    /ratings/findings                                   SPA
GET    /ratings/findings/limits                            SPA
PUT    /ratings/findings/limits                            S
GET    /rates                                              SPUHLDA
GET    /rates/ratings.satisfaction                         SPUHLDA
GET    /rates/ratings.satisfaction?by=clerk&unit={unit}    SP      own:UHL
GET    /rates/ratings.satisfaction/rows?part=denominator   SPUHLDA
GET    /rates/ratings.satisfaction/rows?part=denominator&by=clerk&unit={unit}  SP  own:UHL
GET    /rates/ratings.satisfaction/rule                    SPUHLDA
PUT    /rates/ratings.satisfaction/rule                    SP
# 考核: a score is its unit's
GET    /assessment/schemes                                 SPUHLDAO
GET    /assessment/schemes/{scheme}                        SPUHLDAO
PUT    /assessment/schemes/{scheme}                        SP
POST   /assessment/schemes/{scheme}/preview                SP
GET    /assessment/periods                                 SPUHLDAO
POST   /assessment/periods                                 SP
GET    /assessment/periods/{period}                        SPUHLDAO
POST   /assessment/periods/{xperiod}/preview               SP
POST   /assessment/periods/{xperiod}/closing               SP
POST   /assessment/periods/{xperiod}/rescoring             SP
POST   /assessment/periods/{xperiod}/final                 SP
GET    /assessment/periods/{period}/changes                SPDA
GET    /assessment/periods/{period}/corrections            SPDA
GET    /assessment/periods/{period}/scores                 SPDAO   sees:UHL
GET    /assessment/periods/{period}/scores/{unit}          SPDAO   own:UHL
GET    /assessment/periods/{period}/scores/{unit}/lines/{line}/rows  SPDAO  own:UHL
GET    /assessment/periods/{period}/scores/{unit}/report.docx  SPDAO  own:UHL
GET    /assessment/periods/{period}/scores/{unit}/report.xlsx  SPDAO  own:UHL
GET    /assessment/observations?from={today}&to={today}    SPDA
POST   /assessment/observations                            SP
GET    /assessment/appeals                                 SPDA    sees:UHL
GET    /assessment/appeals?unit={unit}                     SPDA    own:UHL
POST   /assessment/appeals                                 UHL
POST   /assessment/appeals/{appeal}/decision               SP
GET    /assessment/exemptions                              SPDA    sees:UHL
GET    /assessment/exemptions?unit={unit}                  SPDA    own:UHL
POST   /assessment/exemptions                              SP      own:UHL
POST   /assessment/exemptions/{exemption}/decision         SD
GET    /assessment/lists                                   SPUHLDAO
POST   /assessment/lists                                   SP
POST   /assessment/lists/{xlist}/release                   SD
POST   /assessment/lists/{xlist}/withdrawal                SPD
# 干部实绩档案: the keepers', and of everybody else what is about themselves
GET    /assessment/records                                 OSPDUHL
POST   /assessment/records                                 O
POST   /assessment/records/{xrecord}/objection             OUHLSPD
POST   /assessment/records/{xrecord}/answer                O
# 测评: a unit reads what was said about itself
GET    /surveys                                            SPDA
POST   /surveys                                            SP
GET    /surveys/{survey}                                   SPDA
POST   /surveys/{xsurvey}/invitations                      SP
POST   /surveys/{xsurvey}/opening                          SP
POST   /surveys/{xsurvey}/closing                          SP
GET    /surveys/{survey}/results                           SPDA    own:UHL
"""

GATEWAY = """
# 数据来源 send, 运维 look after them
POST   /ratings                                            F
POST   /ratings/batch                                      F
POST   /feeds/{xsource}                                    F
PUT    /feed-reconciliation/{xsource}/{today}              F
GET    /feed-forms                                         YXM
GET    /feed-sources                                       YXM
PUT    /feed-sources/{xsource}                             YM
POST   /feed-sources/{xsource}/dry-run                     YXM
GET    /feed-pulls                                         YXM
GET    /feed-pulls/{xsource}                               YXM
PUT    /feed-pulls/{xsource}                               YM
POST   /feed-pulls/{xsource}/run                           YM
POST   /feed-pulls/{xsource}/dry-run                       YM
GET    /feed-rejects                                       YXM
GET    /feed-rejects/1                                     YM
POST   /feed-rejects/1/replay                              YM
DELETE /feed-rejects/1                                     YM
GET    /feed-reconciliation                                YXM
# 事件、档案
GET    /events?format=ndjson                               SPDAXM
GET    /archive/anchors                                    SPDAXM
GET    /archive/hashes/1                                   SPDAXM
GET    /archive/key                                        SPDAXM
GET    /archive/export                                     SPDAXM
GET    /ops/gateway/archive/verify                         YXM
POST   /ops/gateway/archive/trim                           YM
# 密钥、账号、审计: the three administrators are kept apart
GET    /keys                                               KX
GET    /keys/audit                                         X
POST   /keys                                               K
DELETE /keys/{xkey}                                        K
POST   /keys/{xkey}/rotation                               K
GET    /accounts                                           YKX
POST   /accounts                                           Y
POST   /accounts/{xaccount}/password                       Y
PUT    /accounts/{xaccount}/state                          Y
PUT    /accounts/{xaccount}/role                           K
DELETE /accounts/{xaccount}/second-factor                  K
GET    /audit                                              X
GET    /audit/verify                                       X
# 保险库: never a unit
GET    /vault/audit                                        X
GET    /vault/{kept}                                       S
POST   /vault/{kept}/unmasked                              S
DELETE /vault/people/{xsubject}                            K
# 公开
GET    /publications                                       S
GET    /ratings/{kept}/publication                         S
POST   /ratings/{kept}/publication                         S
DELETE /ratings/{kept}/publication                         S
# 回传、订阅
GET    /returns                                            YXM
GET    /returns/reconciliation                             YXM
PUT    /returns/reconciliation                             YM
GET    /returns/1                                          YXM
POST   /returns/1/retry                                    YM
POST   /returns/1/dismiss                                  YM
GET    /return-forms                                       YXM
GET    /return-targets                                     YXM
GET    /return-targets/{xsource}                           YXM
PUT    /return-targets/{xsource}                           YM
GET    /subscriptions                                      YXM
GET    /subscriptions/{xname}                              YXM
PUT    /subscriptions/{xname}                              YM
DELETE /subscriptions/{xname}                              YM
POST   /subscriptions/{xname}/secret                       YM
POST   /subscriptions/{xname}/pause                        YM
POST   /subscriptions/{xname}/resume                       YM
POST   /subscriptions/{xname}/test                         YM
GET    /subscriptions/{xname}/deliveries                   YXM
GET    /subscriptions/{xname}/deliveries/1                 YXM
POST   /subscriptions/{xname}/deliveries/1/skip            YM
POST   /subscriptions/{xname}/replay                       YM
GET    /subscriptions/{xname}/reconciliation               YXM
POST   /subscriptions/{xname}/reconciliation               YXM
# 运维
GET    /ops/tasks/bus                                      YXM
POST   /ops/tasks/bus/repair                               YM
GET    /ops/tasks/bus/gaps                                 YXM
POST   /ops/tasks/bus/gaps/ratings                         YM
GET    /ops/tasks/dead                                     YXM
GET    /ops/tasks/dead/ratings/1                           YXM
POST   /ops/tasks/dead/ratings/1/replay                    YM
POST   /ops/tasks/dead/ratings/1/discard                   YM
"""

# A person's own, whatever their role; no key holds an account.
PERSONAL = """
GET    /session
DELETE /session
POST   /session/second-factor
POST   /account/password
POST   /account/second-factor
POST   /account/second-factor/confirmation
GET    /account/sessions
DELETE /account/sessions/{xsession}
"""

# For everybody: pages, the time, the contract, what was published, the login, and whoever holds a signed link or token.
OPEN = """
GET    /
GET    /clock
GET    /healthz
GET    /api/v1/openapi.json
GET    /api/v1/asyncapi/ratings.json
GET    /api/v1/event-schemas/cn.duban.ratings.rating.submitted.v1.json
GET    /docs/events
GET    /ratings/published
GET    /api/v1/published-ratings
POST   /api/v1/session
GET    /n/{xtoken}
POST   /n/{xtoken}
GET    /s
GET    /s/{xtoken}
POST   /s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        any_unit: Roles that come in whatever their unit.
        own: Roles that come in for their own unit's, and are kept out of others'.
        sees: Roles that come in and are shown their own unit's alone.
        others: Roles that come in for all units but their own.
    """

    method: str
    path: str
    any_unit: frozenset[str]
    own: frozenset[str]
    sees: frozenset[str]
    others: frozenset[str]

    @property
    def name(self) -> str:
        """Method and path, as the table has them."""
        return f"{self.method} {self.path}"

    @property
    def thing(self) -> str:
        """The thing that it is about first, or the first word of its path."""
        parts = self.path.partition("?")[0].split("/")
        named = [part.strip("{}") for part in parts if part.startswith("{")]
        return named[0] if named else parts[1]

    def lets_in(self, role: str, *, is_own: bool) -> bool:
        """Tell whether somebody of a role comes in, to a thing of their own unit or of another."""
        return role in self.any_unit | self.sees | (self.own if is_own else self.others)


def _row(line: str) -> Row:
    method, path, *said = line.split()
    columns = dict.fromkeys(("any", "own", "sees", "others"), "")
    for one in said:
        kind, _, letters = one.rpartition(":")
        columns[kind or "any"] = letters.strip("-")
    roles = {kind: frozenset(LETTERS[one] for one in letters) for kind, letters in columns.items()}
    return Row(method, path, roles["any"], roles["own"], roles["sees"], roles["others"])


def rows_of(text: str) -> tuple[Row, ...]:
    """Read a table."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(_row(line) for line in lines)


ROWS = rows_of(LEDGER + FIGURES + GATEWAY + NOTICES)
