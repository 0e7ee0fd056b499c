"""Names of authors, editors and contributors out of printed bylines and credits.

Better no name than a wrong one: what is not shaped like a person's name is left out, and the
byline itself is kept as printed beside the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.normalise.outlets import outlet_named
from flows.normalise.people import is_name, without_role

_LEAD_IN = re.compile(
    r"(?i)^(?:(?:(?:story|written|report(?:ed|ing)?|text|words|additional reporting|"
    r"further reporting|with reporting|compiled|posted|submitted|article)\s+)?by\s*:?(?:\s+|$))+"
    r"|^(?:von|par|por)\s+(?=\S)|^(?:words|authors?|writers?|reporters?):\s*"
    r"|^(?:本报|新华社|本网|本刊|通讯社|记者|作者|编辑|通讯员|文)+\s*[:：/]?\s*"
)
_GLUED_LEAD = re.compile(r"^[Bb]y(?=[A-Z][A-Za-z]+ [A-Z])")
_ROLE_BEFORE = re.compile(
    r"^(?:[a-z][a-z-]+ ){0,4}(?:reporter|correspondent|editor|writer|columnist)s?\s+(?=[A-Z])"
)
"""By harbour reporter Ann Lee."""
_INNER_LEAD = re.compile(
    r"^(?:(?:and|with|by|und|et|y)\b:?\s*)*(?:(?i:(?:additional |further )?"
    r"(?:reporting|writing|editing|words|story) by)\b:?\s*)?"
)
"""What stands before a name inside a list; `and` in lower case only, as names have capitals."""
_JOINT = re.compile(
    r"(?i)\s*(?:,\s*(?:and|&)\s+|\s(?:and|und|et|&)(?:\s+|$)|[,;、，；•·](?!\w*[\u4e00-\u9fff])|[,、，；]"
    r"|\s\|\s|\s/{1,2}\s)\s*"
    r"|(?<=\w\w)\s?/\s?(?=\w\w)|(?<=[\u4e00-\u9fff]{2})\s(?=[\u4e00-\u9fff]{2})"
)
_PLACE = re.compile(r"\s+(?:in|at|from)\s+[A-Z].*$")
_MORE_OF_A_PLACE = re.compile(r"\S+|(?:New|North|South|West|Rhode|Hong|Los|San|Las|St\.?) \S+")
"""What follows `A in Port Almery,` and is no name: a state, a second city."""
_IN_BRACKETS = re.compile(r"\s\(([^()]+)\)?$")
_FOR_OUTLET = re.compile(r"(?i)\s+(?:(?:special )?(?:to|for)|of|with)\s+(?:the\s+)?(\S.*)$")
_OWNER = re.compile(r"^[A-Z][\w.]*(?: [A-Z][\w.]*){0,3}['’]s\s+(?=[A-Z])")
"""CNN's Ann Lee."""
_TAIL = re.compile(r"(?i)\s*-+\s+(?:analysis|commentary|opinion|factbox|explainer).*$")
_NOTE = re.compile(
    r"(?i)[.,;]?\s*\b(?:follow\s+[^,;]{1,60}\son\s+(?:twitter|facebook|x)|e-?mail\s*(?:at|:)|"
    r"contact\s+[^,;]{1,40}\sat|on twitter\b|twitter:)"
)
_WHO_IS = re.compile(r"\.\s+[A-Z][\w.'’ -]{2,40}\s(?:is|are|was|writes|covers)\s.*$")
_CONTRIBUTED = re.compile(
    r"(?i)\b(?:also\s+)?contributed(?:\s+(?:reporting|research|to\s+(?:this|the)\s+\w+))?\b.*$"
)
_PART = re.compile(
    r"(?i)\b(?:(?P<editors>edited|editing)|(?P<others>translat(?:ed|ion)|photo(?:s|graphs?|graphy)?|"
    r"pictures?|illustrat(?:ed|ions?)|graphics?|video))(?:\s+by\b\s*:?|\s*:)\s*"
    r"|(?P<editors_zh>责任编辑|责编|编辑)\s*[:：]|(?P<others_zh>翻译|编译|摄影|供图|图)\s*[/:：]"
)
_PARTICLE = re.compile(
    r"(?i)de|del|della|der|den|di|da|dos|du|la|le|van|von|ten|ter|bin|ibn|al|el|y|e|zu|zur|af|av"
)
_SUFFIX = re.compile(r"(?i)(?:jr|sr|ii|iii|iv|ph\.?d|md)\.?")
_HOSTILE = re.compile(r"[<>\x00]|^[=+@][\w(]")
"""Markup and formulas are nobody's name, and no slip of a desk."""
_LONGEST = 2_000
"""Code points of a byline that are read; no byline is longer."""


@dataclass(frozen=True, slots=True)
class Byline:
    """The people and the agencies of a byline, each in the order printed.

    `contributors` are those who took pictures, translated or contributed, `editors` who edited.
    """

    people: tuple[str, ...]
    agencies: tuple[str, ...]
    contributors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()


def parse_byline(raw: str, *, single: bool = False) -> Byline:
    """Split a byline into people and agencies; roles, places and addresses are dropped.

    Only a lead-in at the very start goes, so that "Abby" survives. Where it is known that people
    are named, as behind "Editor:", a `single` word may be a name.

    >>> parse_byline("By Abby Goodwyn, Tom Kapp and Rob Pearl | AP").people
    ('Abby Goodwyn', 'Tom Kapp', 'Rob Pearl')
    >>> parse_byline("ANN DeWITT, Chief Correspondent - Analysis").people
    ('Ann DeWitt',)
    >>> parse_byline("Ann Lee. Photos by Bo Ek").contributors
    ('Bo Ek',)
    """
    # An address parts two names; neither can be inside it.
    words = (
        "," if "@" in word[1:-1] or (word.startswith(("@", "http")) and "(" not in word) else word
        for word in raw[:_LONGEST].split()
    )
    written = _WHO_IS.sub("", " ".join(words))
    note = _NOTE.search(written)
    written = written[: note.start()] if note else written
    found: dict[str, dict[str, None]] = {"people": {}, "others": {}, "editors": {}}
    agencies: dict[str, None] = {}
    for kind, piece in _pieces(written):
        for part in _parts(_LEAD_IN.sub("", _GLUED_LEAD.sub("", _TAIL.sub("", piece)))):
            agency = outlet_named(part)
            if agency is not None:
                agencies[agency.outlet_id] = None
            elif _HOSTILE.search(part):
                found[kind][part] = None  # As it is, for the contract to refuse the document.
            elif is_name(part, single=single):
                found[kind][_cased(part)] = None
    people, others, editors = (tuple(found[kind]) for kind in ("people", "others", "editors"))
    return Byline(people, tuple(agencies), others, editors)


def _pieces(written: str) -> Iterator[tuple[str, str]]:
    """The byline cut where it says what the next ones did, and those who contributed."""
    start, kind = 0, "people"
    for match in _PART.finditer(written):
        yield from _contributions(kind, written[start : match.start()].rstrip(" .;|"))
        kind = "editors" if match.group("editors") or match.group("editors_zh") else "others"
        start = match.end()
    yield from _contributions(kind, written[start:])


def _contributions(kind: str, piece: str) -> Iterator[tuple[str, str]]:
    """`A. B and C contributed reporting` has one author: who contributed stands last."""
    match = _CONTRIBUTED.search(piece)
    if match is None:
        yield kind, piece
        return
    before = piece[: match.start()].rstrip()
    cut = max(before.rfind(". "), before.rfind("—"), before.rfind("; "), before.rfind(","))
    if cut >= 0 and "," in before[cut:] and before.count(",") > 1:
        cut = before.find(",")
    yield kind, before[: max(cut, 0)]
    yield "others", before[cut + 1 if cut >= 0 else 0 :]


def parse_credit(raw: str) -> tuple[str, ...]:
    """The people of a credit line: `Reporting by A in B and C; writing by D`.

    >>> parse_credit("Reporting by Ann Lee in Port Almery and Bo Ek; writing by Cy Dorn")
    ('Ann Lee', 'Bo Ek', 'Cy Dorn')
    """
    people: dict[str, None] = {}
    for clause in _clauses(raw):
        named = _CREDIT_END.sub("", _CREDIT_LEAD.sub("", clause))
        for name in parse_byline(named).people:
            people[_PLACE.sub("", name)] = None
    return tuple(name for name in people if name)


def reporters(raw: str) -> tuple[str, ...]:
    """Those whom a credit line names for the reporting itself, additional reporting left out.

    >>> reporters("Reporting by Ann Lee in Port Almery; additional reporting by Bo Ek")
    ('Ann Lee',)
    """
    return tuple(
        name
        for clause in _clauses(raw)
        if _REPORTING.match(clause)
        for name in parse_credit(clause)
    )


_REPORTING = re.compile(r"(?i)reporting by\b")
_CLAUSE = re.compile(
    r"(?i)[;，；]\s*|(?<!additional)(?<!further)(?<!with)(?<!and),?\s+"
    r"(?=(?:and |with )?(?:additional |further )?(?:reporting|writing) by\b)"
)


def _clauses(raw: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE.split(raw)]


_CREDIT_LEAD = re.compile(
    r"(?i)^(?:and\s+)?(?:with\s+)?(?:additional\s+|further\s+)?"
    r"(?:reporting|writing|editing|compiled|assembled|written|edited|interns?|"
    r"(?:(?:the )?[a-z]+(?: [a-z]+){0,3}\s+)?(?:journalists?|reporters?|writers?|correspondents?))"
    r"(?:\s+by)?\s+"
)
_CREDIT_END = re.compile(
    r"(?i),?\s+(?:also\s+)?contributed"
    r"(?:\s+(?:reporting|research|to\s+(?:this|the)\s+(?:story|report|article)))?\.?$"
)


def _parts(written: str) -> list[str]:
    """What stands between the joints of a list of names, places left out."""
    found: list[str] = []
    after_place = after_suffix = False
    for part in _JOINT.split(written):
        if not part:
            continue
        name = _bare(_PLACE.sub("", part))
        suffixed, after_suffix = after_suffix, bool(_SUFFIX.fullmatch(name))
        if found and after_suffix and not suffixed:
            found[-1] += f" {name}." if name.casefold() in ("jr", "sr") else f" {name}"
        elif name and not (after_place and _MORE_OF_A_PLACE.fullmatch(name)):
            found += _with_agency(name)
            after_place = _PLACE.search(part) is not None
    return found


def _with_agency(name: str) -> list[str]:
    """A name, and the agency that stands in brackets or without any after it."""
    if outlet_named(name) is not None:
        return [name]
    name = _ROLE_BEFORE.sub("", _OWNER.sub("", name))
    found = _IN_BRACKETS.search(name) or _FOR_OUTLET.search(name)
    if found is not None:
        return _before_outlet(name, found)
    words = name.split(" ")
    # Ann Lee Associated Press Writer: the longest ending that is an outlet, roles left out.
    for start in range(2, min(len(words), 5)):
        tail = " ".join(words[start:])
        for end in (tail, tail.rpartition(" ")[0]):
            if end and outlet_named(end) is not None and is_name(" ".join(words[:start])):
                return [" ".join(words[:start]), end]
    return [" ".join(without_role(words))]


def _before_outlet(name: str, found: re.Match[str]) -> list[str]:
    """`Ann Lee (X)`, `Ann Lee for X`, `Ann Lee with X`: X may be an outlet, a place or a person."""
    before, other = name[: found.start()], found.group(1)
    if outlet_named(other) is not None:
        return [before, other]
    between = found.group()[: -len(other)].strip().casefold()
    if between.startswith("with"):
        return [before, other]
    if between.startswith("(") or (between != "of" and is_name(_cased(before))):
        return [before]
    return [name]


def _bare(name: str) -> str:
    """A name without brackets that its list stood in, and without the stop of a sentence."""
    bare = _INNER_LEAD.sub("", name.strip().lstrip("([—–- "))
    if "(" not in bare:
        bare = bare.rstrip(")] ")
    return bare if re.search(r"\b[A-Z]\.$|\b[JS]r\.$", bare) else bare.rstrip(".— ")


def _cased(name: str) -> str:
    """A name in capitals as people write it; one that is cased already stays as it is.

    >>> [_cased(name) for name in ("JAN VAN DER BERG", "ANN O'DAY-McKAY", "Xi Jinping", "EFE")]
    ['Jan van der Berg', "Ann O'Day-McKay", 'Xi Jinping', 'EFE']
    """
    words = name.split(" ")
    if len(words) < 2:
        return name
    if all(_in_capitals(word) for word in words):
        return " ".join(_cased_word(word, first=not at) for at, word in enumerate(words))
    # Ann DOBBS, DOBBS Ann: a surname in capitals beside a name that has none.
    return " ".join(_cased_word(word, first=True) if _is_loud(word) else word for word in words)


def _is_loud(word: str) -> bool:
    """Three capitals or more, and no initials: a name, and no abbreviation such as J.R. or III."""
    letters = re.sub(r"[^\w]", "", word)
    return len(letters) > 2 and letters.isupper() and not re.fullmatch(r"(?:[A-Z]\.)+|I{2,3}", word)


def _in_capitals(word: str) -> bool:
    return re.sub(r"\b(?:Mc|Mac|De|Di|Du|La|Le)(?=[A-Z])", "", word).isupper()


def _cased_word(word: str, *, first: bool) -> str:
    if _PARTICLE.fullmatch(word) and not first:
        return word.lower()
    if re.search(r"[a-z]", word):
        return "-".join(_keep_inner_capital(piece) for piece in word.split("-"))
    if re.fullmatch(r"(?:[A-Z]\.)+|I{2,3}|IV", word):
        return word
    cased = re.sub(r"[^\W\d_]+", lambda found: found.group().capitalize(), word)
    return re.sub(r"\bMc([a-z])", lambda found: "Mc" + found.group(1).upper(), cased)


def _keep_inner_capital(piece: str) -> str:
    found = re.match(r"((?:[A-Z]')?)((?:Mc|Mac|De|Di|Du|La|Le)?)(.*)$", piece)
    assert found is not None
    return found.group(1) + found.group(2) + found.group(3).capitalize()
