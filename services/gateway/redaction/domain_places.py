"""Rules for places where somebody lives: a house of a road, a quarter with a name, a building, a group of a village.

What stays: provinces to towns, roads without a number, villages without a group, and buildings and rooms of offices.
"""

import re

from services.gateway.redaction.domain_marks import MARKS, Found, Hit, Rule

_HAN = "㐀-鿿"
_N = "[0-9一二三四五六七八九十百零〇]"
# A name ends, to the left, behind the last of these.
_BORDER = re.compile(
    r"^.*(?:[在住到于从位是的与及了我你他她去来往至给对把被为有省市县镇乡旗、]|家住|新城|新区|[东西南北]区|街办|街道办?"
    r"|(?<=[城灞雁塔莲湖新碑林阎良长安高陵鄠邑渭秦])区|这个?|那个?|[我咱他]们|离|和(?=[^平谐]))"
)
_ROADS = "大道|大街|路|街|巷|弄|胡同"
_QUARTERS = (
    "小区|花园|家园|公寓|雅苑|佳苑|新苑|嘉苑|名苑|馨苑|丽苑|怡苑|嘉园|雅园|华庭|豪庭|华府|名邸|公馆|山庄|家属院|家属楼|安置小区"
    "|安置楼|新寓|花城|廉租房|公租房|宿舍楼?|筒子楼|御府|学府城|壹号院"
)
# Quarters of which everybody speaks: what stands before the word is no name.
_NO_NAME = re.compile(
    r"(?:^|我们|咱们|他们|本|该|此|这个?|那个?|某个?|各个?|每个?|全|多个|老旧|新建|一个|整个|居民|住宅|所在|附近|旁边?|周边|同|隔壁"
    r"|智慧|封闭式?|无物业|商品房|安置|别的|其他|其它|哪个?|几个|两个|三个|进|出|我|咱|你|他|她|回|员工|职工|学生|单身|人才|后|前"
    r"|旧|老|新|高档|普通|开放式?|拆迁|回迁|进入|改造|物业|大|小|多数|部分|有些|个别|青年|申请|申领|租住?|入住|搬进|办理|领取|分配)$"
)
_BUILDING = rf"(?:[0-9A-Za-z甲乙丙丁]{{1,3}}|{_N}{{1,3}}|[东西南北中])(?:号楼|栋|幢|#楼|号院|座)"
_UNIT = rf"(?:{_N}{{1,2}}|[东西南北中甲乙])(?:单元|门(?=[0-9]{{3}}))"
_FLOOR = rf"(?:{_N}{{1,2}}(?:层|楼))?"
_ROOM = rf"(?:{_FLOOR}(?:[0-9]{{3,4}}|{_N}{{3,4}})(?:室|号房?|户|房)?|{_N}{{1,3}}(?:户|室|号)|[东西]户)"
_INSIDE = rf"(?:[ ，,\-—]?{_BUILDING})?(?:[ ，,\-—]?{_UNIT})?(?:[ ，,\-—]?{_ROOM})?"
_TAIL = rf"(?:[{_HAN}A-Za-z]{{2,10}}?(?:{_QUARTERS}|[{_HAN}]{{2,6}}(?=[0-9A-Za-z]{{1,3}}(?:号楼|栋|幢))))?{_INSIDE}"
_OFFICE = re.compile(
    r"(?:政务|行政|大厅|中心|办公|审批|服务|便民|局|委员?会?|医院|学校|学院|法院|管委会|政府|税务|银行|窗口|会议)[^，。；！？]{0,8}$"
)
_OFFICE_BEHIND = re.compile(r"[^，。；！？]{0,4}(?:大厅|窗口|办公|会议|办事|服务|柜台|自助|值班|审批)")
_NO_HOUSE = r"(?!\s?(?:窗|厅|线|门口|台|柜|机|通道|车|文|令|公告|自助|取|桌|岗|席|地块|宗地|站|口|路))"


def _address(match: re.Match[str], begin: int) -> Hit:
    return Hit(begin, match.end(), Found.ADDRESS, MARKS[Found.ADDRESS])


def _name_begin(match: re.Match[str]) -> int:
    """Give where the name in the group `name` begins, behind what belongs to the sentence."""
    border = _BORDER.match(match["name"])
    begin = match.start("name") + (border.end() if border else 0)
    return begin if begin < match.end("name") else match.start("name")


def _named(match: re.Match[str]) -> Hit:
    return _address(match, _name_begin(match))


def _quarter(match: re.Match[str]) -> Hit | None:
    """Take a residential quarter that has a name of its own, or a house in it."""
    begin, has_house = _name_begin(match), match.end() > match.end("quarter")
    name = match.string[begin : match.end("name")]
    if _NO_NAME.search(name) or len(name) < 2:
        return _address(match, match.end("quarter")) if has_house else None
    return _address(match, begin)


def _building(match: re.Match[str]) -> Hit | None:
    """Take a building with its unit or room, and one without where it is none of an office."""
    if _OFFICE.search(match.string, 0, match.start()) or _OFFICE_BEHIND.match(match.string, match.end()):
        return None
    return _address(match, match.start())


PLACE_RULES: tuple[Rule, ...] = (
    # 崇文路12号, with all that follows of the house.
    Rule(
        re.compile(
            rf"(?P<name>[{_HAN}]{{1,8}}?(?:{_ROADS})(?:[东西南北中]段|[0-9一二三四五六七八九]段)?)"
            rf"(?:[A-Za-z甲乙东西南北]区)?\s?{_N}{{1,5}}(?:号|弄)(?:院|附{_N}{{1,3}}号|之{_N}{{1,2}})?{_NO_HOUSE}{_TAIL}"
        ),
        _named,
    ),
    # 虎杨村三组, 南街社区二组15号
    Rule(
        re.compile(
            rf"(?P<name>[{_HAN}]{{1,6}}?(?:村|社区|屯|庄|寨|堡))(?:[东西南北]头)?{_N}{{1,3}}(?:组|队|社|号|排)"
            rf"(?:{_N}{{1,4}}号)?{_NO_HOUSE}"
        ),
        _named,
    ),
    # Behind 家住 and 住址: a village or quarter is enough.
    Rule(
        re.compile(
            rf"(?:家住|住在|现住|居住在|居住于|住址|家庭地址|家庭住址|联系地址|收件地址|我家在|户籍(?:地|所在地)?)[：:是为在于]{{0,2}}\s?"
            rf"(?P<name>[{_HAN}0-9]{{2,30}}?(?:村|社区|屯|庄|寨|堡|{_QUARTERS}|号院))(?:[东西南北]头)?{_INSIDE}(?:{_N}{{1,3}}(?:组|队|号))?"
        ),
        lambda match: (
            None
            if _NO_NAME.search(re.sub(rf"(?:{_QUARTERS}|村|社区)$", "", match["name"]))
            else _address(match, match.start("name"))
        ),
    ),
    Rule(
        re.compile(
            rf"(?P<name>[{_HAN}A-Za-z0-9·]{{0,8}}?)(?P<quarter>{_QUARTERS})(?:小区)?(?:[一二三四五六1-9]期)?(?:[东西南北]门)?{_INSIDE}"
        ),
        _quarter,
    ),
    # 阳光城3号楼2单元501: a name without a word for a quarter, before a building.
    Rule(
        re.compile(
            rf"(?P<name>[{_HAN}]{{2,6}}?)(?:{_BUILDING})[ ，,\-—]?(?:{_UNIT}[ ，,\-—]?(?:{_ROOM})?|{_ROOM})"
        ),
        lambda match: None if _OFFICE.search(match["name"]) else _named(match),
    ),
    Rule(re.compile(rf"(?<![0-9A-Za-z]){_BUILDING}[ ，,\-—]?(?:{_UNIT})?[ ，,\-—]?(?:{_ROOM})?"), _building),
    Rule(re.compile(rf"{_UNIT}[ ，,\-—]?(?:{_ROOM})?"), _building),
    Rule(
        re.compile(r"(?<![0-9\-—])[0-9]{1,3}[\-—][0-9]{1,2}[\-—][0-9]{3,4}(?:室|号|户)?(?![0-9\-—])"),
        _building,
    ),
    Rule(re.compile(r"(?<![0-9])[0-9]{3,4}(?:室|房间)"), _building),
)
