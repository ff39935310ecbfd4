"""Rules for people's names: behind words that announce one, before a title, beside a number, at the end of a letter.

A name without any of these around it can't be told from other words; what the vault knows of the subject is looked for
everywhere (`domain_known`), and a person reads everything before it is published.
"""

import re
from collections.abc import Callable

from services.gateway.redaction.domain_marks import MARKS, SOMEBODY, Found, Hit, Rule
from services.gateway.redaction.domain_words import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    FAMILY,
    GIVEN_LETTERS,
    NO_NAME_LETTERS,
    NO_NAMES,
    SURNAMES,
    TITLES,
)

_HAN = "㐀-鿿"
_COMPOUND = "|".join(sorted(COMPOUND_SURNAMES))
_NAME = rf"(?P<it>(?:{_COMPOUND}|[{SURNAMES}])[{_HAN}]{{1,2}})"
# Words with which a sentence goes on behind a name.
_GOES_ON = (
    r"(?=$|[^㐀-鿿某]|的|是|在|于|今|昨|前|上|来|去|到|住|说|办|反|电|手|身|男|女|态|服|给|把|让|叫|告|帮|不|没|很|非|特|一|两|代|同|和|与|等|就"
    r"|也|都|又|还|受|接|及|因|由|从|对|向|为|想|要|曾|已|现|家|出|病|去世|先|老|骂|推|拒|当|根|只|总|随|此|连|太|跟|拿|负|处|耐|热|登|系|业|怀)"
)
_SURE = (
    r"(?:[我他她]叫做?|名叫|名字[叫是为]?|姓名|真名|全名|大名|联系人|申请人|投诉人|举报人|反映人|诉求人|来电人|评价人|当事人|办理人|缴费人|监护人|法定代表人"
    r"|法人代表|户主|房主|产权人|权利人|持证人|持卡人|收件人|收货人|代办人|委托人|受托人|承租人|出租人|购房人|联络人|落款|署名|签名|鄙人|小名|曾用名)"
)
_STRONG = r"(?:法人|业主|经办人|承办人|负责人|报案人|纳税人|继承人|担保人|在下)"
_WEAK = (
    r"(?:本人是?|我是|人叫|叫|写[的着]是?|其[子女妻夫父母]|[长次]子|[长次]女|经理|组长|队长|局长|老师|护士|医生|校长|书记|镇长|站长|工作人员"
    r"|窗口人员|办事人员|办事员|柜员|业务员|保安|引导员|导办员|值班员|客服|网格员|民警|辅警|干部|会计|村支书|村主任|主任|科长|所长|老板|房东|租客"
    r"|患者|病人|[我他她](?:妈|爸|爹|娘|奶|爷|哥|姐|弟|妹|叔|姨|舅|姑|老伴|女婿|儿媳)|前夫|前妻|老伴|女婿|儿媳"
    rf"|{FAMILY})"
)
_SAYS = r"(?:是|为|叫|系|名叫|[：: ，,、（(])*"
_MARKED = (Found.PHONE, Found.CERTIFICATE, Found.CARD, Found.NUMBER, Found.EMAIL)
_NUMBER_MARK = "|".join(re.escape(MARKS[kind]) for kind in _MARKED)
_NUMBER_WORDS = r"(?:联系)?(?:电话|手机|号码|方式|手机号码?|身份证号?码?|证件号码?|卡号)?"
_INTRODUCES = (
    r"(?=[，,：: （(]{1,2}(?:男|女|家住|住|系|现住|身份证|证件|电话|手机|联系|年龄|今年|[1-9][0-9]岁|反映|来电|来信"
    r"|咨询|投诉|诉求|户籍))"
)
# A surname is none behind these: 对于, 西安, 治安, 海关, 主管 …
_NOT_BEFORE = {
    "": "某",
    "于": "由对关至等位善敢勇基鉴属限处忙乐甘",
    "安": "保公西治平延淮",
    "方": "双多警院对甲乙地后前官我校各一",
    "关": "海机相有",
    "管": "城监主分交保尽不",
    "任": "主现担兼新前责",
    "阳": "咸沈洛太向朝安",
    "南": "云河湖海西济东",
    "谢": "感谢多致道",
    "车": "停公火货汽电客派动校班通叫打列机挪堵上下开修",
    "米": "平厘毫千百十0123456789",
    "成": "完合组构",
    "单": "清名订账买简工罚",
    "华": "中新",
    "游": "旅导",
    "石": "化",
    "项": "事各该一几两",
    "文": "公语中外",
    "武": "",
    "常": "平经日正非异",
    "解": "了理和调讲",
}


def is_name(found: str) -> bool:
    """Say whether a word that begins with a surname reads as a name."""
    return found[:2] not in NO_NAMES and not set(_given(found)) & NO_NAME_LETTERS


def _given(found: str) -> str:
    return found[2 if found[:2] in COMPOUND_SURNAMES and len(found) > 2 else 1 :]


def _somebody(match: re.Match[str]) -> Hit | None:
    """Take a name, and its last letter only where it belongs to it."""
    return _longest(match, is_name)


def _surely(match: re.Match[str]) -> Hit | None:
    """Take a name behind a word that nothing else follows: a usual given name may begin like another word."""
    return _longest(match, lambda found: set(_given(found)) <= GIVEN_LETTERS or is_name(found))


def _longest(match: re.Match[str], reads: Callable[[str], bool]) -> Hit | None:
    found, begin = match["it"], match.start("it")
    for length in range(len(found), 1, -1):
        if reads(found[:length]):
            return Hit(begin, begin + length, Found.NAME, SOMEBODY)
    return None


def _announced(match: re.Match[str]) -> Hit | None:
    """Take a name behind a word that announces one loosely: it has to end where a sentence may go on."""
    return _whole(match) if is_name(match["it"]) else None


def _usual(match: re.Match[str]) -> Hit | None:
    """Take a name whose given name is a usual one, wherever the sentence goes on."""
    return _longest(match, lambda found: is_name(found) and set(_given(found)) <= GIVEN_LETTERS)


def _usual_whole(match: re.Match[str]) -> Hit | None:
    return _whole(match) if is_name(match["it"]) and set(_given(match["it"])) <= GIVEN_LETTERS else None


# What doubles behind other words: colours, adverbs, counters.
_NO_DOUBLES = (
    "的了灿茫花闪胖绉乎溜油晃亮澄高常万一二三某明渐偏刚天人慢好往仅默通等看试谢处事时次年月家户层个条点"
    "早晚每分白统频屡连哈呵嘻"
)


def _doubled(match: re.Match[str]) -> Hit | None:
    """Take a given name of one letter twice, but not out of 高高瘦瘦 or 清单明明."""
    surname, before = match["it"][0], match.string[match.start("it") - 1 : match.start("it")]
    if before and before in surname + _NOT_BEFORE.get(surname, ""):
        return None
    return None if match["twice"] in _NO_DOUBLES else _whole(match)


def _family(match: re.Match[str]) -> Hit:
    """Take a surname that is told alone."""
    return Hit(match.start("it"), match.end("it"), Found.NAME, "某")


def _whole(match: re.Match[str]) -> Hit:
    return Hit(match.start("it"), match.end("it"), Found.NAME, SOMEBODY)


def _titled(match: re.Match[str]) -> Hit | None:
    """Take the name before a title, and leave the title; letters before the surname belong to other words."""
    found, begin = match["it"], match.start("it")
    for skipped in range(len(found)):
        name = found[skipped:]
        is_family = name in COMPOUND_SURNAMES or (len(name) == 1 and name in SURNAMES)
        fits = is_family or (len(name) > 1 and name[0] in SURNAMES and is_name(name))
        before = match.string[begin + skipped - 1 : begin + skipped]
        if fits and not (before and before in _NOT_BEFORE.get(name[0], "") + _NOT_BEFORE[""]):
            return Hit(begin + skipped, match.end("it"), Found.NAME, "某")
    return None


def _dotted(match: re.Match[str]) -> Hit:
    """Take a name of several parts, behind the words that announce it."""
    begin = match.start("it")
    border = re.match(r".*(?:叫|是|人|为|名|[：:，])", match["it"].split("·")[0])
    return Hit(begin + (border.end() if border else 0), match.end("it"), Found.NAME, SOMEBODY)


def _familiar(match: re.Match[str]) -> Hit:
    """Leave 小 and 老."""
    return Hit(match.start("it") + 1, match.end("it"), Found.NAME, "某")


NAME_RULES: tuple[Rule, ...] = (
    # 阿依古丽·买买提
    Rule(
        re.compile(rf"(?P<it>[{_HAN}]{{2,7}}[·•‧][{_HAN}]{{2,7}}(?:[·•‧][{_HAN}]{{2,7}})?)"),
        _dotted,
    ),
    Rule(re.compile(rf"{_SURE}{_SAYS}{_NAME}"), _surely),
    Rule(re.compile(rf"{_STRONG}{_SAYS}{_NAME}"), _somebody),
    Rule(
        re.compile(rf"(?<![{_HAN}]){_NAME}(?=\s?[（(：:，, ]?{_NUMBER_WORDS}[：: 是为]?(?:{_NUMBER_MARK}))"),
        _somebody,
    ),
    Rule(re.compile(rf"{_NAME}(?=(?:{_NUMBER_MARK}))"), _announced),
    Rule(re.compile(rf"(?<![{_HAN}]){_NAME}{_INTRODUCES}"), _announced),
    Rule(
        re.compile(
            rf"(?P<it>(?:{_COMPOUND}|[{SURNAMES}])[{_HAN}]{{1,2}}|{_COMPOUND}|[{SURNAMES}])(?:{TITLES})"
        ),
        _titled,
    ),
    Rule(re.compile(rf"{_WEAK}{_SAYS}{_NAME}"), _usual),
    Rule(re.compile(rf"{_WEAK}{_SAYS}{_NAME}{_GOES_ON}"), _announced),
    Rule(
        re.compile(
            rf"(?<![大中幼微弱狭瘦矮短])(?P<it>[小老阿][{COMMON_SURNAMES}])"
            rf"(?=$|[^{_HAN}]|态度|说|帮|给|把|告诉|让|接|不|很|特|一直|同志|这|那|去|来|就|的|也|业务|办事|服务|同事)"
        ),
        _familiar,
    ),
    Rule(re.compile(rf"[（(]{_NAME}[）)]"), _announced),
    Rule(
        re.compile(rf"(?:[。！!？?\s—]|^){_NAME}[。.！!]?\s*(?=$|[12][0-9]{{3}}年|{_NUMBER_MARK}|[（(])"),
        _announced,
    ),
    # A name that is a clause of its own.
    Rule(re.compile(rf"[，,。；;：:、！!\s]{_NAME}(?=[，,。；;、！!\s]|$)"), _usual_whole),
    Rule(re.compile(rf"(?<![百同老])姓(?P<it>{_COMPOUND}|[{SURNAMES}])(?![{_HAN}])"), _family),
    Rule(re.compile(rf"(?:我|他|她|本人|免贵)姓(?P<it>{_COMPOUND}|[{SURNAMES}])"), _family),
    Rule(re.compile(rf"{SOMEBODY}[、和与及跟]{_NAME}"), _usual),
    # 钱多多: nearly all that doubles behind a surname is a name.
    Rule(re.compile(rf"(?P<it>[{SURNAMES}](?P<twice>[{_HAN}])(?P=twice))"), _doubled),
)
