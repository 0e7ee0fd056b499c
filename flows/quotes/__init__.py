"""Marks, cues, roles and speakers: who said what, to the code point."""

from flows.quotes.find import find_quotations
from flows.quotes.quotation import Kind, Quotation, Resolution, SpeakerKind
from flows.quotes.story import Passage, Story
from flows.quotes.tagger import Tagger, tagger, version_named

__all__ = [
    "Kind",
    "Passage",
    "Quotation",
    "Resolution",
    "SpeakerKind",
    "Story",
    "Tagger",
    "find_quotations",
    "tagger",
    "version_named",
]
