"""A file to its raw documents: one of a text, one of each record, those of an archive's members."""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.receive.archives import Member, Names
from flows.receive.documents import Limits, RawDocument, Rejection, SourceFile, located, rejection
from flows.receive.mapping import FieldMapping
from flows.receive.media import OCTETS, media_type_of, unsupported
from flows.receive.naming import Shape, is_hidden, origin_of, place, shape_of
from flows.receive.parts import parts_of
from flows.receive.remote import is_remote, open_remote
from flows.receive.streams import (
    Broken,
    Kept,
    MemberBroken,
    Meter,
    Readable,
    Unpacked,
    buffered,
    codec_named,
    keep,
)
from flows.receive.tars import tar_members
from flows.receive.zips import zip_members

if TYPE_CHECKING:
    from collections.abc import Iterator


def documents(
    file: SourceFile, limits: Limits | None = None, mapping: FieldMapping | None = None
) -> Iterator[RawDocument]:
    """Yield the documents in a file, one at a time, holding no more than the largest of them.

    Whatever is wrong with the content is a document with a `problem`; nothing is left out but
    blank lines of records and a system's hidden files. Raises OSError where it cannot be read.
    """
    limits, shape = limits or Limits(), shape_of(file.path.name)
    with _open(file, limits) as stream:
        meter = Meter(os.fstat(stream.fileno()).st_size, limits)
        reader = _Reader(origin_of(file.uri), limits, mapping or FieldMapping(), meter)
        try:
            yield from reader.read(stream, shape)
        except Broken as broken:
            stream.seek(0)
            yield reader.document(None, stream, media_type_of(shape), broken.rejection)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file; the meter counts what all of it unpacks to."""

    uri: str
    limits: Limits
    mapping: FieldMapping
    meter: Meter

    def read(self, stream: io.BufferedReader, shape: Shape) -> Iterator[RawDocument]:
        if stream.peek(1) == b"" and shape.kind != "other":
            raise Broken("document.empty", "the file is empty; fetch it again")
        if shape.is_archive:
            yield from self._archive(stream, shape)
        elif shape.packing and shape.kind != "other":
            unpacked = Unpacked(stream, codec_named(shape.packing))
            yield from self._content(None, buffered(unpacked, self.meter), shape)
        else:
            yield from self._content(None, stream, shape)

    def document(
        self, member: str | None, stream: Readable, media_type: str, problem: Rejection | None
    ) -> RawDocument:
        """Read `stream` to its end as one document."""
        return self._kept(member, keep(stream, self.limits.kept_bytes), media_type, problem)

    def _kept(
        self, member: str | None, kept: Kept, media_type: str, problem: Rejection | None
    ) -> RawDocument:
        if problem is None and kept.byte_count > self.limits.document_bytes:
            problem = self._too_large(kept.byte_count)
        if problem is not None:
            problem = located(place(self.uri, member), problem)
        return RawDocument(self.uri, member, kept.content, media_type, kept.sha256, problem)

    def _too_large(self, byte_count: int) -> Rejection:
        message = (
            f"{byte_count:,} bytes, more than the {self.limits.document_bytes:,} of a document"
        )
        if byte_count > self.limits.kept_bytes:
            message += ", and too many to be kept"
        return rejection("document.size", f"{message}; split it or raise the limit")

    def _archive(self, stream: io.BufferedReader, shape: Shape) -> Iterator[RawDocument]:
        members = zip_members if shape.kind == "zip" else tar_members
        names, is_bare = Names(), True
        for member in members(stream, self.meter, self.limits):
            if not is_hidden(member.name):
                is_bare = False
                yield from self._member(names.unique(member.name), member)
        if is_bare:
            raise Broken("document.empty", "the archive holds no documents; pack it again")

    def _member(self, name: str, member: Member) -> Iterator[RawDocument]:
        shape = shape_of(member.name)
        try:
            if member.problem is not None:
                media_type = member.media_type or media_type_of(shape)
                yield self.document(name, member.stream, media_type, member.problem)
            elif shape.packing and shape.kind != "other":
                yield from self._packed(name, member.stream, shape)
            else:
                yield from self._content(name, member.stream, shape)
        except MemberBroken as broken:
            if member.packed is None:
                raise
            yield self.document(name, member.packed(), OCTETS, broken.rejection)

    def _packed(self, name: str, stream: Readable, shape: Shape) -> Iterator[RawDocument]:
        """Unpack a packed member; where that fails it is set aside as it came."""
        packed = keep(stream, self.limits.kept_bytes)
        if packed.byte_count > self.limits.kept_bytes:
            yield self._kept(name, packed, media_type_of(shape), None)
            return
        unpacked = Unpacked(io.BytesIO(packed.content), codec_named(shape.packing))
        try:
            yield from self._content(name, buffered(unpacked, self.meter), shape)
        except Broken as broken:
            if broken.rejection.rules == ("archive.bomb",):
                raise
            yield self._kept(name, packed, media_type_of(shape), broken.rejection)

    def _content(
        self, name: str | None, stream: io.BufferedReader, shape: Shape
    ) -> Iterator[RawDocument]:
        unread = unsupported(shape)
        if unread is not None:
            yield self.document(name, stream, media_type_of(shape), unread)
            return
        for part in parts_of(stream, shape.kind, self.mapping, self.limits):
            member = name
            if part.label:
                member = part.label if name is None else f"{name}, {part.label}"
            yield self._kept(member, part.kept, part.media_type, part.problem)


def _open(file: SourceFile, limits: Limits) -> io.BufferedReader:
    """Open a regular file, without waiting where a pipe has taken its name since the scan."""
    if is_remote(file.uri):
        return open_remote(file.uri, limits.archive_bytes)
    path = file.path
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    stream = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, "not a regular file any more", str(path))
    return stream
