"""Which keys of a JSON record hold the headline, the text and the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Self
from urllib.parse import quote, unquote

from flows.errors import WrongUsage
from flows.receive.naming import shown

NDJSON = "application/x-ndjson"


class MappingUnusable(WrongUsage):
    """A field mapping named on the call does not say which key holds what."""

    def __init__(self, what: str) -> None:
        known = ", ".join(FieldMapping.names())
        super().__init__(
            f"the field mapping is off: {what}",
            remedy=f'write it as "headline=title,text=body"; the fields are {known}',
        )


def _keys(*keys: str) -> tuple[str, ...]:
    default: tuple[str, ...] = field(default=keys)
    return default


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """For each field the keys to look under, the first one present being taken.

    The order of the fields is the order in which a record's text is put together, the body last.
    """

    headline: tuple[str, ...] = _keys("headline", "title")
    published: tuple[str, ...] = _keys("published", "published_at", "date", "datePublished")
    byline: tuple[str, ...] = _keys("byline", "author", "authors")
    outlet: tuple[str, ...] = _keys("outlet", "source", "publisher")
    language: tuple[str, ...] = _keys("language", "lang")
    url: tuple[str, ...] = _keys(
        "url",
    )
    text: tuple[str, ...] = _keys("text", "body", "content", "article")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the fields, in the order of assembly."""
        return tuple(each.name for each in fields(cls))

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read "headline=title,text=body"; a field not named keeps its obvious keys.

        Raises MappingUnusable.

        >>> FieldMapping.parse("text=story").text
        ('story',)
        """
        chosen: dict[str, tuple[str, ...]] = {}
        for part in filter(None, (part.strip() for part in written.split(","))):
            name, equals, key = (piece.strip() for piece in part.partition("="))
            if equals == "" or key == "":
                raise MappingUnusable(f'"{shown(part)}" names no key')
            if name not in cls.names():
                raise MappingUnusable(f'there is no field "{shown(name)}"')
            if name in chosen:
                raise MappingUnusable(f'the field "{name}" is named twice')
            chosen[name] = (key,)
        return cls(**chosen)

    @property
    def media_type(self) -> str:
        """The mapping as parameters of a media type, so that a record says how it is read."""
        parameters = (f"{name}={_quoted(getattr(self, name))}" for name in self.names())
        return "; ".join((NDJSON, *parameters))

    @classmethod
    def of_media_type(cls, media_type: str) -> Self:
        """Return the mapping that `media_type` was made from.

        >>> FieldMapping.of_media_type(FieldMapping().media_type) == FieldMapping()
        True
        """
        found: dict[str, tuple[str, ...]] = {}
        for parameter in media_type.split("; ")[1:]:
            name, _, value = parameter.partition("=")
            if name in cls.names():
                found[name] = tuple(
                    unquote(key, errors="surrogateescape") for key in value.split(",")
                )
        return cls(**found)


def _quoted(keys: tuple[str, ...]) -> str:
    return ",".join(quote(key, safe="", errors="surrogateescape") for key in keys)
