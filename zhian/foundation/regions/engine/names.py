"""English names of divisions: pinyin of the proper name, translated word for the kind of place."""

from zhian.kernel.pinyin import syllables

# Spellings in official use that pinyin does not give.
PROPER = {
    "陕西省": "Shaanxi Province",
    "内蒙古自治区": "Inner Mongolia Autonomous Region",
    "西藏自治区": "Tibet Autonomous Region",
    "广西壮族自治区": "Guangxi Zhuang Autonomous Region",
    "宁夏回族自治区": "Ningxia Hui Autonomous Region",
    "新疆维吾尔自治区": "Xinjiang Uygur Autonomous Region",
    "香港特别行政区": "Hong Kong Special Administrative Region",
    "澳门特别行政区": "Macao Special Administrative Region",
    "哈尔滨市": "Harbin City",
    "呼和浩特市": "Hohhot City",
    "乌鲁木齐市": "Urumqi City",
    "拉萨市": "Lhasa City",
    "市辖区": "Districts of the city",
    "县": "Counties of the city",
    "省直辖县级行政区划": "Counties directly under the province",
    "自治区直辖县级行政区划": "Counties directly under the autonomous region",
}
# Longest first: the first ending that fits wins.
ENDINGS = (
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("民族乡", "Ethnic Township"),
    ("街道办事处", "Subdistrict"),
    ("开发区", "Development Zone"),
    ("管理区", "Administrative Zone"),
    ("工业园区", "Industrial Park"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("新区", "New Area"),
    ("林区", "Forestry District"),
    ("特区", "Special District"),
    ("农场", "Farm"),
    ("林场", "Forest Farm"),
    ("牧场", "Stock Farm"),
    ("苏木", "Sumu"),
    ("省", "Province"),
    ("市", "City"),
    ("盟", "League"),
    ("县", "County"),
    ("旗", "Banner"),
    ("区", "District"),
    ("镇", "Town"),
    ("乡", "Township"),
)


def spelled(chinese: str) -> str:
    """Pinyin as one capitalised word, with the apostrophe before a vowel (Xi'an)."""
    word = ""
    for syllable in filter(str.strip, syllables(chinese)):
        plain = syllable.replace("ü", "u").strip()
        word += ("'" if word and plain[:1] in "aoe" else "") + plain
    return word[:1].upper() + word[1:]


def english_name(name_zh: str) -> str:
    """`正定县` → `Zhengding County`; a name without a known ending is spelled whole."""
    if name_zh in PROPER:
        return PROPER[name_zh]
    for ending, english in ENDINGS:
        if name_zh.endswith(ending) and len(name_zh) > len(ending):
            return f"{spelled(name_zh[: -len(ending)])} {english}"
    return spelled(name_zh)
