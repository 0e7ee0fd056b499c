from __future__ import annotations

import pytest

from tests.flows.quotes.test_resolve import names, resolve


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("[Ida Holm] opened it. The tide rose. [She] said it holds.", "Ida Holm"),
        ("[Ida Holm] met [Per Ek]. It holds, [she] said.", "Ida Holm"),
        ("[Ida Holm] said so. Per Ek opened the lock. [He] said it holds.", "Per Ek"),
        ("[Ms. Lund] came, then [Mr. Berg]. It holds, [she] said.", "Lund"),
        ("[Ida Holm] spoke. In 1977, Ada Lund built a lock. [She] said it holds.", "Ada Lund"),
        ("[Ida Holm] spoke of a lock built by Ada Lund. [She] said it holds.", "Ida Holm"),
        ("When Ida Holm opened the lock, [she] said it holds.", "Ida Holm"),
        ("The lock was opened by Ida Holm. [She] said it holds.", "Ida Holm"),
        ("[Mayor Ida Holm], [who] spoke.", "Ida Holm"),
        ("It was built by Ida Holm of Ekby, [who] spoke.", "Ida Holm"),
        ("The Harbour Bank, [which] spoke, is old.", "Harbour Bank"),
        ("[Holm Lines Ltd] grew. Ferries are late, [it] said.", "Holm Lines Ltd"),
        ("[pilots at the port] came. It holds, [they] said.", "pilots at the port"),
        ("Ida Holm and her team built it. [They] announced it.", "Ida Holm and her team"),
        ("[Ida Holm] came. [Her team of pilots] spoke.", "Ida Holm's team of pilots"),
        ("[Per Ek] came. It is clear that Ida Holm is late. [She] spoke.", "Ida Holm"),
        ("[Ida Holm and Per Ek] met. [They] spoke.", "Ida Holm and Per Ek"),
        ("Mayor Ida Holm and Mayor Per Ek met. [They] spoke.", "Ida Holm and Per Ek"),
        ("Pilots came to the lock. [They] said it holds.", "Pilots"),
    ],
)
def test_a_pronoun_means_the_last_speaker_or_the_subject_since(marked: str, name: str) -> None:
    found = resolve(marked)[-1]
    assert (found.name, found.resolution) == (name, "pronoun")


def test_a_gender_once_shown_is_kept() -> None:
    marked = (
        "[Lund Anker] came. It holds, [she] said. Then [Berg Anker, a pilot,] came. "
        "It does not, [he] said. It does, [she] said."
    )
    assert names(resolve(marked))[-2:] == ["Berg Anker", "Lund Anker"]


def test_names_in_the_words_of_a_quotation_are_no_antecedents() -> None:
    from flows.quotes.resolve import Mention, resolve_article

    text = "Peter Holm is early, Per Ek said. He added that it holds."
    mentions = [Mention(21, 27, ((0, 19),)), Mention(34, 36, ((48, 56),))]
    assert names(resolve_article(text, mentions).text) == ["Per Ek", "Per Ek"]


def test_a_speaker_of_another_paragraph_is_not_meant_where_somebody_else_can_be() -> None:
    marked = "[Per Ek] said it holds.\n\nThe council wrote to Peter Lund. [He] was late."
    assert resolve(marked)[-1].reason == "several people can be meant"


def test_a_description_gives_no_name_to_a_family_name() -> None:
    marked = "[A longtime adviser to Lund] spoke. [Lund] said so. [His adviser] said no."
    found = resolve(marked)
    assert names(found) == [
        "longtime adviser to Lund",
        "Lund",
        "longtime adviser to Lund's adviser",
    ]


def test_several_people_who_could_be_meant_are_none() -> None:
    marked = "The lock was built by Per Ek with Peter Lund. [He] said it holds."
    assert resolve(marked)[-1].reason == "several people can be meant"
