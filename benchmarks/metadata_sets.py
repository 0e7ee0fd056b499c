"""The sets of real texts that have truth beside them: each document with what is to be read off it.

The truth is as the index or the markup says it; where that is a string of several names it is taken
apart here by the simplest rules that do for its set, and by nothing of the product.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from benchmarks.measure import CORPORA
from flows.receive import FieldMapping, RawDocument, SourceFile, documents
from flows.receive.documents import sha256_of

Truth = str | tuple[str, ...] | None

_MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_REUTERS_PLACE = re.compile(
    r"(?m)^\s*(?:By [^\n]{3,60}? )?([A-Z][A-Z/ .'-]+(?:, [A-Z][a-z]+(?: [A-Z][a-z]+)*)?)"
    r"(?:,? [A-Z][a-z]{2,8}\.? \d+)?,? {0,2}\(Reuters\)"
)
csv.field_size_limit(1 << 24)


def plain(text: str) -> str:
    """Letters and digits in lower case, one blank between words."""
    return " ".join(re.findall(r"\w+", text.replace("_", " "))).casefold()


def _slug(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its truth by field; None or () where there is none.

    `key` makes headlines comparable.
    """

    document: RawDocument
    truth: Mapping[str, Truth]
    key: Callable[[str], str] = plain

    @property
    def name(self) -> str:
        """The file's name, and the place in it."""
        return f"{Path(self.document.source_uri).name} {self.document.member or ''}".strip()


def _files(folder: str, pattern: str = "*") -> Iterator[Path]:
    yield from sorted(path for path in (CORPORA / folder).glob(pattern) if path.is_file())


def _in(path: Path, mapping: FieldMapping | None = None) -> Iterator[RawDocument]:
    yield from documents(SourceFile(path.as_uri(), path.stat().st_size), mapping=mapping)


def _only(path: Path) -> RawDocument:
    return next(iter(_in(path)))


def _aligned(path: Path, count: int) -> Iterator[RawDocument]:
    """So many documents of a file: the last one again where it gives fewer."""
    last = None
    for last in _in(path):
        count -= 1
        yield last
    for _ in range(count if last is not None else 0):
        assert last is not None
        yield last


def _record(name: str, fields: Mapping[str, object]) -> RawDocument:
    line = json.dumps(fields).encode()
    return RawDocument(
        f"file:///{name}.jsonl", "line 1", line, FieldMapping().media_type, sha256_of(line)
    )


def _local(printed: str, form: str) -> datetime:
    return datetime.strptime(printed, form)  # noqa: DTZ007  its zone is looked at afterwards


def _utc(local: datetime, hours: float) -> str:
    return (
        f"{local.replace(tzinfo=timezone(timedelta(hours=hours))).astimezone(UTC):%Y-%m-%d %H:%MZ}"
    )


def _people_en() -> Iterator[Case]:
    with (CORPORA / "people_en/China_Economy.csv").open(encoding="utf-8-sig", newline="") as rows:
        index = {
            (re.findall(r"\d{8,}", row["url"]) or [""])[-1]: row for row in csv.DictReader(rows)
        }
    for path in _files("people_en/assembled_seed_layout"):
        row, raw = index[path.stem], path.read_text("utf-8")
        hour, minute = divmod(int(row["Submission Time"]), 100)
        local = _local(row["Submission Date"], "%Y%m%d").replace(hour=hour, minute=minute)
        place = re.search(
            r"(?m)^([A-Z][A-Z' ]+)(?:, [A-Z][a-z]+)*, [A-Z][a-z]+\.? \d+ \(Xinhua\)", raw
        )
        lines = [line.strip() for line in raw.split("\n")]
        captions = tuple(plain(line) for line in lines if _is_caption(line))
        yield Case(
            _only(path),
            {
                "headline": plain(row["Article Title"]),
                "published": _utc(local, 8),
                "editors": tuple(plain(name) for name in row["Reporter"].split(",")),
                "place": plain(re.split(r", [A-Z][a-z]+\.? \d", place.group())[0])
                if place
                else None,
                "furniture out": (*captions, "xinhua --", "web editor"),
            },
        )


def _is_caption(line: str) -> bool:
    """A short line that ends in a picture's credit: (Agency/Name), (Photo ...), [Photo/Agency]."""
    credit = r"[(\[][^()\[\]]*(?:/[^()\[\]/]+|(?i:photo|file photo|courtesy)[^()\[\]]*)[)\]]$"
    return len(line) < 700 and re.search(credit, line) is not None


def _reuters() -> Iterator[Case]:
    for path in _files("reuters"):
        raw = path.read_text("utf-8", errors="replace")
        header = [line.strip() for line in raw.split("\n")[:4]]
        day = re.search(r"(\w{3}) (\d+), (\d{4}) (\d+):(\d\d)(am|pm) (E[SD]T)", header[2])
        byline = re.sub(r"^-- ?(?:By)?| ?- Analysis$|,[^,]*Correspondent$", "", header[1]).strip()
        place = _REUTERS_PLACE.search(raw)
        yield Case(
            _only(path),
            {
                "headline": plain(header[0][3:]),
                "published": _utc(_twelve(day), -5 if day.group(7) == "EST" else -4)
                if day
                else None,
                "authors": tuple(plain(n) for n in re.split(r"\s+and\s+|,", byline) if n)
                or _reporting(raw),
                "place": plain(place.group(1)) if place else None,
            },
        )


def _reporting(raw: str) -> Truth:
    """Who wrote it where no byline says so: "(Reporting by ...", the first clause."""
    found = re.search(
        r"\((?i:reporting by):? +([^;()]+?)(?: *[;)]|,? +(?:[Ee]dit|[Ww]rit|[Aa]dditional))", raw
    )
    if found is None:
        return ()
    names = re.split(
        r"\s+and\s+|,\s*", re.sub(r"\s+in [A-Z][A-Za-z. ]+?(?=,|$| and )", "", found.group(1))
    )
    rooms = r"(?i)desk|team|newsroom|bureau|correspondent"
    names = [re.sub(r"^(?:and|by|with) | with$", "", name) for name in names]
    return tuple(plain(name) for name in names if " " in name and not re.search(rooms, name))


def _twelve(found: re.Match[str]) -> datetime:
    month, day, year, hour, minute, half = found.groups()[:6]
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0)
    return datetime(int(year), _MONTHS[month.lower()[:3]], int(day), hours, int(minute))  # noqa: DTZ001


def _chinadaily_csv() -> Iterator[Case]:
    path = CORPORA / "chinadaily_csv/sweden.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for document, row in zip(_aligned(path, len(rows)), rows, strict=False):
        pieces = re.split(r"(?<=[.!?]) +", row["text"].replace("\\'", "'"))
        kept = tuple(plain(piece) for piece in pieces[1:-1])
        yield Case(
            document,
            {
                "headline": plain(row["title"].replace("\\'", "'")),
                "published": _utc(_local(row["date_cleaned"], "%Y-%m-%d %H:%M"), 8),
                "authors": _china_daily_authors(row["author"]),
                "body": kept,
            },
        )


def _china_daily_authors(printed: str) -> Truth:
    if re.search(r"(?i)daily|xinhua|\.cn|agencies|edition", printed):
        return ()
    written = printed.encode().decode("unicode_escape").encode("latin-1").decode("utf-8")
    names = re.split(r" and |,", re.sub(r" in [A-Z].*?(?= and |$)", "", written))
    return tuple(plain(name) for name in names if name)


def _sea_china() -> Iterator[Case]:
    for outlet in ("bangkokpost", "inquirer", "jakartaglobe"):
        with (CORPORA / f"sea_china/{outlet}_index.tsv").open(encoding="utf-8", newline="") as rows:
            index = list(csv.DictReader(rows, delimiter="\t"))
        for row in index:
            path = CORPORA / "sea_china" / row["file"]
            raw = path.read_text("utf-8", errors="replace")
            slug = _slug(row["url"].rstrip("/").rpartition("/")[2])
            top = [_slug(line) for line in raw.split("\n")[:6]]
            printed = any(
                slug and (line.startswith(slug) or slug.startswith(line))
                for line in top
                if len(line) > 12
            )
            dated = outlet == "bangkokpost" and "PUBLISHED" in raw
            truth: dict[str, Truth] = {"headline": slug if printed else None}
            if dated:
                # The address of some pages says another title than the page.
                truth = {"headline": slug} if printed else {}
                truth["published"] = row["date"][:10]
            else:
                truth |= {"published": None, "authors": _sea_author(raw)}
            yield Case(_only(path), truth, key=partial(_cut_to, slug))


def _sea_author(raw: str) -> Truth:
    """Some pages name somebody at the top, of whom the index says nothing."""
    return () if re.search(r"(?m)^(?:By |—)", raw) is None else None


def _cut_to(slug: str, printed: str) -> str:
    """An address cuts titles, and leaves small words out: equal where one begins the other."""
    headline = _slug(printed)
    begins = headline.startswith(slug) or slug.startswith(headline)
    return slug if slug and len(headline) > 12 and begins else headline


def _duc() -> Iterator[Case]:
    for path in _files("duc2004_ap_nyt"):
        raw = path.read_text("latin-1")
        if "<DOC>" not in raw:
            yield Case(_only(path), {"headline": None, "published": None, "authors": None})
            continue
        top = re.sub(r"&[A-Z]\w*;", " ", raw.partition("<TEXT>")[0])
        title = re.search(r"<HEADLINE>(.*?)</HEADLINE>", top, re.DOTALL)
        byline = re.search(
            r"(?m)^\s*(?:\([^)]*\)\s*)?B[Yy] +(.+?)\s*$", top.partition("</HEADLINE>")[2]
        )
        names = (
            re.sub(r",? +Associated Press.*|,? +AP .*|The Associated Press", "", byline.group(1))
            if byline
            else ""
        )
        # Where no element is for the title it may be anywhere, and is not scored.
        titled: dict[str, Truth] = {"headline": _duc_title(title, top)} if title else {}
        yield Case(
            _only(path),
            titled
            | {
                "published": _duc_stamp(top),
                "authors": tuple(plain(n) for n in re.split(r" and |, (?!Jr)", names) if n.strip()),
            },
        )


def _duc_title(element: re.Match[str] | None, top: str) -> Truth:
    """The element's, or where it is empty, as Cox sends it, the first line of the notes."""
    if element is None or plain(element.group(1)):
        return plain(element.group(1)) if element else None
    for line in top.partition("</HEADLINE>")[2].split("\n"):
        if line.strip() and not re.match(r"\s*(?:B[Yy] |c\.|\(|Eds?:|EDS:)", line):
            return plain(line)
    return None


def _duc_stamp(top: str) -> Truth:
    iso = re.search(r"<DATE_TIME> (\d{4}-\d\d-\d\d \d\d:\d\d)", top)
    if iso:
        return iso.group(1)
    us = re.search(r"<DATE_TIME> (\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d)", top)
    if us is None:
        return None
    month, day = (
        (us.group(1), us.group(2)) if int(us.group(1)) <= 12 else (us.group(2), us.group(1))
    )
    return f"{us.group(3)}-{month}-{day} {us.group(4)}"


def _gum() -> Iterator[Case]:
    for path in _files("gum_wikinews", "*.xml"):
        opening = path.read_text("utf-8").partition(">")[0]
        values = dict(re.findall(r' (\w+)="([^"]*)"', opening))
        title = values["title"].replace("&apos;", "'").replace("&quot;", '"').replace("&amp;", "&")
        yield Case(
            _only(path),
            {"headline": plain(title), "published": values["dateCreated"], "authors": ()},
        )


def _g5w1h() -> Iterator[Case]:
    for path in _files("g5w1h_json"):
        found = json.loads(path.read_text("utf-8"))
        day = (found["date_publish"] or "").replace("T", " ")[:16]
        yield Case(_only(path), {"headline": plain(found["title"]), "published": day or None})
    for path in _files("g5w1h_text"):
        title = json.loads((CORPORA / "g5w1h_json" / f"{path.stem}.json").read_text("utf-8"))[
            "title"
        ]
        first = path.read_text("utf-8").split("\n")[0]
        yield Case(
            _only(path),
            {"headline": plain(title) if plain(title) == plain(first) else None, "authors": None},
        )


def _polnear() -> Iterator[Case]:
    with (CORPORA / "polnear_metadata.tsv").open(encoding="utf-8", newline="") as rows:
        index = {row["filename"]: row for row in csv.DictReader(rows, delimiter="\t")}
    for part in ("train", "dev"):
        for path in _files(f"polnear/{part}/text", "*.txt"):
            row = index.get(path.stem)
            if row is not None:
                title, first = plain(row["title"]), path.read_text("utf-8").partition("\n")[0]
                # The index has the standfirst behind some of the titles; the text has it not.
                printed = title.startswith(plain(first)) and len(plain(first)) > 12
                yield Case(_only(path), {"headline": plain(first) if printed else title})


def _polnear_authors() -> Iterator[Case]:
    """Raw author strings as a record has them; those of agencies are no authors."""
    with (CORPORA / "polnear_metadata.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            fields = {
                "title": row["title"],
                "date": row["publication_date"],
                "author": row["author"],
                "text": "A.",
            }
            if row["author"] not in ("None", ""):
                truth = {
                    "published": row["publication_date"],
                    "authors": _tsv_authors(row["author"]),
                }
                yield Case(_record(row["filename"], fields), truth)


def _tsv_authors(printed: str) -> Truth:
    written = re.split(
        r"\. (?=Email|Follow|[a-z]+@|[A-Z ]+ is )|,[A-Z][\w ]+ contributed|\. ?$", printed
    )[0]
    if " contributed " in printed:
        written = re.sub(r",[^,]*(?: and [^,]*)? contributed.*", "", printed)
    drop = (
        r"(?i)USA TODAY|@|AP$|AFP|UPI|Reuters|Associated|Times$|Enquirer|Press|Journal|ELECTIONS"
        r"|FiveThirtyEight|^Virgil$|News$|Review$|Post$|Atlantic$|Louisville$|Today$|N\.J\."
    )
    names = re.split(r",? and |\s*,\s*", re.sub(r"^[Bb][Yy] ?", "", written))
    return tuple(plain(name) for name in names if name.strip() and not re.search(drop, name))


def _fundus() -> Iterator[Case]:
    for path in _files("fundus_truth"):
        for version, found in json.loads(path.read_text("utf-8")).items():
            paragraphs = [
                p
                for part in found["body"]["sections"]
                for p in (*part["headline"], *part["paragraphs"])
            ]
            fields = {
                "title": found["title"],
                "date": found["publishing_date"],
                "authors": found.get("authors"),
                "text": paragraphs,
            }
            day = datetime.fromisoformat(found["publishing_date"])
            stated = (
                f"{day.astimezone(UTC):%Y-%m-%d %H:%MZ}" if day.tzinfo else f"{day:%Y-%m-%d %H:%M}"
            )
            people = tuple(plain(n) for n in found.get("authors") or () if _is_person(n))
            yield Case(
                _record(f"{path.stem}-{version}", fields),
                {"headline": plain(found["title"]), "published": stated, "authors": people},
            )


def _is_person(name: str) -> bool:
    """Looked at one by one: agencies, newsrooms, abbreviations and places are none."""
    others = (
        r"(?i)associated press|\bAP\b|\bAFP\b|\bdpa\b|reuters|redaktion|online|\.de\b|news$|team$"
        r"|spiegel|^\w+$|sachsen|भास्कर|staff|t-online"
    )
    return re.search(others, name) is None


def _abp() -> Iterator[Case]:
    for path in _files("abp_json"):
        found = json.loads(path.read_text("utf-8"))
        yield Case(
            _only(path), {"headline": plain(found["title"]), "published": found["date"] or None}
        )


def _geowebnews() -> Iterator[Case]:
    for path in _files("geowebnews", "*.txt"):
        found = re.match(r"TITLE: ?(.*?) ?LINK: ", path.read_text("utf-8"))
        title = re.sub(r" ?\.\.\.$", "", found.group(1)) if found else ""
        yield Case(_only(path), {"headline": plain(title) or None, "authors": None})


def _lgl() -> Iterator[Case]:
    path = CORPORA / "geo_xml/lgl.xml"
    titles = re.findall(r"<title>(.*?)</title>", path.read_text("utf-8"))
    for document, title in zip(_aligned(path, len(titles)), titles, strict=False):
        clean = title.replace("&amp;", "&").replace("&apos;", "'").replace("&quot;", '"')
        yield Case(document, {"headline": plain(clean) or None, "authors": None})


def _bbc() -> Iterator[Case]:
    for path in _files("bbc"):
        raw = path.read_bytes().decode("utf-8", errors="replace")
        yield Case(
            _only(path),
            {"headline": plain(raw.strip().split("\n")[0]), "published": None, "authors": None},
        )


def _bodies() -> Iterator[Case]:
    """Bodies without a title: a headline read off one is invented."""
    for path in _files("horne2017_random"):
        if "titles" not in path.name:
            yield Case(_only(path), {"headline": None, "published": None, "authors": None})


def _sogou() -> Iterator[Case]:
    for path in _files("sogou_zh"):
        yield Case(_only(path), {"published": None, "authors": None})


def _datestrings() -> Iterator[Case]:
    for name in ("cgtn", "chinadaily", "globaltimes"):
        with zipfile.ZipFile(CORPORA / f"datestrings_titles/{name}.zip") as archive:
            for member in archive.namelist():
                lines = archive.read(member).decode("utf-8-sig").splitlines()
                for printed, title in csv.reader(lines):
                    fields = {
                        "title": title or "A title",
                        "date": printed,
                        "source": name,
                        "text": "A body.",
                    }
                    yield Case(_record(member, fields), {"published": _utc(_printed(printed), 8)})


def _printed(raw: str) -> datetime:
    us = re.search(r"(\w{3}) (\d+), (\d{4}) (\d\d):(\d\d) ([AP]M)", raw)
    if us:
        return _twelve(us)
    iso = re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", raw)
    form = "%Y-%m-%d %H:%M" if iso else "%H:%M, %d-%b-%Y"
    return datetime.strptime(iso.group() if iso else raw, form)  # noqa: DTZ007


SETS: dict[str, Callable[[], Iterator[Case]]] = {
    "people_en": _people_en,
    "reuters": _reuters,
    "chinadaily_csv": _chinadaily_csv,
    "sea_china": _sea_china,
    "duc2004_ap_nyt": _duc,
    "gum_wikinews": _gum,
    "g5w1h": _g5w1h,
    "polnear": _polnear,
    "polnear_authors": _polnear_authors,
    "fundus_truth": _fundus,
    "abp_json": _abp,
    "geowebnews": _geowebnews,
    "lgl": _lgl,
    "bbc": _bbc,
    "horne2017_bodies": _bodies,
    "sogou_zh": _sogou,
    "datestrings": _datestrings,
}
