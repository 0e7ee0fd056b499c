"""One decoded document as an article: the stages parse and normalise, one after the other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from urllib.parse import unquote

from flows.normalise.clean import clean, one_line, unbroken
from flows.normalise.dates import Evidence, NoStamp, Stamp, parted, read_day, read_stamp
from flows.normalise.language import language_of
from flows.normalise.marks import Marked, straighten
from flows.normalise.names import Byline, parse_byline, parse_credit, reporters
from flows.normalise.outlets import UNKNOWN, Outlet, outlet_id_of, outlet_of_url, outlets
from flows.normalise.text import Text, joined
from flows.parse.fit import fit, fit_record, fit_text
from flows.parse.layout import Layout, Span
from flows.parse.profile import Profile, profiles
from flows.receive.documents import Decoded, Rejection

PARAGRAPH_BREAK = "\n\n"
_DAY_IN_NAME = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12][0-9]|3[01])(?![0-9])"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Characters of scripts that put no blank between words."""


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

    @property
    def published_date(self) -> date | None:
        """The day as printed."""
        return self.stamp.local.date() if self.stamp else None

    @property
    def text_sha256(self) -> str:
        """What tells two versions of a story apart: headline and text, nothing around them."""
        return _sha256(self.headline.text.value + PARAGRAPH_BREAK + self.text.text.value)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is no article, with the profile that came nearest, if any."""

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
        return Unreadable(missing, layout.profile.name)
    return _Reader(text, layout, name).article()


def laid_out(decoded: Decoded, name: str = "") -> tuple[Text, Layout | None]:
    """The cleaned text of a document and its layout, None where no profile fits."""
    if "text" not in decoded.fields:
        text = clean(decoded.text)
        return text, fit(text.value, profiles(), unquote(name))
    text, given = _record_text(decoded)
    if "text" not in given:
        return text, None
    if "headline" in given:
        return text, fit_record(text.value, given, _record_profile())
    return text, fit_text(text.value, given, profiles(), unquote(name))


def _record_text(decoded: Decoded) -> tuple[Text, dict[str, Span]]:
    """The fields of a record, each cleaned on its own, as one text."""
    pieces: list[Text] = []
    given: dict[str, Span] = {}
    at = 0
    for name, (start, end) in sorted(decoded.fields.items(), key=lambda field: field[1]):
        piece = clean(decoded.text[start:end], start)
        if not piece.value:
            continue
        if name != "text":
            piece = one_line(piece)
        given[name] = at, at + len(piece)
        at += len(piece) + len(PARAGRAPH_BREAK)
        pieces.append(piece)
    return (joined(pieces, PARAGRAPH_BREAK) if pieces else Text("")), given


@cache
def _record_profile() -> Profile:
    return next(profile for profile in profiles() if profile.records)


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

    def __init__(self, text: Text, layout: Layout, name: str) -> None:
        self.text = text
        self.layout = layout
        self.name = name
        self.date_problem: str | None = None

    def article(self) -> Article | Unreadable:
        headline = self._straight(self.layout.first("headline"))
        body = self._body()
        outlet_id = self._outlet_id()
        outlet = outlets().get(outlet_id)
        stamp = self._stamp(outlet)
        if isinstance(stamp, Rejection):
            return Unreadable(stamp, self.layout.profile.name)
        day = stamp.local.date() if stamp else None
        byline, contributors = self._people()
        language, confidence = language_of(body.text.value)
        dateline_day = self._raw("dateline_date")
        return Article(
            article_id=_article_id(outlet_id, day, headline.text.value, body.text.value),
            outlet_id=outlet_id,
            agency_id=self._agency_id(outlet_id, byline),
            headline=headline,
            text=body,
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
            language=language,
            language_confidence=confidence,
            word_count=_word_count(body.text.value),
            profile=self.layout.profile.name,
            is_correction=self.layout.is_correction,
            removed=self.layout.removed,
            date_problem=self.date_problem,
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

    def _stamp(self, outlet: Outlet | None) -> Stamp | Rejection | None:
        """The first printed day that can be read; a day that does not exist is a rejection."""
        for field in ("published", "page_date"):
            raw = self._raw(field)
            if raw is None:
                continue
            stamp = self._read(parted(raw)[0], field, outlet)
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
        raw = self._raw("updated") or parted(self._raw("published") or "")[1]
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
            evidence=Evidence(outlet.date_order if outlet else None, self._other_days()),
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


def _word_count(text: str) -> int:
    """Words between blanks; in Chinese and Japanese each character counts as one.

    >>> _word_count("Port Almery (pop. 12,000) votes"), _word_count("港口关闭 today")
    (5, 5)
    """
    if text.isascii() or not _UNSPACED.search(text):
        return len(text.split())
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return unspaced + len(spaced.split())


def _article_id(outlet_id: str, day: date | None, headline: str, text: str) -> str:
    """One id for all versions of a story.

    Without an outlet or a day the headline alone would merge strangers ("Markets close higher"),
    so the first paragraph then belongs to the id as well.
    """
    parts = [outlet_id, day.isoformat() if day else "", _key(headline)]
    if day is None or outlet_id == UNKNOWN:
        parts.append(_key(text.partition(PARAGRAPH_BREAK)[0]))
    return _sha256("\n".join(parts))[:16]


def _key(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
