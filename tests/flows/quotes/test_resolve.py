from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from flows.quotes.resolve import Mention, Resolver, resolve_article
from flows.quotes.resolved import Resolved


def read(marked: str) -> tuple[str, list[Mention]]:
    """Text and mentions out of a text in which each mention is written [so]."""
    text, mentions = "", []
    for piece in re.split(r"(\[[^\]]*\])", marked):
        if piece.startswith("["):
            mentions.append(Mention(len(text), len(text) + len(piece) - 2))
            text += piece[1:-1]
        else:
            text += piece
    return text, mentions


def resolve(
    marked: str, headline: str = "", aliases: Mapping[str, str] | None = None
) -> list[Resolved]:
    """The speakers of the mentions in square brackets, those of the headline first."""
    text, mentions = read(marked)
    title, above = read(headline)
    found = resolve_article(
        text, mentions, headline=title, headline_mentions=above, aliases=aliases
    )
    return [*found.headline, *found.text]


def names(found: Sequence[Resolved]) -> list[str | None]:
    return [each.name for each in found]


@pytest.mark.parametrize(
    ("marked", "name", "resolution"),
    [
        ("Ida Holm opened the lock. [Holm] said it holds.", "Ida Holm", "surname"),
        ("[Holm] said it holds. Later Ida Holm shut the lock.", "Ida Holm", "surname"),
        ("Captain Ida Holm opened the lock. [Holm] said so.", "Ida Holm", "surname"),
        ("Chen Anyi opened the lock. [Chen] said so.", "Chen Anyi", "surname"),
        ("Chen Anyi opened the lock. Echoing Chen, Ek bowed. [Chen] said.", "Chen Anyi", "surname"),
        ("Kang Min-ho opened the lock. [Kang] said so.", "Kang Min-ho", "surname"),
        ("Ida van der Holm opened the lock. [Mayor Holm] said so.", "Ida van der Holm", "surname"),
        ("Ida van der Holm opened the lock. [Van der Holm] said.", "Ida van der Holm", "surname"),
        ("Mayor Omar al-Holm opened it. [Holm] said so.", "Omar al-Holm", "surname"),
        ("Mayor Omar al-Holm opened it. [al-Holm] said so.", "Omar al-Holm", "surname"),
        ("[Professor Chen Anyi of Ekby University] said so.", "Chen Anyi", "stated"),
        ("[The People's Bank of Ekby] said so.", "People's Bank of Ekby", "stated"),
        ("Ida Marie Holm opened it. [Ida Holm] said so.", "Ida Marie Holm", "stated"),
        ("IDA HOLM, mayor, opened it. [HOLM] said so.", "Ida Holm", "surname"),
        ("Ida Bishop opened the lock. [Bishop] said so.", "Ida Bishop", "surname"),
        ("Per Ek Jr. opened the lock. [Ek] said so.", "Per Ek Jr.", "surname"),
        ("[Minister of Tides and Locks Ida Holm] said so.", "Ida Holm", "stated"),
        ("[the harbour's chief engineer, Ida Holm,] said so.", "Ida Holm", "stated"),
        ("[Ekby's Ministry of Tides] said so.", "Ministry of Tides", "stated"),
        ("[Ekby] said so.", "Ekby", "stated"),
        ("[figures from the Harbour Board] show it.", "Harbour Board", "stated"),
        ("[a senior official] said so.", "senior official", "stated"),
        ("[analysts at the Harbour Bank] said so.", "analysts at the Harbour Bank", "stated"),
        (
            "[a notice issued by the Tide Office on Monday] said so.",
            "notice issued by the Tide Office",
            "stated",
        ),
        ("[a report released on Monday] said so.", "report", "stated"),
        ("[the Harbour Board's 3rd Survey on Locks] said.", "3rd Survey on Locks", "stated"),
        (
            "The Harbour Office of Tides (HOT) is shut. [HOT] said so.",
            "Harbour Office of Tides",
            "lookup",
        ),
    ],
)
def test_a_mention_becomes_the_fullest_name_that_the_article_gives(
    marked: str, name: str, resolution: str
) -> None:
    (found,) = resolve(marked)
    assert (found.name, found.resolution, found.reason) == (name, resolution, None)
    assert found.names == (name,)
    assert 0.5 < found.confidence <= 1


def test_a_name_that_only_the_headline_gives_in_full_counts_too() -> None:
    assert names(resolve("[Holm] opened the lock.", headline="Ida Holm opens lock")) == ["Ida Holm"]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("Ida Holm and Ada Holm met. [Holm] said so.", "several people named Holm"),
        ("The lock was opened. [He] said it holds.", "no antecedent"),
        ("The lock was opened. [The minister] said so.", "nobody is called minister"),
        ("The lock was opened. [The ministry] said so.", "no ministry is named"),
        ("The lock was opened. [The country] said so.", "no country is named"),
        ("The lock was opened. [I] said so.", "i outside the words of a known speaker"),
        ("[Q]: Does it hold?", "a label that names nobody"),
        ("It was [who] said so.", "a relative pronoun without a noun before it"),
        (
            "Mayor Ida Holm met Mayor Per Ek. [The mayor] said so.",
            "several people are called mayor",
        ),
    ],
)
def test_who_is_not_clear_stays_null_and_says_why(marked: str, reason: str) -> None:
    (found,) = resolve(marked)
    assert (found.name, found.names, found.resolution) == (None, (), "none")
    assert (found.reason, found.confidence) == (reason, 0.0)


def test_an_honorific_tells_two_bearers_of_a_name_apart() -> None:
    marked = "Ida Holm and Peter Holm opened the lock. [Mr. Holm] spoke, then [Ms. Holm]."
    assert names(resolve(marked)) == ["Peter Holm", "Ida Holm"]


def test_of_two_bearers_the_one_just_named_is_meant() -> None:
    far = "The tide rose and fell. " * 50
    marked = f"Ada Holm keeps the light. {far}Ida Holm opened the lock. [Holm] said it holds."
    assert names(resolve(marked)) == ["Ida Holm"]


def test_he_within_a_sentence_is_the_family_name_of_somebody_called_he() -> None:
    marked = 'He Anyi opened the lock and met Per Ek. Ek bowed. "It holds," [He] said.'
    (found,) = resolve(marked)
    assert (found.name, found.resolution) == ("He Anyi", "surname")


@pytest.mark.parametrize(
    ("marked", "joint"),
    [
        ("Ida Holm met Per Ek. [Holm and Ek] said so.", ("Ida Holm", "Per Ek")),
        (
            "[Mayor Ida Holm and the ferry line's owner Per Ek] said so.",
            ("Ida Holm", "Per Ek"),
        ),
        (
            "[ferry builder Ekby Boats and shipping giant Holm Lines] announced it.",
            ("Ekby Boats", "Holm Lines"),
        ),
        ("[China and Japan] said so.", ("China", "Japan")),
    ],
)
def test_joint_speakers_are_each_resolved(marked: str, joint: tuple[str, ...]) -> None:
    (found,) = resolve(marked)
    assert (found.names, found.name) == (joint, " and ".join(joint))


def test_joint_speakers_of_whom_one_is_not_clear_are_null() -> None:
    (found,) = resolve("Ida Holm and Ada Holm met Per Ek. [Ek and Holm] said so.")
    assert (found.name, found.reason) == (None, "of joint speakers: several people named Holm")


@pytest.mark.parametrize(
    "mention",
    [
        "the Ministry of Tides and Locks",
        "the Tide Development and Reform Commission",
        "Ida Holm, pilot and surveyor,",
    ],
)
def test_an_and_within_one_name_or_title_joins_no_speakers(mention: str) -> None:
    (found,) = resolve(f"[{mention}] said so.")
    assert len(found.names) == 1


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("[Tide Minister Ida Holm] spoke. The lock holds, [the minister] said.", "Ida Holm"),
        ("Ida Holm, a spokeswoman for the port, came. [The spokesperson] spoke.", "Ida Holm"),
        ("[The Ministry of Tides] spoke. It holds, [the ministry] said.", "Ministry of Tides"),
        ("The Ministry of Tides met. [Ekby's tide ministry] spoke.", "Ministry of Tides"),
        (
            "The Tide Office of Ekby, [Holm Lines Ltd] said. So said [the company].",
            "Holm Lines Ltd",
        ),
        ("Ferry giant Ekby's new line sells well, [the company] said.", "Ekby"),
        ("[Ida Holm] won the race. It was hard, [the Norwegian] said.", "Ida Holm"),
        ("[Ida Holm] won the race. It was hard, [the 27-year-old] said.", "Ida Holm"),
        ("Japan's Ministry of Tides said [the country] will build on.", "Japan"),
        ("[China] spoke. It will build on, [the country] added.", "China"),
        ("[a survey of pilots] found it. It was new, [the report] said.", "survey of pilots"),
        (
            "[analysts at Holm Lines] spoke. So did, later, [the analysts].",
            "analysts at Holm Lines",
        ),
        ("It made a ban on late ferries, and more. [The ban] forbids it.", "ban"),
        (
            "It issued its new rules on late ferries. [The rules] say so.",
            "new rules on late ferries",
        ),
    ],
)
def test_an_office_a_body_or_a_document_is_the_one_spoken_of(marked: str, name: str) -> None:
    assert names(resolve(marked))[-1] == name


def test_a_first_description_is_whom_the_next_sentence_names() -> None:
    marked = (
        "The lock will hold, [a harbour official] has said.\n\n"
        "[Ida Holm, head of the Tide Office], said it was built well."
    )
    found = resolve(marked, headline="Lock will hold: [official]")
    assert names(found) == ["Ida Holm"] * 3
    assert [each.resolution for each in found] == ["title", "title", "stated"]


def test_the_name_may_begin_a_sentence_that_holds_no_mention() -> None:
    marked = "It will hold, [an official] said. Ida Holm, head of the Tide Office, opened it."
    assert names(resolve(marked)) == ["Ida Holm"]


def test_an_unnamed_official_is_not_given_the_next_name() -> None:
    marked = "It will hold, [an unnamed official] said. [Ida Holm, head of the office,] agreed."
    assert names(resolve(marked)) == ["unnamed official", "Ida Holm"]


def test_a_headline_is_resolved_by_what_the_text_says() -> None:
    marked = "[Mayor Ida Holm] met [Per Ek]. [A survey of pilots] was read."
    assert names(resolve(marked, headline="[Holm, Ek] meet"))[0] == "Ida Holm and Per Ek"
    assert names(resolve(marked, headline="Lock holds: [mayor]"))[0] == "Ida Holm"
    assert names(resolve(marked, headline="Lock holds: [survey]"))[0] == "survey of pilots"
    assert names(resolve(marked, headline="Lock holds: [experts]"))[0] == "experts"


def test_a_transcripts_labels_are_surnames_in_capitals() -> None:
    marked = (
        "Ida Holm met Per Ek, the pilot.\n\n[HOLM]: Does it hold?\n\n[EK]: It does.\n\n[LUND]: Ha."
    )
    assert names(resolve(marked)) == ["Ida Holm", "Per Ek", "Lund"]


def test_i_in_the_words_of_somebody_is_that_speaker() -> None:
    text = '"I told them it holds," said Ida Holm, the mayor.'
    found = resolve_article(text, [Mention(1, 2, ((12, 22),)), Mention(29, 37, ((1, 22),))])
    assert names(found.text) == ["Ida Holm", "Ida Holm"]
    assert found.text[0].resolution == "pronoun"


def test_an_alias_of_a_users_table_gives_one_name() -> None:
    aliases = {"Ida Holm": "Ida Marie Holm", "Lund": "Ada Lund"}
    found = resolve("Ida Holm came. [Holm] spoke, and so did [Lund].", aliases=aliases)
    assert names(found) == ["Ida Marie Holm", "Ada Lund"]
    assert [each.resolution for each in found] == ["surname", "lookup"]


def test_mentions_can_be_resolved_one_after_the_other() -> None:
    text = "Ida Holm opened the lock. Holm said it holds. She said so."
    resolver = Resolver(text)
    assert resolver.resolve("Holm", 26).name == "Ida Holm"
    assert resolver.resolve("She", 46).name == "Ida Holm"


@pytest.mark.parametrize(
    "text", ["Holm and " * 3000, "Mr. " * 5000, "(AB)" * 5000, ". A" * 5000, "O'" * 5000, '"', "  "]
)
def test_an_odd_text_raises_nothing(text: str) -> None:
    mentions = [Mention(0, len(text)), Mention(len(text) // 2, len(text))]
    found = resolve_article(text, mentions, headline=text, headline_mentions=mentions)
    assert len(found.text) == len(found.headline) == 2
    assert all((each.name is None) == (each.reason is not None) for each in found.text)
