"""The cue and the speaker beside words in marks: "A," X said / X said: "A" / according to X."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flows.quotes.cues import (
    Cue,
    find_cues,
    ideographic_cue_after,
    ideographic_cue_before,
    is_passive,
)
from flows.quotes.mentions import first_mention, mention_after, mention_before
from flows.quotes.quotation import Span

_REACH: Final = 300
"""Code points between marks and a cue that can belong to them."""

_COMMON_NOUN_WORDS: Final = 3
"""From so many words on, what follows ", said the" is rather a clause than a speaker."""

_SHARED_SUBJECT: Final = frozenset(("and", "but", "or", "then", "and then", "who", "which", "that"))
_CLAUSE_STARTS: Final = re.compile(r"(?:,|:)?\s*(?:\bthat\b|\bhow\b)?[\s,:]*$", re.IGNORECASE)
_NAME_BEHIND: Final = re.compile(r" (?!\w+day\b)(?:[A-Z]|(?:the|an?|his|her|one|two)\b)")
_NAME_AND_COLON: Final = re.compile(r"[^\s:,;][^:,;]{0,80}:$")
_NO_CONTENT: Final = re.compile(
    r"\s*(?:$|[.,!?;]|[—–-]|(?:so|after|before|when|while|as)\b|(?:in|on|at|during|to|from|with|via|"
    r"last|this|earlier|later|recently|today|yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"(?:(?! (?:that|it|he|she|they|we|is|are|was|were|had|has|will|would)\b)[^.,;:!?]){0,90}"
    r"(?:$|[.,;!?]))"
)
_ADDRESSEE: Final = re.compile(
    r"\s+(?!(?:that|for|about|to|whether|if|how|why|what)\b)(?:[\w'-]+\s+){0,3}[\w'-]+\s*(?:$|[.,])"
)
_IDEOGRAPHIC_END: Final = re.compile(r"[^，。！？：\n]{0,6}[，。]?\s*$")
_SIGNED: Final = re.compile(
    r"\s*(?P<dash>[—–―]|--?)\s*"
    r"(?P<name>[A-Z][\w.'-]*(?: (?:de |van |von |bin |al |del |la |da |N )?[A-Z][\w.'-]*){0,5}"
    r"(?:, [A-Z0-9][^!?;:\n]{0,80}?)?)[.\s]*$"
)
_COVERB: Final = re.compile(r"(?<=.)[對对向跟在]")
"""What begins the addressee or the place behind a Chinese subject."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue and the mention of the speaker, None where the text names nobody beside it."""

    cue: Cue
    mention: Span | None


def attribution_after(text: str, start: int, end: int) -> Attribution | None:
    """The attribution that follows a closing mark, from `start` (the mark left out) to `end`.

    >>> text = " said Ida Holm, a retired pilot."
    >>> found = attribution_after(text, 0, len(text))
    >>> text[slice(*found.mention)]
    'Ida Holm, a retired pilot'
    """
    cue = next(find_cues(text, start, min(end, start + _REACH)), None)
    if cue is None:
        return _ideographic_after(text, start, end)
    if cue.kind == "label":
        return None
    before = text[start : cue.start].strip(" ,—–-")
    if ":" in before or "; " in before or before.lower() in _SHARED_SUBJECT:
        return None
    if cue.kind == "source":
        return Attribution(cue, mention_after(text, cue.end, end))
    if text[cue.start : cue.end].endswith("ing"):
        return None
    if not before or _inverted(text, cue, end):
        mention = mention_after(text, cue.end, end)
    else:
        mention = mention_before(text, start, cue.start)
    return None if mention is None else Attribution(cue, mention)


def signature(text: str, start: int, end: int) -> Attribution | None:
    """The name behind a dash with which a line ends, after the words that it signs.

    >>> text = " — Ida Holm, Almery"
    >>> text[slice(*signature(text, 0, len(text)).mention)]
    'Ida Holm, Almery'
    """
    line = text.find("\n", start, end)
    match = _SIGNED.match(text, start, end if line < 0 else line)
    if match is None:
        return None
    return Attribution(Cue(match.start("dash"), match.end("dash"), "dash"), match.span("name"))


def is_all(text: str, found: Attribution, start: int, end: int) -> bool:
    """The attribution is all of its sentence, `start` to `end`, but for addressee and occasion.

    >>> text = " Ida Holm said on Friday. Ida Holm said the lock was shut."
    >>> is_all(text, attribution_after(text, 0, 26), 0, 26)
    True
    >>> is_all(text, attribution_after(text, 26, 59), 26, 59)
    False
    """
    cue, mention = found.cue, found.mention
    if cue.kind == "ideographic":
        return _IDEOGRAPHIC_END.match(text, cue.end, end) is not None
    if mention is None or text[start : min(cue.start, mention[0])].strip():
        return False
    if mention[0] > cue.end:
        return text[cue.start].islower()
    if cue.kind == "address" and _ADDRESSEE.match(text, cue.end, end) is not None:
        return True
    return _NO_CONTENT.match(text, cue.end, end) is not None


def attribution_before(text: str, start: int, opening: int) -> Attribution | None:
    """The attribution that leads up to the opening mark at `opening`, looked for from `start`.

    >>> text = "According to the harbour office, "
    >>> found = attribution_before(text, 0, len(text))
    >>> text[slice(*found.mention)]
    'the harbour office'
    """
    start = max(start, opening - _REACH)
    last: Cue | None = None
    for cue in find_cues(text, start, opening):
        if _leads_up(text, cue, opening):
            last = cue
    if last is None:
        return _ideographic(text, start, opening) or _colon(text, start, opening)
    return Attribution(last, _mention(text, start, last, opening))


def _mention(text: str, start: int, cue: Cue, opening: int) -> Span | None:
    before = text[start : cue.start].strip(" ,")
    if cue.kind == "source" or not before or _inverted(text, cue, opening):
        return mention_after(text, cue.end, opening)
    return subject_of(text, start, cue)


def parenthetic(text: str, cue: Cue, end: int) -> Span | None:
    """The speaker whom commas enclose with an inverted cue: The lock, said Ida Holm, was shut."""
    mention = mention_after(text, cue.end, end) if _inverted(text, cue, end) else None
    if mention is None or text[mention[1]] != ",":
        return None
    is_name = text[mention[0]].isupper() or text.count(" ", *mention) < _COMMON_NOUN_WORDS
    return mention if is_name else None


def _inverted(text: str, cue: Cue, end: int) -> bool:
    """But, said Ida Holm, "it rains": a comma before the cue and a name at once behind it."""
    if cue.kind != "statement" or text[max(0, cue.start - 2) : cue.start] not in (", ", "— ", "- "):
        return False
    return _NAME_BEHIND.match(text, cue.end, end) is not None


def subject_of(text: str, start: int, cue: Cue) -> Span | None:
    """The mention before a cue; that of a participle ("..., saying") begins the sentence.

    Who is told or asked is no speaker: with a passive only "by" names one.
    """
    if cue.kind in ("address", "label") and is_passive(text, cue):
        by = text.startswith(" by ", cue.end)
        return mention_after(text, cue.end + len(" by"), len(text)) if by else None
    if text[cue.start : cue.end].endswith("ing"):
        return first_mention(text[start : cue.start], 0, start)
    return mention_before(text, start, cue.start)


def _leads_up(text: str, cue: Cue, opening: int) -> bool:
    """What lies between the cue and the mark is no clause of its own."""
    between = text[cue.end : opening].strip()
    if between.endswith(";"):
        return _inverted(text, cue, opening)
    if not between or _CLAUSE_STARTS.fullmatch(between):
        return True
    if between.endswith((".", "!", "?")):
        return False
    words = between.count(" ") + 1
    if cue.kind == "source":
        return between.endswith((",", ":"))
    if between.endswith(":"):
        return words <= 16
    if cue.kind == "address":
        return words <= (10 if between.endswith((",", "that")) else 3)
    return between.endswith(",") and words <= 9


def _colon(text: str, start: int, opening: int) -> Attribution | None:
    """A name and a colon, as in headlines and transcripts."""
    lead = text[start:opening].strip()
    if not lead.endswith((":", "：")):
        return None
    at = start + text[start:opening].rfind(lead[-1])
    cue = Cue(at, at + 1, "colon")
    if _NAME_AND_COLON.fullmatch(lead) is None or lead.count(" ") > 7:
        return Attribution(cue, None)
    first = start + text[start:opening].find(lead)
    return Attribution(cue, (first, first + len(lead[:-1].rstrip())))


def _ideographic(text: str, start: int, opening: int) -> Attribution | None:
    if text.isascii():
        return None
    cue = ideographic_cue_before(text, start, opening)
    if cue is None:
        return None
    first = cue.start
    while first > max(start, cue.start - 16) and text[first - 1] not in '，。；：！？、\n" ':
        first -= 1
    return Attribution(cue, _ideographic_subject(text, first, cue.start))


def _ideographic_after(text: str, start: int, end: int) -> Attribution | None:
    if text.isascii():
        return None
    cue = ideographic_cue_after(text, start, end)
    return None if cue is None else Attribution(cue, _ideographic_subject(text, start, cue.start))


def _ideographic_subject(text: str, first: int, last: int) -> Span | None:
    coverb = _COVERB.search(text, first, last)
    last = last if coverb is None else coverb.start()
    return (first, last) if first < last else None
