"""Invented Chinese names of people and firms, deterministic, with their English side.

Every firm carries a GS1 company prefix of the range 952 (reserved for demonstrations) and a
credit code whose organisation part begins with YY, which no authority issues: nothing here can
be mistaken for a real firm.
"""

import random
from collections import Counter

from pypinyin import Style, lazy_pinyin
from stdnum import ean
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = tuple(
    "建国 秀英 志强 丽华 伟 芳 国庆 桂兰 海涛 晓燕 德福 玉梅 长山 春花 立新 雪 明远 "  # noqa: SIM905
    "静 永刚 红霞 文博 凤琴 振东 佳 宝财 淑珍 铁柱 慧 延年 小满 光明 云 学军 婷".split()
)
_WORDS = tuple(
    "清河 绿原 嫩江 云杉 丰禾 福满 鹤鸣 金穗 晨光 瑞雪 松涛 百草 惠民 和顺 永兴 嘉禾 "  # noqa: SIM905
    "北屯 春泉 长青 聚源 安泰 广源 佳美 恒丰 万家 邻里 天泽 隆昌 康乐 喜盈".split()
)


def pinyin(text: str) -> str:
    """A Chinese word as one capitalised English word: 龙江 → Longjiang."""
    return "".join(lazy_pinyin(text, style=Style.NORMAL)).capitalize()


def person(dice: random.Random) -> tuple[str, str]:
    """An invented person: (Chinese name, English name)."""
    surname, given = dice.choice(_SURNAMES), dice.choice(_GIVEN)
    return surname + given, f"{pinyin(given)} {pinyin(surname)}"


class FirmNames:
    """Names of firms that never repeat."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._used: set[str] = set()
        self._alike: Counter[tuple[str, str]] = Counter()

    def firm(self, place: str, trade_zh: str, trade_en: str) -> tuple[str, str]:
        """(Chinese, English) such as 龙江县清河乳业有限公司 / Qinghe Dairy Co., Ltd., Longjiang."""
        alike = self._alike[place, trade_zh] = self._alike[place, trade_zh] + 1
        # More words as the short names of a place run out.
        words = 1 + (alike > len(_WORDS) // 2) + (alike > len(_WORDS) ** 2 // 2)
        while True:
            word = "".join(self._dice.choice(_WORDS) for _ in range(words))
            name = f"{place}{word}{trade_zh}"
            if name not in self._used:
                self._used.add(name)
                return name, f"{pinyin(word)} {trade_en}, {pinyin(place[:-1])}"


def credit_code(region6: str, number: int) -> str:
    """A valid unified social credit code that no authority has issued (YY…)."""
    organisation = f"YY{number:06d}"
    total = sum(
        weight * int(digit, 36)
        for weight, digit in zip((3, 7, 9, 10, 5, 8, 4, 2), organisation, strict=True)
    )
    check = "0X987654321"[total % 11] if total % 11 else "0"
    body = f"91{region6}{organisation}{check}"
    return body + str(uscc.calc_check_digit(body))


def licence_number(letters: str, head: str, region6: str, number: int, width: int) -> str:
    """An SC or JY number with its ISO 7064 MOD 11,10 check digit (rules 3.12)."""
    body = f"{head}{region6}{number:0{width}d}"
    return letters + body + mod_11_10.calc_check_digit(body)


def company_prefix(number: int) -> str:
    """A seven-digit company prefix of the demonstration range."""
    return f"952{number:04d}"


def sgln(prefix: str) -> str:
    """The first location of a company, as a GS1 SGLN URN."""
    return f"urn:epc:id:sgln:{prefix}.00001.0"


def gtin(prefix: str, item: int) -> str:
    """A 14-digit trade item number of a company."""
    body = f"0{prefix}{item:05d}"
    return body + str(ean.calc_check_digit(body))


def lgtin(prefix: str, item: int, lot: str) -> str:
    """A lot of a trade item as a GS1 class-level URN."""
    return f"urn:epc:class:lgtin:{prefix}.0{item:05d}.{lot}"
