"""Whether something printed is shaped like the name of a person."""

from __future__ import annotations

import re
from functools import cache

from flows.normalise.lookups import LOOKUPS, rows_of

_LONGEST = 60
_NO_LETTER = re.compile(r"[^\w\s.'’‘`´·・-]|[0-9_]|\.\w{2,}\b(?<![A-Z])")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,12}")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff・ ]{2,12}|[\uac00-\ud7a3]{2,4}")
_NO_HAN = re.compile("记者|编辑|本报|新华|综合|通讯|报道|来源|责任|作者|网|社$|报$|新闻|中心")
_PARTICLES = frozenset(
    [
        *("de", "del", "della", "der", "den", "di", "da", "das", "dos", "du", "la", "le", "van"),
        *("von", "vom", "ten", "ter", "bin", "bint", "ibn", "al", "el", "y", "e", "zu", "zur"),
        *("af", "av", "'t", "op", "abu", "ap", "ben", "do", "st"),
    ]
)
_SUFFIX = re.compile(r"(?i)(?:jr|sr|ii|iii|iv|ph\.?d|md)\.?")
_ROLE = re.compile(
    r"(?i)correspondents?|reporters?|editors?|writers?|columnists?|critics?|producers?|analysts?"
    r"|journalists?|redakteur(?:in)?|journaliste|corresponsal|repórter"
)
_WORD = re.compile(r"[\w'’.-]+")


def is_name(text: str, *, single: bool = False) -> bool:
    """Two to five words with capitals, or a name of Chinese, Japanese or Korean characters.

    An address, a newsroom or a role is none, and a single word only where a credit is known to
    name people (`single`).

    >>> [is_name(name) for name in ("Ann van der Lee", "Almery", "Staff Writer", "王小明")]
    [True, False, False, True]
    """
    if not 2 <= len(text) <= _LONGEST or _NO_LETTER.search(text):
        return False
    if _HAN.fullmatch(text) or _KANA_OR_HANGUL.fullmatch(text):
        return _NO_HAN.search(text) is None
    words = text.split()
    if single and len(words) == 1:
        return text[:1].isupper() and len(text) > 2 and text.isalpha() and not _is_listed(words)
    if not 2 <= len(words) <= 6 or _is_listed(words):
        return False
    if not any(word[0] != word[0].swapcase() for word in words):
        return True  # A script without capitals.
    written = [word for word in words if not _SUFFIX.fullmatch(word)]
    capitals = [word for word in written if _has_capital(word)]
    others = [word for word in written if not _has_capital(word)]
    full = [word for word in capitals if len(re.sub(r"\W", "", word)) > 1]
    return bool(full) and len(capitals) >= 2 and {*others} <= _PARTICLES


def _has_capital(word: str) -> bool:
    """The first letter is one, or that after an apostrophe or a particle: O'Day, d'Arc, al-Sadr."""
    letters = re.search(r"[^\W\d_]", word)
    return letters is not None and (
        letters.group().isupper() or re.search(r"^[a-z]{1,3}['’-][A-Z]", word) is not None
    )


def _is_listed(words: list[str]) -> bool:
    """Whether a word, or words together, are of those that no person's name holds."""
    plain = [_bare(word) for word in words]
    listed = no_people()
    return any(
        " ".join(plain[start : start + length]) in listed
        for length in (1, 2, 3)
        for start in range(len(plain) - length + 1)
    )


def _bare(word: str) -> str:
    found = _WORD.search(word.casefold())
    return found.group().strip(".'’-") if found else ""


def without_role(words: list[str]) -> list[str]:
    """`Ann Lee Transport correspondent` without what she does; her name is two words or three.

    >>> without_role("Ann Lee chief political correspondent".split())
    ['Ann', 'Lee']
    >>> without_role("Ann van der Lee".split())
    ['Ann', 'van', 'der', 'Lee']
    """
    at = next((at for at, word in enumerate(words) if at > 1 and _ROLE.fullmatch(word)), None)
    if at is None or not _is_given(words[0]):
        return words
    # What stands before the role says of what: all of it in lower case, or one word of many.
    while at > 2 and not (at == 3 and words[1].endswith(".")):
        at -= 1
    return words[:at]


def _is_given(word: str) -> bool:
    """Whether it is a known given name (schemas/lookups/given_names.csv), however it is cased."""
    return word.capitalize() in _given_names()


@cache
def _given_names() -> frozenset[str]:
    rows = rows_of(LOOKUPS / "given_names.csv", "name")
    return frozenset(row["name"].capitalize() for _, row in rows)


@cache
def no_people() -> frozenset[str]:
    """The words that no person's name holds (schemas/lookups/no_people.csv)."""
    rows = rows_of(LOOKUPS / "no_people.csv", "word")
    return frozenset(row["word"].casefold().strip(".") for _, row in rows)
