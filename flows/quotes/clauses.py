"""The reported clause that words in marks are part of: X said that the plan was "too little"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flows.quotes.attribution import Attribution, attribution_after, parenthetic, subject_of
from flows.quotes.cues import Cue, find_cues, is_passive
from flows.quotes.marks import MarkedSpan
from flows.quotes.mentions import mention_after
from flows.quotes.quotation import Span

_REACH: Final = 400
"""Code points from the marks to a cue before them, and from them to the end of the clause."""

_LEADING: Final = re.compile(r"[\s,:]*(?:that\b)?[\s,:]*", re.IGNORECASE)
_ADDRESSEE: Final = re.compile(r"\s+(?:(?!that\b)[\w.'-]+\s+){1,8}?that\s+")
_OCCASION: Final = re.compile(
    r"\s+(?:in|on|at|during|to|with|from|after|last|this|earlier|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|"
    r"Sun)day)\b[^,;:]{0,80}?\bthat\s+"
)
_NAMING: Final = re.compile(r"called|dubbed|(?:en)?titled|headlined|labell?ed|branded|referred to")
_AGENT: Final = re.compile(r"\s+by(?=\s)")
_DASH: Final = re.compile(r"\s[-—–]+\s|[—–;]")
_TURNS: Final = re.compile(r",\s+(?:and|but|while|adding|then)\b|\s+(?:and|but)\b")
_TRAILING: Final = " \n\t.,;:!?"


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause without "that" and without its full stop, and what attributes it."""

    span: Span
    attribution: Attribution


def reported_clause(text: str, sentence: Span, within: Sequence[MarkedSpan]) -> Clause | None:
    """The clause of `sentence` that the marked spans `within` it are reported in.

    None where no cue stands in the sentence outside the marks, or where the clause is not
    clearly delimited near them.
    """
    first, last = within[0], within[-1]
    start, end = max(sentence[0], first.start - _REACH), min(sentence[1], last.end + _REACH)
    opening = first.start - (first.opening is not None)
    found = _before(text, (start, opening), (min(last.end + last.closed, end), end))
    if found is not None:
        opens = _content_start(text, found, opening)
        return _delimited((opens, _content_end(text, last, end)), found, within)
    after = attribution_after(text, min(last.end + 1, end), end)
    if after is None or start > sentence[0]:
        return None
    edge = after.cue.start if after.mention is None else min(after.cue.start, after.mention[0])
    return _delimited((start, _without_tail(text, edge, last.end + 1, " ,—–-")), after, within)


def _delimited(span: Span, found: Attribution, within: Sequence[MarkedSpan]) -> Clause | None:
    holds_all = span[0] <= within[0].start and within[-1].end <= span[1]
    return Clause(span, found) if holds_all else None


def _before(text: str, lead: Span, behind: Span) -> Attribution | None:
    """The attribution by the last cue in `lead`; `behind` is what follows the marks.

    A passive has its speaker behind "by"; one that only names ("is called") without it is
    nobody's word.
    """
    cue: Cue | None = None
    agent: int | None = None
    for each in find_cues(text, *lead):
        if each.kind == "label" and is_passive(text, each):
            by = _AGENT.search(text, each.end, lead[1]) or _AGENT.match(text, *behind)
            if by is not None or _NAMING.fullmatch(text, each.start, each.end) is None:
                cue, agent = each, None if by is None else by.end()
        elif each.kind != "source":
            cue, agent = each, None
    if cue is None:
        return None
    if agent is not None:
        return Attribution(cue, mention_after(text, agent, behind[1]))
    speaker = parenthetic(text, cue, lead[1]) or subject_of(text, lead[0], cue)
    return Attribution(cue, speaker)


def _content_start(text: str, found: Attribution, high: int) -> int:
    cue, mention = found.cue, found.mention
    if cue.kind == "statement" and mention is not None and cue.end < mention[0]:
        leading = _LEADING.match(text, mention[1], high)
        return mention[1] if leading is None else leading.end()
    pattern = {"address": _ADDRESSEE, "statement": _OCCASION}.get(cue.kind)
    if pattern is not None and (match := pattern.match(text, cue.end, high)) is not None:
        return match.end()
    leading = _LEADING.match(text, cue.end, high)
    return cue.end if leading is None else leading.end()


def _content_end(text: str, last: MarkedSpan, end: int) -> int:
    """The end of the clause: of the sentence, at a dash, or where the next cue's clause begins."""
    behind = min(last.end + last.closed, end)
    dash = _DASH.search(text, behind, end)
    closes = end if dash is None else dash.start()
    following = next(find_cues(text, behind, closes), None)
    if following is not None:
        turns = _TURNS.search(text, behind, following.start)
        closes = closes if turns is None else turns.start()
    return _without_tail(text, closes, behind, _TRAILING)


def _without_tail(text: str, end: int, low: int, tail: str) -> int:
    while end > low and text[end - 1] in tail:
        end -= 1
    return end
