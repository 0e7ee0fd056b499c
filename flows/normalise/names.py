"""Names of authors, editors and contributors out of printed bylines and credits.

Better no name than a wrong one: what is not shaped like a name is left as printed, so that the
contract can set the row aside instead of a reader taking it for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.normalise.outlets import outlet_named

_LEAD_IN = re.compile(
    r"(?i)^(?:(?:(?:story|written|report(?:ed|ing)?|text|words|additional reporting|"
    r"further reporting|with reporting|compiled|posted|submitted)\s+)?by\s*:?(?:\s+|$))+"
    r"|^(?:本报|新华社)?(?:记者|作者|编辑|通讯员)\s*[:：]?\s*"
)
_INNER_LEAD = re.compile(
    r"^(?:(?:and|with|by)\b:?\s*)*(?:(?i:(?:additional |further )?(?:reporting|writing|editing) by)"
    r"\b:?\s*)?"
)
"""What stands before a name inside a list; `and` in lower case only, as names have capitals."""
_JOINT = re.compile(
    r"(?i)\s*(?:,\s*(?:and|&)\s+|\s(?:and|&)(?:\s+|$)|[,;、，；]|\s\|\s)\s*"
    r"|(?<=\w\w)\s?/\s?(?=\w\w)|(?<=[\u4e00-\u9fff]{2})\s(?=[\u4e00-\u9fff]{2})"
)
_PLACE = re.compile(r"\s+in\s+[A-Z].*$")
_MORE_OF_A_PLACE = re.compile(r"\S+|(?:New|North|South|West|Rhode|Hong|Los|San|Las|St\.?) \S+")
"""What follows `A in Port Almery,` and is no name: a state, a second city."""
_IN_BRACKETS = re.compile(r"\s\(([^()]+)\)?$")
_ROLE = re.compile(
    r"(?i)^the\b|\b(?:correspondents?|editors?|reporters?|writers?|columnist|analyst|staff|chief|"
    r"bureau[sx]?|contributors?|special to|commentary|analysis|desks?|photographers?|team|agencies|"
    r"newsrooms?|television|reporting|writing|editing)\b"
)
_TAIL = re.compile(r"(?i)\s+-+\s+(?:analysis|commentary|opinion|factbox|explainer).*$")
_PARTICLE = re.compile(
    r"(?i)de|del|della|der|den|di|da|dos|du|la|le|van|von|ten|ter|bin|ibn|al|el|y|e"
)
_SUFFIX = re.compile(r"(?i)(?:jr|sr|ii|iii|iv|ph\.?d|md)\.?")


@dataclass(frozen=True, slots=True)
class Byline:
    """The people and the agencies of a byline, each in the order printed."""

    people: tuple[str, ...]
    agencies: tuple[str, ...]


def parse_byline(raw: str) -> Byline:
    """Split a byline into people and agencies; roles, places and addresses are dropped.

    Only a lead-in at the very start goes, so that "Abby" survives.

    >>> parse_byline("By Abby Goodwyn, Tom Kapp and Rob Pearl | AP")
    Byline(people=('Abby Goodwyn', 'Tom Kapp', 'Rob Pearl'), agencies=('ap',))
    >>> parse_byline("ANN DeWITT, Chief Correspondent - Analysis").people
    ('Ann DeWitt',)
    """
    # An address parts two names; neither can be inside it.
    words = ("," if "@" in word[1:-1] else word for word in raw.split())
    written = _LEAD_IN.sub("", _TAIL.sub("", " ".join(words)))
    people: dict[str, None] = {}
    agencies: dict[str, None] = {}
    for part in _parts(written):
        agency = outlet_named(part)
        if agency is not None:
            agencies[agency.outlet_id] = None
        elif not _ROLE.search(part):
            people[_cased(part)] = None
    return Byline(tuple(people), tuple(agencies))


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
    r"(?:xinhua\s+)?(?:reporters?|writers?|correspondents?))"
    r"(?:\s+by)?\s+"
)
_CREDIT_END = re.compile(
    r"(?i),?\s+(?:also\s+)?contributed(?:\s+to\s+(?:this|the)\s+(?:story|report|article))?\.?$"
)


def _parts(written: str) -> list[str]:
    """What stands between the joints of a list of names, places left out."""
    found: list[str] = []
    after_place = after_suffix = False
    for part in _JOINT.split(written):
        name = _bare(_PLACE.sub("", part))
        suffixed, after_suffix = after_suffix, bool(_SUFFIX.fullmatch(name))
        if found and after_suffix and not suffixed:
            found[-1] += f" {name}." if name.casefold() in ("jr", "sr") else f" {name}"
        elif name and not (after_place and _MORE_OF_A_PLACE.fullmatch(name)):
            found += _with_agency(name)
            after_place = _PLACE.search(part) is not None
    return found


def _with_agency(name: str) -> list[str]:
    """A name, and the agency that stands in brackets after it."""
    found = _IN_BRACKETS.search(name)
    if found is None or outlet_named(found.group(1)) is None:
        return [name]
    return [name[: found.start()], found.group(1)]


def _bare(name: str) -> str:
    """A name without brackets that its list stood in, and without the stop of a sentence."""
    bare = _INNER_LEAD.sub("", name.strip().lstrip("([ "))
    if "(" not in bare:
        bare = bare.rstrip(")] ")
    return bare if re.search(r"\b[A-Z]\.$", bare) else bare.rstrip(". ")


def _cased(name: str) -> str:
    """A name in capitals as people write it; one that is cased already stays as it is.

    >>> [_cased(name) for name in ("JAN VAN DER BERG", "ANN O'DAY-McKAY", "Xi Jinping", "EFE")]
    ['Jan van der Berg', "Ann O'Day-McKay", 'Xi Jinping', 'EFE']
    """
    words = name.split(" ")
    if len(words) < 2 or not all(_in_capitals(word) for word in words):
        return name
    return " ".join(_cased_word(word, first=not at) for at, word in enumerate(words))


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
