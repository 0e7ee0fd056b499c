"""One decoded document as an article: the stages parse and normalise, one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from flows.batch.identity import PARAGRAPH_BREAK, article_id_of, sha256_of_text, word_count_of
from flows.batch.laying import laid_out
from flows.normalise.clean import one_line, unbroken
from flows.normalise.dates import (
    DAY_FIRST,
    Evidence,
    NoStamp,
    Stamp,
    read_day,
    read_stamp,
)
from flows.normalise.labels import parted_lines
from flows.normalise.language import language_of
from flows.normalise.marks import Marked, straighten
from flows.normalise.names import Byline, parse_byline, parse_credit, reporters
from flows.normalise.outlets import UNKNOWN, Outlet, outlet_id_of, outlet_of_url, outlets
from flows.normalise.text import Text, joined
from flows.parse.layout import Layout, Span
from flows.parse.starts import starts
from flows.parse.subheads import Subhead, subhead_spans
from flows.receive.documents import Decoded, Rejection

_DAY_IN_NAME = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12][0-9]|3[01])(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Article:
    """An article with everything its header, body and footer say, before its quotations are found.

    `headline` and `text` carry their marks and the way back to the decoded raw document.
    """

    article_id: str
    outlet_id: str
    agency_id: str | None
    headline: Marked
    text: Marked
    subheads: tuple[Subhead, ...]
    captions: tuple[str, ...]
    stamp: Stamp | None
    published_raw: str | None
    updated_at: datetime | None
    dateline_place: str | None
    dateline_date: date | None
    dateline_raw: str | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    contributors: tuple[str, ...]
    byline_raw: str | None
    language: str
    language_confidence: float
    word_count: int
    profile: str
    is_correction: bool
    removed: Mapping[str, int]
    date_problem: str | None
    is_glued: bool

    @property
    def published_date(self) -> date | None:
        """The day as printed."""
        return self.stamp.local.date() if self.stamp else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about it, as codes that the report counts."""
        glued = ("text.glued",) if self.is_glued else ()
        return (*glued, f"published_date.{self.date_problem}") if self.date_problem else glued

    @property
    def text_sha256(self) -> str:
        """What tells two versions of a story apart: headline and text, nothing around them."""
        return sha256_of_text(self.headline.text.value + PARAGRAPH_BREAK + self.text.text.value)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is no article, with the profile that might have made one of it, if any."""

    rejection: Rejection
    profile: str | None


def read_article(decoded: Decoded, name: str = "") -> Article | Unreadable:
    """The article that a decoded document holds, or the rule that says why it holds none.

    `name` is the document's address or file: evidence for its title and for its days, never a
    source of them.
    """
    text, layout = laid_out(decoded, name)
    if layout is None:
        return Unreadable(
            Rejection(
                "parse",
                ("headline.required",),
                "no headline: no profile finds one above the first paragraph; "
                "add a title line, or a profile for this outlet's layout",
            ),
            None,
        )
    missing = _missing(layout)
    if missing is not None:
        # A page that was foreseen to be set aside says nothing against the profile that knows it.
        return Unreadable(missing, None if layout.profile.untitled else layout.profile.name)
    glued = not decoded.fields and bool(starts(decoded.text))
    return _Reader(text, layout, name, glued=glued).article()


def _missing(layout: Layout) -> Rejection | None:
    if layout.first("headline") is None:
        return Rejection(
            "parse",
            ("headline.required",),
            f"no headline: the header is that of {layout.profile.name} and its title is empty",
        )
    if not layout.paragraphs:
        return Rejection(
            "parse",
            ("text.required",),
            f"a headline without a body, as profile {layout.profile.name} reads it",
        )
    return None


class _Reader:
    """Interprets the fields of one layout; made for one article and then dropped."""

    def __init__(self, text: Text, layout: Layout, name: str, *, glued: bool) -> None:
        self.is_glued = glued
        self.text = text
        self.layout = layout
        self.name = name
        self.date_problem: str | None = None
        self.language = ""

    def article(self) -> Article | Unreadable:
        headline = self._straight(self.layout.first("headline"))
        body = self._body()
        outlet_id = self._outlet_id()
        outlet = outlets().get(outlet_id)
        self.language, confidence = language_of(body.text.value)
        stamp = self._stamp(outlet)
        if isinstance(stamp, Rejection):
            return Unreadable(stamp, self.layout.profile.name)
        day = stamp.local.date() if stamp else None
        byline, contributors = self._people()
        dateline_day = self._raw("dateline_date")
        return Article(
            article_id=article_id_of(outlet_id, day, headline.text.value, body.text.value),
            outlet_id=outlet_id,
            agency_id=self._agency_id(outlet_id, byline),
            headline=headline,
            text=body,
            subheads=subhead_spans(body.text.value, self.layout.subheads),
            captions=tuple(self._straight(span).text.value for span in self.layout.captions),
            stamp=stamp,
            published_raw=self._raw("published") or self._raw("page_date"),
            updated_at=self._updated_at(outlet),
            dateline_place=self._raw("dateline_place"),
            dateline_date=read_day(dateline_day, day) if dateline_day else None,
            dateline_raw=self._raw("dateline"),
            authors=byline.people,
            editors=self._editors(),
            contributors=contributors,
            byline_raw=self._raw("byline"),
            language=self.language,
            language_confidence=confidence,
            word_count=word_count_of(body.text.value),
            profile=self.layout.profile.name,
            is_correction=self.layout.is_correction,
            removed=self.layout.removed,
            date_problem=self.date_problem,
            is_glued=self.is_glued,
        )

    def _straight(self, span: Span | None) -> Marked:
        assert span is not None
        return straighten(one_line(self.text.slice(*span)))

    def _body(self) -> Marked:
        paragraphs = [one_line(unbroken(self.text.slice(*span))) for span in self.layout.paragraphs]
        return straighten(joined(paragraphs, PARAGRAPH_BREAK))

    def _raw(self, field: str) -> str | None:
        span = self.layout.first(field)
        return self.text.value[slice(*span)].replace("\n", " ") if span else None

    def _all_raw(self, field: str) -> list[str]:
        spans = self.layout.fields.get(field, ())
        return [self.text.value[slice(*span)].replace("\n", " ") for span in spans]

    def _outlet_id(self) -> str:
        """The outlet that is stated, else the profile's, else that of the page's address."""
        stated = self._raw("outlet")
        if stated:
            return outlet_id_of(stated)
        if self.layout.profile.outlet != UNKNOWN:
            return self.layout.profile.outlet
        return outlet_of_url(self._raw("url") or "") or UNKNOWN

    def _order(self, outlet: Outlet | None) -> str | None:
        """Whether day or month comes first: as the outlet writes, else as its language does."""
        if outlet is not None and (outlet.date_order or outlet.country is not None):
            return outlet.date_order
        return "dmy" if self.language in DAY_FIRST else None

    def _stamp(self, outlet: Outlet | None) -> Stamp | Rejection | None:
        """The first printed day that can be read; a day that does not exist is a rejection."""
        for field in ("published", "page_date"):
            raw = parted_lines(self._all_raw(field))[0]
            if raw is None:
                continue
            stamp = self._read(raw, field, outlet)
            if isinstance(stamp, Stamp):
                self.date_problem = None
                return stamp
            self.date_problem = self.date_problem or stamp.reason
            if stamp.reason == "impossible":
                return Rejection(
                    "normalise",
                    ("published_date.impossible",),
                    f"the printed date {raw!r} is no day of the calendar",
                )
        return None

    def _updated_at(self, outlet: Outlet | None) -> datetime | None:
        raw = self._raw("updated") or parted_lines(self._all_raw("published"))[1]
        if raw is None:
            return None
        stamp = self._read(raw, "updated", outlet)
        return stamp.instant if isinstance(stamp, Stamp) else None

    def _read(self, raw: str | None, field: str, outlet: Outlet | None) -> Stamp | NoStamp:
        return read_stamp(
            raw or "",
            self.layout.profile.date_formats.get(field, ()),
            stated_zone=self._raw("zone"),
            outlet_zone=outlet.timezone if outlet else None,
            evidence=Evidence(self._order(outlet), self._other_days()),
        )

    def _other_days(self) -> frozenset[date]:
        """Days that the name of the file, the address or the page name, year first."""
        found = set()
        names = (self.name, self._raw("url") or "", self._raw("page_date") or "")
        for year, month, day in _DAY_IN_NAME.findall(" ".join(names)):
            with suppress(ValueError):
                found.add(date(int(year), int(month), int(day)))
        return frozenset(found)

    def _people(self) -> tuple[Byline, tuple[str, ...]]:
        """Authors by the byline, or by the reporting credit where there is none; contributors."""
        byline = parse_byline(" and ".join(self._all_raw("byline")))
        credit_lines = self._all_raw("contributors")
        people = byline.people
        if not people:
            people = tuple(name for credit in credit_lines for name in reporters(credit))
            people = tuple(dict.fromkeys(people))
        others = [name for credit in credit_lines for name in parse_credit(credit)]
        for field in ("photographers", "translators"):
            others += [name for raw in self._all_raw(field) for name in parse_byline(raw).people]
        named = dict.fromkeys((*others, *byline.contributors))
        authors = replace(byline, people=people)
        return authors, tuple(name for name in named if name not in people)

    def _editors(self) -> tuple[str, ...]:
        named = [
            name
            for raw in self._all_raw("editors")
            for name in parse_byline(raw, single=True).people
        ]
        for raw in self._all_raw("byline"):
            named += parse_byline(raw).editors
        return tuple(dict.fromkeys(named))

    def _agency_id(self, outlet_id: str, byline: Byline) -> str | None:
        """The first agency named; an outlet that is no agency does not supply itself."""
        stated = [outlet_id_of(raw) for raw in self._all_raw("agency")]
        for agency in (*stated, *byline.agencies):
            known = outlets().get(agency)
            if agency == UNKNOWN or (agency == outlet_id and known and known.kind != "agency"):
                continue
            return agency
        return None
