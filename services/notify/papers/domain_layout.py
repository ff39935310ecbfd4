"""The layout of an official document by GB/T 9704-2012, as numbers and names; units are in the names.

Fonts are named and not embedded: 方正小标宋简体 and 仿宋_GB2312 are not free, and a machine without them takes its own
宋体 or 仿宋.
"""

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, BINDING_MM, RIGHT_MM = 37, 35, 28, 26  # 天头, 地脚, 订口, 切口: a body of 156 × 225 mm.
BODY_MM = 156
BODY_PT, TITLE_PT, TABLE_PT, PAGE_NUMBER_PT, IMPRINT_PT = 16, 22, 12, 14, 14  # 三号, 二号, 小四, 四号, 四号.
ANCHOR_PT = 7.5  # 六号: what nobody reads but who compares it.
LINE_PT = 28  # 22 lines on a page.
TITLE_LINE_PT, TABLE_LINE_PT, GAP_PT = 34, 17, 10
MAST, MAST_SMALL = (42, 56), (36, 44)  # Size and line of the red words, in points.
RULE_PT = 11  # 4 mm between the number and the red line.
CELL_TWIPS = 40  # Left and right of the text in a cell.
LINE_CHARACTERS = 27  # 442 points of body hold 27 characters of 16.
FANGSONG, HEITI, KAITI, SONGTI, XIAOBIAOSONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
LATIN = "Times New Roman"
RED = "E60012"
# Which font a kind of line has.
FONTS = {"h1": HEITI, "h2": KAITI, "h3": FANGSONG, "body": FANGSONG}
INDENT_CHARACTERS = 2
DATE_FROM_RIGHT_CHARACTERS = 4  # 成文日期 右空四字.
FOOTER_MM = 28  # The number stands 7 mm below the body: 35 - 7.

# What stands in for a font that is missing: its other name on machines, and its family.
SUBSTITUTES = (
    (FANGSONG, "仿宋", "roman"),
    (KAITI, "楷体", "roman"),
    (XIAOBIAOSONG, "小标宋体", "roman"),
    (SONGTI, "SimSun", "roman"),
    (HEITI, "SimHei", "swiss"),
)
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def font_table() -> str:
    """Write the table of fonts of a Word document: by it a machine without a font takes one of its kind."""
    chinese = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="auto"/></w:font>'
        for name, other, family in SUBSTITUTES
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:fonts xmlns:w="{_NAMESPACE}">{chinese}{latin}</w:fonts>'
