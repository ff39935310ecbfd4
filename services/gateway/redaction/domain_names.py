"""Rules for people's names: behind words that announce one, before a title, beside a number, at the end of a letter.

A name without any of these around it can't be told from other words; what the vault knows of the subject is looked for
everywhere (`domain_known`), and a person reads everything before it is published.
"""

import re

from services.gateway.redaction.domain_marks import MARKS, SOMEBODY, Found, Hit, Rule
from services.gateway.redaction.domain_words import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    FAMILY,
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
    r"(?=$|[^㐀-鿿某]|的|是|在|于|今|昨|前|上|来|去|到|住|说|办|反|电|手|身|男|女|态|服|给|把|让|叫|告|帮|不|没|很|非|特|一|两|代|同|和|与|等|就|也|都|又|还|受|接"
    r"|及|因|由|从|对|向|为|想|要|曾|已|现|家|出|病|去世|先|老|骂|推|拒|当|根|只|总|随|此|连|太|跟|拿|负|处|耐|热|登|系|，)"
)
_STRONG = (
    r"(?:我叫做?|名叫|名字[叫是]|姓名|真名|全名|大名|联系人|申请人|投诉人|举报人|反映人|诉求人|来电人|评价人|当事人|报案人|法定代表人|法人代表|法人|户主|房主|业主|产权人"
    r"|持证人|持卡人|收件人|收货人|代办人|委托人|被委托人|受托人|经办人|承办人|负责人|落款|署名|签名|署|鄙人|在下|小名)"
)
_WEAK = (
    r"(?:本人是?|我是|我姓名|人叫|叫|工作人员|窗口人员|办事人员|办事员|柜员|业务员|保安|引导员|导办员|值班员|客服|网格员|民警|辅警|干部|会计|村支书|村主任|主任|科长|所长|老板|房东"
    rf"|租客|患者|病人|{FAMILY})"
)
_SAYS = r"(?:是|为|叫|系|名叫|[：: ，,、（(])*"
_NUMBER_MARK = "|".join(
    re.escape(MARKS[kind]) for kind in (Found.PHONE, Found.CERTIFICATE, Found.CARD, Found.NUMBER)
)
_NUMBER_WORDS = r"(?:联系)?(?:电话|手机|号码|方式|手机号码?|身份证号?码?|证件号码?|卡号)?"
_NOT_BEFORE_YU = "由对关至等位善敢勇基鉴属限处忙乐甘"
_NOT_BEFORE = "某现担兼新前公治保平双多警院对我他甲乙一各"


def is_name(found: str) -> bool:
    """Say whether a word that begins with a surname reads as a name."""
    surname = 2 if found[:2] in COMPOUND_SURNAMES and len(found) > 2 else 1
    return found[:2] not in NO_NAMES and not set(found[surname:]) & NO_NAME_LETTERS


def _somebody(match: re.Match[str]) -> Hit | None:
    """Take a name of two letters or more, and its last letter only where it belongs to it."""
    found, end = match["it"], match.end("it")
    for length in range(len(found), 1, -1):
        if is_name(found[:length]):
            begin = match.start("it")
            return Hit(begin, end - len(found) + length, Found.NAME, SOMEBODY)
    return None


def _announced(match: re.Match[str]) -> Hit | None:
    """Take a name behind a word that announces one loosely: it has to end where a sentence may go on."""
    return _somebody(match) if is_name(match["it"]) else None


def _titled(match: re.Match[str]) -> Hit | None:
    """Leave the title."""
    before = match.string[match.start("it") - 1 : match.start("it")]
    surname, given = match["it"][:1], match["it"][1:]
    if (before and before in _NOT_BEFORE) or (surname == "于" and before and before in _NOT_BEFORE_YU):
        return None
    if given and not is_name(match["it"]):
        return None
    return Hit(match.start("it"), match.end("it"), Found.NAME, "某")


def _dotted(match: re.Match[str]) -> Hit | None:
    """Take a name of several parts, behind the words that announce it."""
    begin = match.start("it")
    border = re.match(r".*(?:叫|是|人|为|名|[：:，])", match["it"].split("·")[0])
    return Hit(begin + (border.end() if border else 0), match.end("it"), Found.NAME, SOMEBODY)


NAME_RULES: tuple[Rule, ...] = (
    # 阿依古丽·买买提
    Rule(
        re.compile(rf"(?P<it>[{_HAN}]{{2,7}}[·•‧][{_HAN}]{{2,7}}(?:[·•‧][{_HAN}]{{2,7}})?)"),
        _dotted,
    ),
    Rule(re.compile(rf"{_STRONG}{_SAYS}{_NAME}"), _somebody),
    Rule(
        re.compile(rf"(?<![{_HAN}]){_NAME}(?=\s?[（(：:，, ]?{_NUMBER_WORDS}[：: 是为]?(?:{_NUMBER_MARK}))"),
        _somebody,
    ),
    Rule(re.compile(rf"{_NAME}(?=(?:{_NUMBER_MARK}))"), _announced),
    Rule(
        re.compile(
            rf"(?P<it>(?:(?:{_COMPOUND}|[{SURNAMES}])[{_HAN}]{{1,2}}|{_COMPOUND}|[{COMMON_SURNAMES}{'高金白石万任史雷田'}]))"
            rf"(?:{TITLES})(?!{'总|结|站|部'})"
        ),
        _titled,
    ),
    Rule(re.compile(rf"{_WEAK}{_SAYS}{_NAME}{_GOES_ON}"), _announced),
    Rule(
        re.compile(
            rf"(?<![{_HAN}]|大)(?P<it>[小老阿][{COMMON_SURNAMES}])(?=$|[^{_HAN}]|态度|说|帮|给|把|告诉|让|接|不|很|特|一直|同志|这|那|去|来|就|的|也)"
        ),
        lambda match: Hit(match.start("it") + 1, match.end("it"), Found.NAME, "某"),
    ),
    Rule(re.compile(rf"[（(]{_NAME}[）)]"), _announced),
    Rule(
        re.compile(rf"(?:[。！!？?\s—]|^){_NAME}\s*(?=$|[12][0-9]{{3}}年|{_NUMBER_MARK}|[（(])"), _announced
    ),
)
