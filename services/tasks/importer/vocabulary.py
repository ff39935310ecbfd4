"""Words of plan documents as tables: field labels, role verbs, heading words; a new word is a new entry here."""

from services.tasks.importer.records import Role, SectionRole
from services.tasks.importer.text import words

WHO = words("单位 部门 处室 科室 主体 机构 地区")

_STEMS: dict[Role, str] = {
    "lead": "牵头 主办 主责 第一责任 主要责任 主管 组织",
    "responsible": "责任 承办 落实 实施 负责 分工 执行 完成 推进 牵头及责任 牵头和责任 具体责任",
    "cooperating": "配合 协办 参与 参加 协同 协助 协作 会办 会同",
}
_DUTIES = ("", "责任", "负责")
"""Words that may stand before or behind the stem of a label: 牵头责任单位, 责任配合单位."""

STEMS: dict[Role, tuple[str, ...]] = {
    role: tuple(
        dict.fromkeys(
            before + stem + behind
            for stem in stems.split()
            for before in _DUTIES
            for behind in (_DUTIES if not before and stem not in _DUTIES else ("",))
        )
    )
    for role, stems in _STEMS.items()
}
"""First halves of the labels of fields that name units, by role; one of `WHO` follows."""

SHORT_LABELS: dict[Role, tuple[str, ...]] = {
    "lead": words("牵头 主办"),
    "responsible": words("责任分工 任务分工 承办 责任"),
    "cooperating": words("配合 协办 参与"),
}
"""Labels that stand without one of `WHO` where a colon follows."""

DEADLINE_LABELS = words(
    """
    完成时限 完成时间 完成期限 完成日期 完成节点 时限要求 时间要求 时间节点 时间安排
    时间进度 进度安排 进度要求 办结时限 办结时间 办理时限 办理期限 整改时限 整改期限
    落实时限 工作时限 推进时限 实施时间 截止时间 截止日期 计划完成时间 工作进度 时限 期限
    """
)

LEADER_STEMS = words(
    """
    责任 分管 牵头 包抓 包联 包保 包案 挂联 挂帅 联系 督办 主管 主抓 协管 主要 负责 牵头负责 牵头责任
    主要责任 第一责任 直接责任
    """
)
LEVELS = words(
    "省 市 县 区 州 盟 旗 镇 乡 厅 局 校 院 省级 市级 县级 区级 州级 校级 院级 市委 市政府 县委 县政府"
)
LEADERS = words("领导 领导同志 领导干部 负责人 责任人 负责同志 责任同志")
LEADER_LABELS = words("责任人 负责人 联系人 联络员 负责同志 牵头人")
"""Labels of persons: never units."""

TASK_COLUMNS = words(
    """
    工作任务 重点工作 重点任务 主要任务 目标任务 工作内容 任务内容 具体任务 具体内容
    主要内容 工作事项 重点事项 任务名称 项目名称 事项名称 工作措施 具体措施 工作举措
    具体举措 任务举措 工作要点 工作目标 任务分解 任务 事项 内容 措施 举措 工作 项目
    """
)

TASK_COLUMN_ENDINGS = words("任务 工作 项目 事项 内容 措施 举措 要求 要点 目标 名称 指标 做法 清单 问题 意见")

NUMBER_COLUMNS = words("序号 编号 任务序号 号")

OTHER_COLUMNS = words(
    "备注 类别 分类 大类 类型 领域 板块 章节 目标 进展情况 进展 联系电话 任务来源 来源 工作目标任务"
)

SECTION_WORDS: tuple[tuple[SectionRole, tuple[str, ...]], ...] = (
    (
        "tasks",
        words(
            """
            主要任务 重点任务 工作任务 重点工作 主要措施 重点措施 工作措施 主要举措 重点举措
            工作举措 工作内容 主要内容 工作重点 任务分工 任务分解 重点事项 具体措施 具体任务
            """
        ),
    ),
    (
        "requirements",
        words(
            """
            保障措施 工作要求 相关要求 有关要求 组织保障 组织实施 组织领导 保障机制 工作机制
            工作保障 实施保障 推进机制 保障 要求 纪律
            """
        ),
    ),
    (
        "steps",
        words("实施步骤 工作步骤 方法步骤 步骤 时间安排 进度安排 工作安排 安排 实施阶段 阶段"),
    ),
    (
        "goals",
        words(
            """
            总体要求 总体目标 总体思路 总体任务 工作目标 行动目标 主要目标 目标任务 目标要求
            发展目标 指导思想 基本原则 工作原则 重要意义 原则 意义 目标
            """
        ),
    ),
    (
        "tasks",
        words("任务 举措 措施 抓手 载体"),
    ),
)
"""What a chapter is about, by the words of its heading; the first row with a word of it decides."""

BACK_MATTER = words("名词解释 附件 附表 附录 附图 附注 抄送 注释 注")

TITLE_ENDINGS = words(
    """
    方案 计划 意见 办法 规划 要点 分工 清单 措施 细则 分解 分解表 分工表 责任表 任务表
    一览表 台账 纲要 举措 行动 条例 重点工作 重点任务 工作任务 目标任务 民生实事 通知
    """
)

NOTICE_ENDINGS = words("通知 函 公告 通告 决定 意见的通知")

LEAD_VERBS = words(
    """
    负责牵头 牵头抓总 牵头负责 牵头组织实施 牵头组织 牵头实施
    牵头落实 牵头推进 主办 牵头 为主负责
    """
)

COOPERATE_VERBS = words("负责配合 积极配合 配合落实 协同配合 配合 协助 参与 协办 协同 参加")

RESPONSIBLE_VERBS = words(
    """
    按照职责分工分别负责 按职责分工分别负责 按照职责分工负责落实 按职责分工负责落实
    按照职责分工负责 按职责分工负责 按照各自职责分工负责 按各自职责分工负责 按照各自职责负责
    按各自职责负责 按照职责分工落实 按职责分工落实 按照职责负责 按职责负责 按照职责落实
    按职责落实 按照职责分工 按职责分工 按照分工负责 按分工负责 依职责负责 依职责分工负责
    根据职责分工负责 根据职责负责 结合职责负责 分工负责 分别负责 共同负责 具体负责 负责落实
    负责组织实施 负责实施 组织实施 具体落实 贯彻落实 抓好落实 负责 落实 承办 实施
    """
)

WATCH_VERBS = words("督查落实 督促落实 监督落实 负责督查 负责督导 负责监督 负责指导 督查 督导 监督 指导 督促")
"""Supervision and guidance: the unit named does not do the task."""

FIRST_LEADS = words("第一 第一位 首位 第一个 首个 最前 之首 排名在前")
"""Words of a note that names the first of several units; the note says that it leads, or gathers the reports."""

MEASURE_WORDS = words(
    "年 月 日 号 天 小时 分钟 个 项 家 条 岁 倍 万 亿 元 吨 亩 公里 平方 立方 公顷 人次 座 户 辆"
)
"""What follows a number that counts something, and numbers no item."""

NO_MEASURES = words("年度 年轻 日常 号召 天然 项目 家庭 家政 家校 条件 条例 户外 户籍 座谈 个体 个人 个性")
"""Words that only begin like a measure (8项目建设)."""
