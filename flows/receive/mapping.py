"""Which keys of a record, or columns of a table, hold the headline, the text and the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, unquote

from flows.errors import WrongUsage
from flows.receive.naming import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

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

    headline: tuple[str, ...] = _keys(
        "headline", "title", "article_title", "headline_main", "hl", "hl1", "标题"
    )
    published: tuple[str, ...] = _keys(
        "published",
        "published_at",
        "date_published",
        "published_date",
        "publication_date",
        "publishing_date",
        "publish_date",
        "date_publish",
        "pub_date",
        "date_time",
        "date",
        "datetime",
        "date_created",
        "date_cleaned",
        "submission_date",
        "timestamp",
        "日期",
    )
    published_time: tuple[str, ...] = _keys("published_time", "submission_time", "publish_time")
    updated: tuple[str, ...] = _keys(
        "updated", "updated_at", "date_modified", "date_modify", "modified", "last_modified"
    )
    byline: tuple[str, ...] = _keys(
        "byline", "author", "authors", "creator", "dc_creator", "writer", "article_author", "作者"
    )
    editors: tuple[str, ...] = _keys("editors", "editor", "web_editor")
    outlet: tuple[str, ...] = _keys(
        "outlet",
        "publisher",
        "source",
        "site_name",
        "source_name",
        "source_domain",
        "publication",
        "newspaper",
        "domain",
        "来源",
    )
    language: tuple[str, ...] = _keys("language", "lang", "in_language")
    url: tuple[str, ...] = _keys("url", "link", "source_url", "canonical_url", "web_url")
    text: tuple[str, ...] = _keys(
        "text",
        "body",
        "article_body",
        "content_original",
        "maintext",
        "body_text",
        "full_text",
        "fulltext",
        "plain_text",
        "article_text",
        "content",
        "article",
        "story",
        "正文",
        "内容",
    )

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

    def in_media_type(self, kind: str) -> str:
        """The mapping as parameters of a media type, so that a record says how it is read."""
        standard = type(self)()
        parameters = (
            f"{name}={_quoted(getattr(self, name))}"
            for name in self.names()
            if getattr(self, name) != getattr(standard, name)
        )
        return "; ".join((kind, *parameters))

    @property
    def media_type(self) -> str:
        """The media type of a record in JSON that is read by this mapping."""
        return self.in_media_type(NDJSON)

    def field_of(self, names: Iterable[str]) -> dict[str, str]:
        """Which of `names` holds which field: as written, else without case and punctuation.

        >>> FieldMapping().field_of(["Article Title", "Article Body", "Size"])
        {'headline': 'Article Title', 'text': 'Article Body'}
        """
        given = {plain_key(name): name for name in names if isinstance(name, str)}
        found = {}
        for field_ in self.names():
            keys: tuple[str, ...] = getattr(self, field_)
            name = next((given[plain] for plain in map(plain_key, keys) if plain in given), None)
            if name is not None:
                found[field_] = name
        return found

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


@lru_cache(4096)
def plain_key(name: str) -> str:
    """A key without case and punctuation, as which `Article Title` and article_title are one."""
    return "".join(filter(str.isalnum, name.casefold())) or name


def _quoted(keys: tuple[str, ...]) -> str:
    return ",".join(quote(key, safe="", errors="surrogateescape") for key in keys)
