"""When two spellings may mean one: names of firms, lot numbers; slips found without all pairs."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations, product

from zhian.kernel.pinyin import spoken

# what firms add to their name or leave out
_FORMS = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|股份公司|分公司|总公司|公司|个体工商户"
    r"|\b(?:co|ltd|limited|inc|plc|llc|gmbh|ag|kg|corp|company|sarl|srl|bv|sa)\b\.?)",
    re.IGNORECASE,
)
# letters and digits that people and readers mistake for each other in lot numbers
_LOOKALIKES = str.maketrans({"o": "0", "q": "0", "i": "1", "l": "1", "s": "5", "b": "8", "z": "2"})
SHORTEST = 5  # letters a name must have before one letter may differ


def plain(name: str) -> str:
    """Letters and digits only, full width and case aside."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def bare(name: str) -> str:
    """The name without its legal form; the whole name where nothing else is left."""
    return plain(_FORMS.sub(" ", unicodedata.normalize("NFKC", name))) or plain(name)


@lru_cache(maxsize=65536)
def sound(name: str) -> str:
    """How the bare name is said: pinyin without tones; Latin letters as they are."""
    return spoken(bare(name))


def lookalike(lot: str) -> str:
    """The lot number with letters and digits that are mistaken for each other made one."""
    return plain(lot).translate(_LOOKALIKES)


def is_slip(first: str, second: str) -> bool:
    """Whether one letter was left out, added, changed, or two neighbours swapped."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1]
    if swapped and short[start + 2 :] == long[start + 2 :]:
        return True
    return short[start + 1 :] == long[start + 1 :]


def slips(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different words of which one may be a slip of the other, each pair once, sorted.

    Words one slip apart share a word that one of them becomes by dropping a letter, so only those
    are compared: linear in the text instead of all pairs.
    """
    near: dict[str, list[str]] = defaultdict(list)
    for word in sorted(set(words)):
        for key in dict.fromkeys([word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]):
            near[key].append(word)
    found = {
        (a, b)
        for group in near.values()
        for i, a in enumerate(group)
        for b in group[i + 1 :]
        if is_slip(a, b)
    }
    yield from sorted(found)


def slips_twin(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The slow obvious twin: every pair, letter by letter."""
    listed = sorted(set(words))
    for i, a in enumerate(listed):
        for b in listed[i + 1 :]:
            if b in _one_slip_from(a, set(b)):
                yield a, b


def _one_slip_from(word: str, letters: set[str]) -> set[str]:
    found = {word[:i] + word[i + 1 :] for i in range(len(word))}
    for i in range(len(word) + 1):
        found |= {word[:i] + c + word[i:] for c in letters}
        found |= {word[:i] + c + word[i + 1 :] for c in letters if i < len(word)}
        found |= {word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :]}
    return found - {word}


def alike(names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Pairs of ids whose names may mean one firm, with why: `form`, `sound` or `slip`.

    Each pair once, the id that comes first in the mapping first.
    """
    order = {id_: n for n, id_ in enumerate(names)}
    bares, sounds = _groups(names, bare), _groups(names, sound)
    found: dict[tuple[str, str], str] = {}
    for why, groups in (("form", bares), ("sound", sounds)):
        for ids in groups.values():
            for pair in combinations(ids, 2):
                found.setdefault(pair, why)
    for one, other in slips(word for word in bares if _may_differ(word)):
        if _numbers(one) == _numbers(other):
            for first, second in product(bares[one], bares[other]):
                pair = (first, second) if order[first] < order[second] else (second, first)
                found.setdefault(pair, "slip")
    for pair in sorted(found, key=lambda ids: (order[ids[0]], order[ids[1]])):
        yield (*pair, found[pair])


def _groups(names: Mapping[str, str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for id_, name in names.items():
        groups[key(name)].append(id_)
    return groups


def _may_differ(word: str) -> bool:
    """Chinese names are short: three characters say as much as five letters."""
    return len(word) >= SHORTEST or (len(word) >= 4 and not word.isascii())


def _numbers(word: str) -> list[str]:
    """Shop 12 is not shop 13, however alike they are."""
    return re.findall(r"\d+|[一二三四五六七八九十百]+", word)
