"""One paragraph as its quotations are claimed: spans in marks, gaps between them, sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from flows.quotes.attribution import (
    Attribution,
    attribution_after,
    attribution_before,
    is_all,
    signature,
)
from flows.quotes.marks import MarkedSpan, Paragraph
from flows.quotes.quotation import Span
from flows.quotes.sentences import Sentences, sentences
from flows.quotes.speech import Shape, shape_of

BETWEEN: Final = " \n\t,:—–-"
"""What may stand between words and a mark without being words itself."""

_REACH: Final = 300
_WORDS_BETWEEN: Final = 3
_GOES_ON: Final = (",", "—", "–", "-", "，")
_UNFINISHED: Final = ",?!…—–-，！？"
_SENTENCE_ENDS: Final = "?!…！？"
_ANNOUNCING: Final = (",", ":", ";", "，", "：")
_ASIDE: Final = re.compile(r"\s*(?:[—–]|--?)\s*[^\s—–-][^—–.!?\n]{0,120}?\s*(?:[—–]|--?)\s*")
_ASIDES: Final = 3
"""Asides of the reporter that one quotation is followed through."""
_ABBREVIATION: Final = re.compile(r"(?:\b\w\.){2}$")


class Scene:
    """One paragraph with its marked spans; every look into the text is bounded."""

    def __init__(self, text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan]) -> None:
        self.text = text
        self.paragraph = paragraph
        self.spans = spans
        self.sentences: Sentences = sentences(text, paragraph, spans)
        self.shapes: list[Shape] = [shape_of(text, span) for span in spans]

    def content(self, index: int) -> Span:
        """The words of a span without the comma or full stop that ends them inside the marks."""
        start, end = self.spans[index].start, self.spans[index].end
        last = self.text[end - 1]
        if last in ",，。" or (last == "." and not self._keeps_its_stop(end)):
            end -= 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return start, max(end, start + 1)

    def _keeps_its_stop(self, end: int) -> bool:
        before = self.text[max(0, end - 4) : end]
        return before.endswith("..") or _ABBREVIATION.search(before) is not None

    def gap_before(self, index: int) -> Span:
        """From the end of the span before, its mark left out, to this span's opening mark."""
        span = self.spans[index]
        previous = self.spans[index - 1] if index else None
        start = self.paragraph.start if previous is None else previous.end + previous.closed
        return start, max(start, span.start - (span.opening is not None))

    def gap_after(self, index: int) -> Span:
        """From behind this span's closing mark to the next opening mark."""
        if index + 1 < len(self.spans):
            return self.gap_before(index + 1)
        return min(self.spans[index].end + 1, self.paragraph.end), self.paragraph.end

    def lead(self, index: int) -> Span:
        """The beginning of the sentence or line up to the opening mark, other spans left out."""
        low, opening = self.gap_before(index)
        start, _ = self.sentences.around(opening)
        line = self.text.rfind("\n", low, opening) + 1
        return max(low, start, line), opening

    def begins_speech(self, index: int) -> bool:
        """The words read as speech where an attribution leads up to them."""
        if self.shapes[index] == "sentence":
            return True
        _, opening = self.gap_before(index)
        return self.text[max(0, opening - 2) : opening].rstrip(" ").endswith(_ANNOUNCING)

    def is_adjacent(self, attribution: Attribution, opening: int) -> bool:
        """The cue stands at the mark, but for a word or two: X told them, "A"."""
        if attribution.cue.kind == "colon":
            return False
        return self.text.count(" ", attribution.cue.end, opening) <= _WORDS_BETWEEN

    def after(self, index: int) -> Attribution | None:
        """The attribution behind a span, asides of the reporter between its parts left out."""
        found = self._behind(index)
        for _ in range(_ASIDES):
            index += 1
            if found is not None or index == len(self.spans) or not self._is_aside(index):
                break
            found = self._behind(index)
        return found

    def _is_aside(self, index: int) -> bool:
        """What parts a span from the one before stands between dashes: "A" — he bowed — "is B"."""
        low, opening = self.gap_before(index)
        return opening - low < _REACH and _ASIDE.fullmatch(self.text, low, opening) is not None

    def _behind(self, index: int) -> Attribution | None:
        """The attribution behind a span whose last stop says that the sentence goes on."""
        text, span = self.text, self.spans[index]
        if not span.closed:
            return None
        start, end = self._sentence_behind(index)
        signed = signature(text, *self.gap_after(index))
        if signed is not None:
            return signed
        found = attribution_after(text, start, end)
        behind = text[start : start + 3].lstrip()
        if found is None or text[span.end - 1] in _UNFINISHED or behind.startswith(_GOES_ON):
            return found
        is_theirs = self.shapes[index] != "name" and is_all(text, found, start, end)
        return found if is_theirs else None

    def announced(self) -> Attribution | None:
        """The attribution in the paragraph before, where that ends in a colon."""
        end = self.paragraph.start - 2
        if end < 1 or self.text[end - 1] not in ":：":
            return None
        low = max(0, end - _REACH)
        low = max(low, self.text.rfind("\n", low, end) + 1)
        low = max(low, self.text.rfind(". ", low, end) + 1)
        found = attribution_before(self.text, low, end)
        return found if found is not None and found.cue.kind != "colon" else None

    def following_parts(self, index: int, attribution: Attribution) -> tuple[list[Span], int]:
        """The spans from `index` on under the same attribution, and the first that is not."""
        parts: list[Span] = []
        while index < len(self.spans):
            if self._joins(index, attribution):
                parts.append(self.content(index))
            elif not self._names_the_occasion(index, attribution):
                break
            index += 1
        return parts, index

    def _joins(self, index: int, attribution: Attribution) -> bool:
        """A span follows under the same attribution, with nothing else between."""
        low, opening = self.gap_before(index)
        cue, gap = attribution.cue, self.text[low:opening]
        if self.shapes[index] != "sentence" and not gap.rstrip().endswith(_GOES_ON):
            return False
        if not low <= cue.start < opening:
            return not gap.strip() or self.shapes[index - 1] == "name" or self._is_aside(index)
        if self.sentences.around(opening)[0] > self.sentences.around(cue.start)[1]:
            return False
        if attribution_before(self.text, max(cue.end, low), opening) is not None:
            return False
        found = self.after(index)
        return found is None or self._begins_anew(index, found)

    def _sentence_behind(self, index: int) -> Span:
        start, end = self.gap_after(index)
        _, stop = self.sentences.around(start + 1)
        return start, min(end, max(stop, start))

    def _begins_anew(self, index: int, found: Attribution) -> bool:
        """Behind "Why?" a sentence that reports something else: The council replied that ..."""
        start, end = self._sentence_behind(index)
        if not self.text[start:end].lstrip()[:1].isupper():
            return False
        ends = self.text[self.spans[index].end - 1] in _SENTENCE_ENDS
        return ends and not is_all(self.text, found, start, end)

    def _names_the_occasion(self, index: int, attribution: Attribution) -> bool:
        """The title of a work inside the attribution itself: she said on "Morning Harbour"."""
        low, opening = self.gap_before(index)
        if self.shapes[index] != "name" or not low <= attribution.cue.start < opening:
            return False
        return not self.text[low:opening].rstrip().endswith(_ANNOUNCING)
