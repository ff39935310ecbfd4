"""统一社会信用代码 (GB 32100-2015): 18 signs without I, O, Z, S, V, the last of which checks the others."""

from shared.errors import Invalid

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}


def check_sign(body: str) -> str:
    """Give the sign that belongs behind the first 17: weights 3^i, modulo 31 (GB 32100-2015, 附录 A)."""
    total = sum(_VALUES[sign] * pow(3, place, 31) for place, sign in enumerate(body))
    return SIGNS[-total % 31]


def read_code(said: str) -> str:
    """Give a code in capitals, without spaces.

    Raises:
        Invalid: It is no 统一社会信用代码; the message says what is wrong with it.
    """
    code = "".join(said.split()).upper()
    if len(code) != LENGTH:
        message = f"统一社会信用代码 {said} 应为 {LENGTH} 位，现为 {len(code)} 位，请核对"
        raise Invalid(message, code="unit.code_length", field="codes", value=said)
    if wrong := next((sign for sign in code if sign not in _VALUES), ""):
        message = f"统一社会信用代码 {said} 含有不允许的字符“{wrong}”（不使用 I、O、Z、S、V），请核对"
        raise Invalid(message, code="unit.code_sign", field="codes", value=said)
    if check_sign(code[:-1]) != code[-1]:
        message = f"统一社会信用代码 {said} 的校验位不对，请核对是否录错"
        raise Invalid(message, code="unit.code_check", field="codes", value=said)
    return code
