"""Marks, cues, roles and speakers: who said what, to the code point."""

from flows.quotes.find import find_quotations
from flows.quotes.quotation import Kind, Quotation, Resolution, SpeakerKind

__all__ = ["Kind", "Quotation", "Resolution", "SpeakerKind", "find_quotations"]
