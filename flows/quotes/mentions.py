"""Where a speaker is named beside a cue, without a parser: the noun phrase before or after it.

Every look is bounded to a window, so that a paragraph of any length costs the same per cue.
"""

from __future__ import annotations

import re
from typing import Final

from flows.quotes.quotation import Span
from flows.quotes.speakers import word_kinds

_WINDOW: Final = 240
"""Code points looked at on one side of a cue."""

_BEFORE_CUE: Final = re.compile(
    r"(?:,?\s+however,?|\s+(?:also|later|then|once|recently|often|has|have|had|is|was|were|are|been|"
    r"being|will|would|could|may|might|must|can|did|does|do|not|to|further|first|again|simply|just|"
    r"even|now|so far|still|never|always|today|yesterday|tonight|jointly|both|"
    r"(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?!family\b|only\b)[a-z]+ly)|"
    r"(?<=\w)'(?:d|ll))+$"
)
_SHARING: Final = (" to", " and", " but", " then")
"""What joins a second verb to the subject of the first."""
_LEAD_IN: Final = re.compile(
    r"(?:and|but|as|so|while|yet|or|then|though|although|because|that|where|when|if|since|still|"
    r"however|meanwhile|instead|also|later|earlier|today|yesterday|once|now|there|again|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b[\s,]*",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(r"(?:^|[\s,(—–-])((?:s?he|they|it|we|I|you|who))$", re.IGNORECASE)
_PREPOSITION: Final = re.compile(
    r"(?:in|on|at|by|during|after|before|from|for|with|since|under|over|about|amid|following|"
    r"despite|among|last|this|next|speaking|asked|writing|through|without|upon|until|citing|"
    r"to|of|as|when|while|if|\w+\s(?:later|earlier|ago))\b",
    re.IGNORECASE,
)
_CAPITALS: Final = re.compile(
    r"(?:[A-Z][\w.'&-]*(?:\s+(?:de|van|von|bin|al|del|la|of the)\b)?\s+)*[A-Z][\w.'&-]*$"
)
_DETERMINED: Final = re.compile(
    r"(?<!\b(?:of|in|on|at|by|to|as) )(?<!\bfor )(?<!\b(?:from|with|over|amid) )"
    r"(?<!\b(?:after|since|under|about) )(?<!\b(?:during|before) )"
    r"\b(?:the|a|an|his|her|their|its|our|my|one|some|many|several|another)\s+"
    r"(?:[\w'.&-]+\s+){0,6}?[\w'.&-]+$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"(?<!\d),(?!\d)\s*|[;:]\s+|\s*[—–]\s*|\s-+\s|\s+(?:that|because)\s+|\n"
)

_AFTER_CUE: Final = re.compile(
    r"(?:\s+(?:by\s)?|^)(?=(?:[A-Z]|the|an?|his|her|s?he|they|it|one|two|three|some|many|several|"
    r"former|sources?|officials?|police|[a-z]+))",
)
_MENTION_ENDS: Final = re.compile(
    r"\s+(?:in (?:an?|his|her|their|the|its|response|reference|explaining|announcing|[12]\d\d\d)\b|"
    r"at (?:an?|the)\b|on (?:the|an?|his|her|\w+day|Twitter|Facebook|social)\b|during|after|"
    r"as (?:he|she|they|the|it)\b|when|while|before|following|via|by|last|to (?:reporters|the|an?|"
    r"his|her|applause)\b|yesterday|today|tonight|earlier|later|recently|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|,\s+(?:\w+ing\b|and\b|but\b|as\b|in\b|on\b|at\b|when\b|while\b|after\b|before\b|during\b|"
    r"with\b|to\b|(?:is|are|was|were|had|has|have|did|does|will|would|could|can|must)\b)|[;:\n()]|\s[—–-]+\s|[—–]"
)
_DETERMINER: Final = (
    r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ne|[Ss]ome|[Mm]any|[Ss]everal|[Aa]nother)"
)
_DETERMINER_WORD: Final = re.compile(_DETERMINER)
_FIRST_PHRASE: Final = re.compile(
    r"(?:[Ss]?[Hh]e|[Tt]hey|[Ii]t|[Ww]e|I)\b"
    rf"|(?:{_DETERMINER}\s+)?(?:[a-z]+\s+){{0,3}}?(?!{_DETERMINER}\b)"
    r"[A-Z][\w.'&-]*(?:(?:\s+[a-z]+)?\s+[A-Z][\w.'&-]*)*"
    rf"|{_DETERMINER}\s+[\w'-]+(?:\s+[\w'-]+(?=\s+\w+ed\b))?"
)
_FINITE: Final = re.compile(
    r"\b(?:is|are|was|were|had|has|have|will|would|did|does|do|could|should|must|be|been)\b"
)
_DESCRIPTION: Final = re.compile(r"\b(?:who|which|that|whose|what)\b|,")
"""Behind these a mention describes its speaker: there a verb is in place."""
_VERB_FIRST: Final = re.compile(
    r"(?:said|says?|saying|called|calling|told|telling|asked|asking|urging|urged|having|being)\b|"
    r"[a-z]+(?:ed|ing)\s+(?:the|an?|his|her|their|its|this|that|those|to|at|in|on|only|two|three)\b"
)
_LONGEST_MENTION: Final = 160
_ROLE_WIDTH: Final = 60
"""Code points behind a name in which the role can follow: the Harbour party candidate."""


def mention_before(text: str, start: int, cue_start: int) -> Span | None:
    """The subject that ends where the cue begins; looked for back to `start`.

    >>> text = "On Friday, Ida Holm, a retired pilot, also"
    >>> text[slice(*mention_before(text, 0, len(text)))]
    'Ida Holm, a retired pilot'
    >>> text = "In an interview the deputy mayor"
    >>> text[slice(*mention_before(text, 0, len(text)))]
    'the deputy mayor'
    """
    shift = max(start, cue_start - _WINDOW)
    window = text[shift:cue_start].rstrip()
    bare = _BEFORE_CUE.sub("", window)
    if window.endswith(_SHARING) or bare.endswith(_SHARING):
        clause = max((match.end() for match in _CLAUSE.finditer(window)), default=0)
        found = first_mention(window, clause, shift)
        return first_mention(window, 0, shift) if found is None else found
    window = bare
    pronoun = _PRONOUN.search(window)
    if pronoun is not None and pronoun.group(1).lower() != "who":
        return shift + pronoun.start(1), shift + pronoun.end(1)
    if pronoun is not None:
        window = window[: pronoun.start(1)].rstrip(" ,")
    return _subject(window, shift)


def _subject(window: str, shift: int) -> Span | None:
    if window.endswith(","):
        window = window.rstrip(" ,")
        first = _first_segment(window)
        return _span(window, first, shift)
    starts = [0, *(match.end() for match in _CLAUSE.finditer(window))]
    first = _past_lead_in(window, starts[-1])
    if not window[first:].strip() or window[first:].lower() in ("and", "but", "or"):
        return first_mention(window, 0, shift)
    if _PREPOSITION.match(window, first):
        tail = _CAPITALS.search(window, first) or _DETERMINED.search(window, first)
        if tail is None:
            return None
        first = tail.start()
    return _span(window, first, shift)


def _first_segment(window: str) -> int:
    """Where the subject of "On Friday, X, a Y," begins."""
    starts = [0, *(match.end() for match in _CLAUSE.finditer(window))]
    for start in starts:
        first = _past_lead_in(window, start)
        if first < len(window) and not _PREPOSITION.match(window, first):
            return first
    return starts[-1]


def _past_lead_in(window: str, start: int) -> int:
    while start < len(window) and not window[start].isalnum():
        start += 1
    while (match := _LEAD_IN.match(window, start)) is not None:
        start = match.end()
    return start


def first_mention(window: str, start: int, shift: int = 0) -> Span | None:
    """The noun phrase a clause begins with: whose words "..., saying" introduces.

    >>> sentence = "On Friday, Ida Holm opened the bridge, saying"
    >>> sentence[slice(*first_mention(sentence, 0))]
    'Ida Holm'
    """
    first = start
    for begin in [start, *(match.end() for match in _CLAUSE.finditer(window, start))]:
        first = _past_lead_in(window, begin)
        if first < len(window) and not _PREPOSITION.match(window, first):
            break
    match = _FIRST_PHRASE.match(window, first)
    if match is None or not match.group().strip():
        return None
    last = match.end()
    for word in window[last : last + _ROLE_WIDTH].split(" ")[1:4]:
        last += 1 + len(word)
        if _DETERMINER_WORD.fullmatch(word) is not None:
            break
        if word in word_kinds():
            return _span(window[:last], first, shift)
    return _span(window[: match.end()].rstrip(), first, shift)


def mention_after(text: str, cue_end: int, end: int) -> Span | None:
    """The speaker named after the cue, with an apposition that follows at once.

    >>> text = "said Ida Holm, a retired pilot, in a letter on Friday."
    >>> text[slice(*mention_after(text, 4, len(text)))]
    'Ida Holm, a retired pilot'
    """
    window = text[cue_end : min(end, cue_end + _WINDOW)]
    match = _AFTER_CUE.match(window)
    if match is None:
        return None
    first = match.end()
    stop = _MENTION_ENDS.search(window, first)
    last = len(window) if stop is None else stop.start()
    return _span(window[:last].rstrip(" ,.;:!?\"'"), first, cue_end)


def _span(window: str, first: int, shift: int) -> Span | None:
    """The mention from `first` to the end of `window`, None where that has a verb of its own."""
    if not 0 < len(window) - first <= _LONGEST_MENTION or _VERB_FIRST.match(window, first):
        return None
    described = _DESCRIPTION.search(window, first)
    head = len(window) if described is None else described.start()
    if _FINITE.search(window, first, head) is not None:
        return None
    return shift + first, shift + len(window)
