"""Rules for numbers by which somebody is found: telephones, certificates, cards, plates, accounts.

What stays: dates, times, amounts, counts, numbers of documents and windows, and hotlines of five digits (12345).
Certificates go by their length alone, not by their checksum: a mistyped one still tells who it is of.
"""

import re

from services.gateway.redaction.domain_marks import MARKS, Found, Hit, Rule, whole

# Between the digits of one number: spaces, dashes, dots, and what cannot be seen.
_GAP = "[ \t\u3000\\-—–_.·•\u200b-\u200d\ufe0f\u20e3]{0,3}"
_UNITS = r"(?!\s*(?:元|块|万|亿|人|件|次|平|㎡|米|吨|公里|千米|%|％|年|户|名|个|笔|条|份|步|字|分))"
_DATE = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SAYS = r"(?:号码|号|是|为|[：:])*\s*"
_CARD_BEFORE = re.compile(r"(?:卡|银行|账户|帐户|账号|帐号|存折)[^，。；]{0,8}$")


def _long(match: re.Match[str]) -> Hit:
    """Tell certificates from cards by their length and by the words before them."""
    signs = re.sub(r"[^0-9Xx]", "", match[0])
    is_card = len(signs) in {16, 17, 19} or _CARD_BEFORE.search(match.string, 0, match.start())
    kind = Found.CARD if is_card else Found.CERTIFICATE
    return Hit(match.start(), match.end(), kind, MARKS[kind])


def _starred(match: re.Match[str]) -> Hit:
    """Take numbers out of which somebody else has starred a part already."""
    kind = Found.PHONE if re.match(r"1[3-9]|0", match[0]) and len(match[0]) <= 13 else Found.CERTIFICATE
    return Hit(match.start(), match.end(), kind, MARKS[kind])


def _rule(pattern: str, kind: Found, *, numerals: bool = False) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), whole(kind), numerals)


NUMBER_RULES: tuple[Rule, ...] = (
    _rule(
        r"(?<![A-Z0-9._+\-])[A-Z0-9][A-Z0-9._+\-]{0,63}\s?(?:@|\(at\)|#at#)\s?[A-Z0-9\-]{1,63}(?:\s?\.\s?[A-Z0-9\-]{1,63}){1,4}",
        Found.EMAIL,
    ),
    # Plates, also of new-energy cars; behind the word for a plate without their province too.
    _rule(
        rf"[{_PROVINCES}]\s?[A-HJ-NP-Z]\s?[·•.\-]?\s?(?=(?:\s?[A-Z]){{0,5}}\s?[0-9])(?:[A-HJ-NP-Z0-9]\s?){{4,5}}"
        r"[A-HJ-NP-Z0-9挂学警港澳](?![A-Z0-9])",
        Found.PLATE,
    ),
    _rule(
        r"(?:车牌|车号|牌照)(?:号码|号|尾号|是|为|[：:])*\s*(?P<it>[㐀-鿿]{0,2}(?=[A-Z]*[0-9])[A-Z0-9]{3,8})(?![A-Z0-9])",
        Found.PLATE,
    ),
    _rule(r"(?<![0-9])(?:\+?86[ \-]?)?(?P<it>1[3-9][0-9]{9})(?![0-9])", Found.PHONE, numerals=True),
    Rule(re.compile(r"(?<![0-9A-Za-z*])[0-9]{2,6}[*＊×xX]{3,}[0-9]{1,4}[xX]?(?![0-9*])"), _starred),
    Rule(
        re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_GAP}[0-9]){{14,18}}(?:{_GAP}[Xx])?(?![0-9A-Za-z])"),
        _long,
        numerals=True,
    ),
    _rule(
        rf"(?<![0-9.])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])", Found.PHONE, numerals=True
    ),
    _rule(r"(?<![0-9])1[3-9][0-9][，,、/][0-9]{4}[，,、/][0-9]{4}(?![0-9])", Found.PHONE, numerals=True),
    _rule(
        r"(?<![0-9])[(（]?0[1-9][0-9]{1,2}[)）]?[ \-—]{0,2}[2-9][0-9]{2,3}[ \-—]?[0-9]{4}(?:(?:转|分机|-)[0-9]{1,5})?"
        r"(?![0-9])",
        Found.PHONE,
        numerals=True,
    ),
    _rule(
        r"(?:电话|座机|固话|拨打|致电|来电|号码|联系)[^0-9，。；]{0,5}(?P<it>[2-9][0-9]{2,3}[ \-—][0-9]{4})(?![0-9])",
        Found.PHONE,
    ),
    _rule(r"(?<![0-9A-Z])(?=(?:[A-Z]*[0-9]){9})[0-9A-Z]{18}(?![0-9A-Z])", Found.CERTIFICATE),
    _rule(r"(?<![0-9A-Z])[EGDSPHMCK][A-Z]?[0-9]{7,10}(?![0-9A-Z])", Found.CERTIFICATE),
    _rule(
        r"(?:身份证|证件|护照|驾照|驾驶证|通行证|社保卡|医保卡|残疾证|军官证)[^0-9A-Z，。；！？［]{0,8}"
        r"(?P<it>(?=[A-Z]*[0-9])[0-9A-Z]{4,20})(?![0-9A-Z年月日天元个份])",
        Found.CERTIFICATE,
    ),
    _rule(
        rf"(?:微信|薇信|威信|微 信|weixin|wechat|vx|wx|v信|加v|QQ|扣扣|企鹅|抖音|快手|小红书|支付宝|微博|旺旺){_SAYS}"
        r"(?:同号)?(?P<it>(?:[A-Z0-9][A-Z0-9_\-]{4,24}))(?![A-Z0-9_])",
        Found.ACCOUNT,
    ),
    _rule(r"(?:尾号|后四位|末四位|后六位)(?:是|为|[：:])?\s*(?P<it>[0-9]{3,6}[xX]?)(?![0-9])", Found.NUMBER),
    _rule(
        r"(?:编号|单号|流水号|受理号|订单号|工号|工牌号?|胸牌号?|学号|户号|档案号|账号|帐号|卡号|房产证|不动产证)"
        r"(?:是|为|[：:])*\s*(?P<it>(?=[A-Z\-]*[0-9])[A-Z0-9\-]{3,30})(?![A-Z0-9])",
        Found.NUMBER,
    ),
    _rule(
        rf"(?<![0-9A-Z.])(?!{_DATE}(?![0-9]))[2-9][0-9]{{6,7}}(?![0-9A-Z])(?!\.[0-9]){_UNITS}",
        Found.PHONE,
        numerals=True,
    ),
    _rule(rf"(?<![0-9A-Z.])[0-9]{{9,}}(?![0-9])(?!\.[0-9]){_UNITS}", Found.NUMBER),
    _rule(
        r"(?P<it>(?:19|20)[0-9]{2}(?:年|[.\-/])[0-9]{1,2}(?:月|[.\-/])[0-9]{1,2}日?)(?=\s?(?:出生|生人|生[，。；]))",
        Found.BIRTHDAY,
    ),
    _rule(
        r"(?:出生(?:日期|年月|于)?|生日)(?:是|为|[：:])*\s*"
        r"(?P<it>(?:19|20)[0-9]{2}(?:年|[.\-/])?[0-9]{1,2}(?:月|[.\-/])?(?:[0-9]{1,2}日?)?)",
        Found.BIRTHDAY,
    ),
)
