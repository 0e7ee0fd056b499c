"""Who spoke or acted last: what a pronoun or an epithet refers back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from flows.quotes.names_in_text import NamesInText
from flows.quotes.people import Gender, family_name
from flows.quotes.quotation import Span, SpeakerKind
from flows.quotes.resolved import Mention, Resolved, named, unnamed
from flows.quotes.speaker_words import Pronoun, is_name, word_kind
from flows.quotes.speakers import kind_of

_FAR: Final = 2500
"""Code points back to a last speaker whom a pronoun can still mean."""
_NEAR: Final = 700
"""Code points back to a person who only acts, or to a group."""
_SENTENCE: Final = re.compile(r"(?:[.!?][\"'”’)]*\s+|\n\s*)(?=[\"“'‘(]?[A-Z0-9])")
_NO_END: Final = re.compile(r"\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|Lt|No|Co|Prof|[A-Z])\.\s+$")
_PREPOSITION: Final = frozenset(
    ("of", "by", "with", "to", "for", "from", "against", "at", "on", "in", "about", "than", "like",
     "over", "between", "under", "behind", "near", "and", "or", "into", "toward", "towards",
     "including", "upon", "joined", "attacked", "told", "met", "called", "named", "among", "via")
)  # fmt: skip
_CLAUSE: Final = frozenset(
    ("that", "because", "if", "when", "whether", "although", "though", "since")
)
"""A person behind one of these is the subject of a clause."""
_LEAD_IN: Final = re.compile(r"[^,]{0,70},\s*(?:[^,\"“]{0,50}\s)?|(?:[\w.'’&-]+\s+){0,7}")
_SUBJECT_PAIR: Final = re.compile(
    r"(?P<one>[A-Z][\w-]+(?: [A-Z][\w.-]+){0,3}) and "
    r"(?:(?P<whose>(?:his|her) [a-z]+)|(?P<two>[A-Z][\w-]+(?: [A-Z][\w.-]+){0,3}))\b"
)
_PLURAL: Final = re.compile(
    r"(?:The |Some |Many |Several |Other |Most )?((?:[\w'’-]+ ){0,3}?[A-Za-z][a-z]*s)\b"
)


_PLURAL_SAID: Final = re.compile(
    r"\b((?:[a-z-]+ )?[a-z]+s) (?:said|say|told|added|argued|believe|warn)"
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A speaker and where the mention stood."""

    speaker: Resolved
    start: int
    end: int


@dataclass(slots=True)
class Antecedents:
    """The speakers of an article so far, noted in the order of the text."""

    text: str
    names: NamesInText
    spoken: list[Spoken] = field(default_factory=list)
    _genders: dict[str, Gender] = field(default_factory=dict)
    _contents: list[Span] = field(default_factory=list)

    def note(self, speaker: Resolved, mention: Mention) -> None:
        """`speaker` spoke at `mention`."""
        self._contents += mention.content
        if speaker.name is not None:
            self.spoken.append(Spoken(speaker, mention.start, mention.end))
            if speaker.kind == "person" and is_name(speaker.name):
                self.names.add(speaker.name, mention.start)
                if " " in speaker.name and speaker.resolution in ("stated", "surname"):
                    self.names.mean(family_name(speaker.name), speaker.name)

    def last(self, *kinds: SpeakerKind) -> Spoken | None:
        """The last speaker of one of these kinds."""
        for each in reversed(self.spoken[-12:]):
            name = each.speaker.name or ""
            if each.speaker.kind in kinds and len(each.speaker.names) == 1 and not name.islower():
                return each
        return None

    def pronoun(self, word: Pronoun, mention: Mention) -> Resolved:
        """Whom `word` at `mention` means: the last speaker, or who acts since, where that fits."""
        if word in ("he", "she"):
            return self.person(mention, "m" if word == "he" else "f")
        if word == "they":
            return self._they(mention)
        if word == "it":
            return self._it(mention)
        if word == "who":
            return unnamed("a relative pronoun without a noun before it")
        return unnamed(f"{word} outside the words of a known speaker")

    def person(self, mention: Mention, gender: Gender | None) -> Resolved:
        """The last person who spoke, or who has been the subject of a sentence since."""
        last = self._last_person(mention, gender)
        after = 0 if last is None else last.end
        low = max(after, mention.start - _NEAR)
        acting = self._subjects(low, mention, gender)
        if acting:
            name = acting[-1]
            same = last is not None and name == last.speaker.name
            alone = len(set(acting)) == 1
            return self._meant(name, gender, 0.96 if same else 0.85 if alone else 0.7)
        rivals = {name for _, name in self._people(low, mention, gender)}
        if last is not None and rivals - {last.speaker.name} and self._is_apart(last, mention):
            return unnamed("several people can be meant", "person")
        if last is not None:
            near = "\n" not in self.text[last.end : mention.start].strip("\n")
            name = last.speaker.name or ""
            return self._meant(name, gender, 0.96 if near else 0.92, last.speaker.title)
        loose = {name for at, name in self._loose(low, mention, gender) if self._is_subject(at)}
        if len(loose) == 1:
            return self._meant(loose.pop(), gender, 0.6)
        named_near = {name for _, name in self._people(low, mention, gender)}
        if len(named_near) == 1:
            return self._meant(named_near.pop(), gender, 0.65)
        several = "several people can be meant" if named_near else "no antecedent"
        return unnamed(several, "person")

    def _is_apart(self, last: Spoken, mention: Mention) -> bool:
        """A paragraph lies between the last speaker and a pronoun that begins a sentence."""
        return self.text.count("\n", last.end, mention.start) > 0 and (
            self.sentence_start(mention.start) == mention.start
        )

    def _subjects(self, low: int, mention: Mention, gender: Gender | None) -> list[str]:
        """Whom the sentences since `low` begin with."""
        acting: list[str] = []
        read = -1
        for at, name in self._people(low, mention, None):
            start = self.sentence_start(at)
            if start < low or start == read:
                continue
            read = start
            run = self.names.run_at(at) or name
            says = _SAYS.match(self.text, at + len(run)) is not None
            if self.fits(name, gender) and (says or self._leads_up(start, at)):
                acting.append(name)
        return acting

    def _meant(
        self, name: str, gender: Gender | None, confidence: float, title: str | None = None
    ) -> Resolved:
        if gender is not None:
            self._genders.setdefault(name, gender)
        return named(name, "person", "pronoun", confidence, title)

    def _last_person(self, mention: Mention, gender: Gender | None) -> Spoken | None:
        for each in reversed(self.spoken[-12:]):
            if mention.start - each.end > _FAR:
                return None
            name = each.speaker.name
            if each.speaker.kind == "person" and len(each.speaker.names) == 1 and name is not None:
                if each.speaker.resolution == "stated" and " " not in name and name.islower():
                    continue
                if self.fits(name, gender):
                    return each
        return None

    def fits(self, name: str, gender: Gender | None) -> bool:
        """Nothing known of `name` speaks against `gender`."""
        known = self._genders.get(name) or self.names.gender(name)
        return gender is None or known is None or known == gender

    def _people(self, low: int, mention: Mention, gender: Gender | None) -> list[tuple[int, str]]:
        spans = [*self._contents[-16:], *mention.content]
        return [
            (at, name)
            for at, name in self.names.between(low, mention.start)
            if self.fits(name, gender) and not any(first <= at < end for first, end in spans)
        ]

    def _loose(self, low: int, mention: Mention, gender: Gender | None) -> list[tuple[int, str]]:
        """Names that only the pronoun shows to be a person's: speakers, then subjects."""
        for each in reversed(self.spoken[-4:]):
            name = each.speaker.name or ""
            if each.speaker.kind == "unknown" and " " in name and name[:1].isupper():
                return [(self.sentence_start(each.start), name)]
        spans = [*self._contents[-16:], *mention.content]
        return [
            (at, name)
            for at, name in self.names.likely(low, mention.start)
            if self.fits(name, gender) and not any(first <= at < end for first, end in spans)
        ]

    def sentence_start(self, at: int) -> int:
        """Where the sentence begins that `at` stands in."""
        window = max(0, at - 400)
        start = window
        for match in _SENTENCE.finditer(self.text, window, at + 1):  # + 1: it looks at what follows
            if _NO_END.search(self.text, window, match.end()) is None:
                start = match.end()
        return start

    def next_sentence(self, at: int) -> int | None:
        """Where the sentence after the one of `at` begins."""
        for match in _SENTENCE.finditer(self.text, at, at + 300):
            if _NO_END.search(self.text, at, match.end()) is None:
                return match.end()
        return None

    def _is_subject(self, at: int) -> bool:
        """What stands before `at` in its sentence only leads up to a subject."""
        return self._leads_up(self.sentence_start(at), at)

    def _leads_up(self, start: int, at: int) -> bool:
        lead = self.text[start:at]
        if not lead:
            return True
        words = lead.split()
        if not words or words[-1].lower().strip(",") in _PREPOSITION:
            return False
        if words[-1].lower() in _CLAUSE:
            return True
        return _LEAD_IN.fullmatch(lead) is not None and _VERB.search(lead) is None

    def _they(self, mention: Mention) -> Resolved:
        """The last group or joint speakers, or a plural subject since."""
        last = next(
            (
                each
                for each in reversed(self.spoken[-6:])
                if each.speaker.kind == "group" or len(each.speaker.names) > 1
            ),
            None,
        )
        low = max(0 if last is None else last.end, mention.start - _NEAR)
        plural = self._plural_subject(low, mention)
        if plural is not None:
            return plural
        if last is not None and mention.start - last.end < _FAR:
            found = last.speaker
            names, kind, title = found.names, found.kind, found.title
            return Resolved(found.name, names, kind, title, "pronoun", None, 0.85)
        body = self.spoken[-1] if self.spoken else None
        name = "" if body is None else body.speaker.name or ""
        if body is not None and body.speaker.kind == "organisation" and not name.islower():
            return named(name, "organisation", "pronoun", 0.6)
        return unnamed("no antecedent", "group")

    def _plural_subject(self, low: int, mention: Mention) -> Resolved | None:
        """The pair or group that the last sentence before a "they" begins with."""
        start = self.sentence_start(mention.start)
        previous = self.sentence_start(max(0, start - 2))
        for first, end in ((start, mention.start), (previous, start)):
            if first < low or any(a <= first < b for a, b in mention.content):
                continue
            found = self._pair(first, end) or self._group(first, end)
            if found is not None:
                return found
        return None

    def _pair(self, first: int, end: int) -> Resolved | None:
        pair = _SUBJECT_PAIR.search(self.text, first, end)
        if pair is None:
            return None
        clause = self.text[max(0, pair.start() - 2) : pair.start()] == ", "
        if not (pair["whose"] and clause) and not self._is_subject(pair.start()):
            return None
        one = next((name for _, name in self.names.between(pair.start(), pair.end())), None)
        if one is None:
            return None
        if pair["whose"] is not None:
            whole = f"{one} and {pair['whose']}"
            return Resolved(whole, (one,), "group", None, "pronoun", None, 0.75)
        both = tuple(dict.fromkeys(n for _, n in self.names.between(pair.start(), pair.end())))
        if len(both) != 2:
            return None
        return Resolved(" and ".join(both), both, "person", None, "pronoun", None, 0.75)

    def _group(self, first: int, end: int) -> Resolved | None:
        group = _PLURAL.match(self.text, first, end)
        if group is None or word_kind(group[1].split(" ")[-1]) != "group":
            group = _PLURAL_SAID.search(self.text, first, end)
        if group is None or word_kind(group[1].split(" ")[-1]) != "group":
            return None
        return named(group[1], "group", "pronoun", 0.7)

    def _it(self, mention: Mention) -> Resolved:
        last = self.last("organisation", "place", "document", "unknown")
        if last is not None and mention.start - last.end < _FAR:
            name, kind = last.speaker.name or "", last.speaker.kind
            return named(name, kind, "pronoun", 0.85 if mention.start - last.end < _NEAR else 0.7)
        start = self.sentence_start(mention.start)
        for first in (start, self.sentence_start(max(0, start - 2))):
            run = self.names.run_at(first)
            if run is not None and "'" not in run and kind_of(run, "") in ("organisation", "place"):
                return named(run, kind_of(run, ""), "pronoun", 0.6)
        return unnamed("no antecedent", "organisation")


_SAYS: Final = re.compile(r" (?:said|told|says|added|noted|explained|stressed|wrote)\b")
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|said|says|did|does|that|who|which)\b"
)
