"""Make a decoded document plain to read, and change nothing that somebody wrote.

NFC, line feeds, entities, mojibake, invisible characters, odd blanks. Quotation marks stay as
printed here: `marks` has to see them before it straightens them. Every step depends only on the
characters next to it, so a passage cut out of the raw document is cleaned as it was inside.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.entities import html5

import ftfy
from ftfy.badness import is_bad

from flows.normalise.text import Edit, Text

_NEEDS_CLEANING = re.compile(r"[^\x20-\x7e\n]|&[#A-Za-z]|  | \n|\n |\n\n\n|\A\s|\s\Z")
_ENTITY = re.compile(
    r"&(?:(?:amp|#0*38|#x0*26);)*(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE
)
"""An entity, escaped as often as it was; the group is the innermost."""

# What the first two bytes of a UTF-8 sequence look like when they were read as a one-byte
# encoding. Cheap to look for (0.03 ms a document, where asking ftfy costs 1.5 ms), and ftfy
# has the last word on each run that holds one.
_SUSPICIOUS = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]|\u00c2 |\u0432\u0402|\u201a\u00c4|\u221a[\u00a1-\u00bf]"
)
_SUSPICIOUS_BYTES = (b"\xc3", b"\xd0\xb2\xd0\x82", b"\xe2\x80\x9a\xc3", b"\xe2\x88\x9a\xc2")
"""One of these is in the UTF-8 of all that `_SUSPICIOUS` finds: most texts hold none."""
_MARK_LEAD = "(?:\u00e2\u20ac|\u00e2\u0080|\u0432\u0402)"
_MAYBE_WORD = re.compile(
    f"{_MARK_LEAD}[\u0080-\uffff]|(?:(?!{_MARK_LEAD})[A-Za-z\u0080-\U0010ffff])+"
)
"""A misread mark or dash, or a run with the ASCII letters around it, by which ftfy tells a misread
name from a real one. A mark is judged by itself: what it encloses is then read the same with it
and without."""
_OPENING = "\u00ab\u2039\u2018\u201a\u201c\u201e"
"""At the start of a run these follow no lead byte: they are marks, no part of what they open."""
_A_LOST = re.compile("(?<=[\\w.,;:!?'\")])\u00c2(?= )")
"""A-circumflex before a blank: a no-break space whose second byte became a plain one."""

_C1 = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_BLANKS = dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_LINE_ENDS = dict.fromkeys([0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029], "\n")
_ONE_TO_ONE = {chr(code): new for code, new in (_C1 | _BLANKS | _LINE_ENDS).items()}
_ONE_TO_ONE_RUN = re.compile(f"[{''.join(_ONE_TO_ONE)}]")

_INVISIBLE = (
    "\\x00-\\x08\\x0e-\\x1f\\x7f\\x81\\x8d\\x8f\\x90\\x9d\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_ODD = re.compile(
    f"[{_INVISIBLE}\\r\u200c\u200d\ufb00-\ufb06]"  # A set first: the scan for it is what costs.
    "(?:(?<=\\r)\\n)?"
)
_JOINED = re.compile(
    "[\u0600-\u061b\u061d-\u109f\u1700-\u17b3\u17b6-\u180a\u180f-\u1cff\u2190-\u27ff\u2900-\u2bff"
    "\ua800-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufefc\U00010000-\U0010ffff]"
)
"""Before a joiner, which means something in Persian, in Indic scripts and in emoji only."""
_ROUNDS = 3
"""Cleaning what is clean changes nothing, unless a text was built to hide something more often."""
_BROKEN = re.compile(
    r"(?<=\A[A-Z])(?P<cap>\n{1,2})(?=[a-z])|(?P<end>\n{1,2})(?=[.,;:)\]”’](?:\s|$))"
    r"|\b(?:o|di|su|insu|e|ine|a|tra|coe|ba|wa|ra|shu|mu|Di|Su|O|E|A|Tra)ff[il]"
    r"(?P<blank> )(?=[a-z]{2})"
)
"""A line's end after a drop cap or before a mark, and the blank after a ligature: no English word
is "offi" or "diffi"."""
_SPACING = re.compile(r"[ \n]{2,}")
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


def clean(raw: str, origin: int = 0) -> Text:
    r"""A decoded document in NFC with LF, single blanks and nothing invisible.

    Lines keep their order and one blank line stays between blocks; the ends are stripped.
    `origin` is where `raw` itself begins in its document, in code points.

    >>> text = clean("Caf\u00c3\u00a9 &amp;\u00a0bar\r\n\r\n\r\n\u200bOpen")
    >>> text.value, text.raw_span(0, 4)
    ('Café & bar\n\nOpen', (0, 5))
    """
    text = Text(raw, origin)
    for _ in range(_ROUNDS):
        before = text.value
        if not _NEEDS_CLEANING.search(before):
            break
        text = _cleaned_once(text)
        if text.value == before or not _may_hold_more(text.value):
            break
    return text


def _may_hold_more(value: str) -> bool:
    """Whether an entity or mojibake stands there that something odd had parted before."""
    return ("&" in value and bool(_ENTITY.search(value))) or _is_suspicious(value)


def _is_suspicious(value: str) -> bool:
    """Whether anything there may be mojibake.

    >>> [_is_suspicious(value) for value in ("Caf\u00c3\u00a9", "Caf\u00e9 \u201cA\u201d", "Cafe")]
    [True, False, False]
    """
    if value.isascii():
        return False
    encoded = value.encode("utf-8", "surrogatepass")
    if not any(each in encoded for each in _SUSPICIOUS_BYTES):
        return False
    return _SUSPICIOUS.search(value) is not None


def _cleaned_once(text: Text) -> Text:
    text = text.edited(_entities(text.value))
    if not text.value.isascii():
        text = text.edited(_mojibake(text.value))
        text = text.edited(_lost_blanks(text.value))
    plain = _ONE_TO_ONE_RUN.sub(lambda found: _ONE_TO_ONE[found.group()], text.value)
    text = text.same_length(plain)
    text = text.edited(_replacements(_ODD, text.value, _plain))
    if not unicodedata.is_normalized("NFC", text.value):
        text = text.edited(_compositions(text.value))
    text = text.edited(_replacements(_SPACING, text.value, _spacing))
    stripped = text.value.strip(" \n")
    start = text.value.find(stripped)
    return text.slice(start, start + len(stripped))


def unbroken(text: Text) -> Text:
    r"""A paragraph whose drop cap, marks or ligatures were parted from their words, put together.

    >>> unbroken(Text("C\nhinese offi cers sail\n, they said")).value
    'Chinese officers sail, they said'
    """
    value = text.value
    # Most paragraphs hold none of the three, and to ask for that costs a fiftieth of a search.
    if "\n" not in value and "ffi " not in value and "ffl " not in value:
        return text
    spans = (found.span(found.lastgroup or 0) for found in _BROKEN.finditer(value))
    return text.edited((start, end, "") for start, end in spans)


def one_line(text: Text) -> Text:
    """The same text with its line ends as blanks, as a paragraph has it."""
    return text.same_length(text.value.replace("\n", " ")) if "\n" in text.value else text


def _replacements(
    pattern: re.Pattern[str], value: str, new: Callable[[re.Match[str]], str]
) -> Iterator[Edit]:
    for match in pattern.finditer(value):
        replacement = new(match)
        if replacement != match.group():
            yield match.start(), match.end(), replacement


def _entities(value: str) -> Iterator[Edit]:
    if "&" not in value:
        return
    for match in _ENTITY.finditer(value):
        plain = _unescaped(match.group(1))
        if plain != match.group():
            yield match.start(), match.end(), max(plain, " ")  # A control is a blank.


def _unescaped(name: str) -> str:
    r"""What an entity stands for; one that does not exist stays, and so does half of one.

    >>> [_unescaped(name) for name in ("eacute", "NBSP", "#8217", "notable")]
    ['é', '\xa0', '’', '&notable;']
    """
    if name.startswith("#"):
        return html.unescape(f"&{name};")
    return html5.get(f"{name};") or html5.get(f"{name.lower()};", f"&{name};")


def _mojibake(value: str) -> Iterator[Edit]:
    if not _is_suspicious(value):
        return
    for match in _MAYBE_WORD.finditer(value):
        run = match.group().lstrip(_OPENING)
        if _SUSPICIOUS.search(run) and is_bad(run):
            yield from _aligned(match.end() - len(run), run, ftfy.fix_encoding(run))


def _aligned(start: int, run: str, mended: str) -> Iterator[Edit]:
    """Character by character where each stayed or came from its own bytes, else the run as one."""
    edits: list[Edit] = []
    at = 0
    for character in mended:
        stayed = run[at : at + 1] == character
        width = 1 if stayed else len(character.encode("utf-8", "surrogatepass"))
        if not stayed:
            edits.append((start + at, start + at + width, character))
        at += width
    if at == len(run):
        yield from edits
    else:
        yield start, start + len(run), mended


def _lost_blanks(value: str) -> Iterator[Edit]:
    return _replacements(_A_LOST, value, lambda _: "") if "\u00c2 " in value else iter(())


def _plain(match: re.Match[str]) -> str:
    found = match.group()
    if found[0] == "\r":
        return "\n"
    at = match.start()
    if found in "\u200c\u200d" and at and _JOINED.match(match.string, at - 1):
        return found
    return unicodedata.normalize("NFKC", found) if "\ufb00" <= found <= "\ufb06" else ""


def _compositions(value: str) -> Iterator[Edit]:
    for match in _COMPOSABLE.finditer(value):
        for start, end in _combining_sequences(value, match.start(), match.end()):
            composed = unicodedata.normalize("NFC", value[start:end])
            if composed != value[start:end]:
                yield start, end, composed


def _combining_sequences(value: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A starter with all that may compose with it: marks (some of class 0) and Hangul jamo."""
    first = start
    for at in range(start + 1, end):
        if not (unicodedata.category(value[at])[0] == "M" or "\u1160" <= value[at] <= "\u11ff"):
            yield first, at
            first = at
    yield first, end


def _spacing(match: re.Match[str]) -> str:
    return "\n" * min(match.group().count("\n"), 2) or " "
