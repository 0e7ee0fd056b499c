"""Bytes to raw documents: files, archives, records, encodings.

`flows.receive.documents` is the function of that name; the module's types come from here as well.
"""

from __future__ import annotations

from flows.receive.documents import (
    Decoded,
    Limits,
    Listing,
    RawDocument,
    Rejection,
    SourceFile,
    Unread,
)
from flows.receive.encodings import decode
from flows.receive.mapping import FieldMapping, MappingUnusable
from flows.receive.reading import documents
from flows.receive.sources import SourceInLake, SourceNotRegular, check_sources, is_read, scan

__all__ = [
    "Decoded",
    "FieldMapping",
    "Limits",
    "Listing",
    "MappingUnusable",
    "RawDocument",
    "Rejection",
    "SourceFile",
    "SourceInLake",
    "SourceNotRegular",
    "Unread",
    "check_sources",
    "decode",
    "documents",
    "is_read",
    "scan",
]
