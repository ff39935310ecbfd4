"""What label values are called on screen, with a colour where one means something."""

Word = tuple[str, str]  # Chinese, colour or empty
Words = dict[str, Word]

STATES: Words = {
    "registered": ("立项", ""),
    "assigned": ("交办", ""),
    "accepted": ("签收", ""),
    "in_progress": ("办理", ""),
    "submitted": ("待审核", ""),
    "verified": ("复核", ""),
    "closed": ("完成", ""),
    "returned": ("退回重办", ""),
    "objected": ("异议", ""),
    "suspended": ("中止", ""),
    "reopened": ("重开", ""),
    "standing": ("转常态化", ""),
    "cancelled": ("撤销", ""),
    "passed": ("已通过", ""),
}
LIGHTS: Words = {
    "green": ("绿灯", "green"),
    "yellow": ("黄灯", "yellow"),
    "red": ("红灯", "red"),
    "undated": ("未定时限", "#8e8e8e"),
    "done": ("已完成", "blue"),
}
LEVELS: Words = {
    "5": ("非常满意", "green"),
    "4": ("满意", "light-green"),
    "3": ("基本满意", "yellow"),
    "2": ("不满意", "orange"),
    "1": ("非常不满意", "red"),
}
CHANNELS: Words = {
    "pc": ("PC端", ""),
    "mobile": ("移动端", ""),
    "qr": ("二维码", ""),
    "hall_tablet": ("大厅平板", ""),
    "hall_other": ("大厅其他终端", ""),
    "phone": ("电话", ""),
    "sms": ("短信", ""),
    "system": ("系统默认", ""),
}
RUNGS: Words = {"warned": ("提前预警", ""), "due": ("到时提醒", ""), "overdue": ("超时通报", "")}
MEASURES: Words = {
    "urge": ("催办", ""),
    "talk": ("约谈", ""),
    "circular": ("书面通报", ""),
    "plate": ("挂牌督办", ""),
}
EXTENSIONS: Words = {
    "asked": ("待批", "yellow"),
    "granted": ("同意", "green"),
    "refused": ("不同意", "red"),
    "withdrawn": ("撤回", ""),
    "void": ("作废", ""),
}
INDICATORS: Words = {
    "met": ("已达到", "green"),
    "on_course": ("预计可达到", "light-green"),
    "at_risk": ("有风险", "yellow"),
    "missed": ("未达到", "red"),
    "unreported": ("未按时报送", "orange"),
    "unknown": ("无现值", "#8e8e8e"),
}
INVESTMENT: Words = {"total": ("总投资", ""), "annual": ("年度计划", ""), "completed": ("年内完成", "green")}
OUTCOMES: Words = {
    "accepted": ("接收", "green"),
    "corrected": ("更正", ""),
    "repeated": ("重复", ""),
    "ignored": ("忽略", ""),
    "conflict": ("冲突", "orange"),
    "rejected": ("拒收", "red"),
}
