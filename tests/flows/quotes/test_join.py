"""What a tagger finds is given by hand here: `tag` places it by the words themselves."""

from __future__ import annotations

from finding import passage

from flows.quotes.join import join
from flows.quotes.marks import pair, paragraphs
from flows.quotes.roles import claims
from flows.quotes.statement import Statement
from flows.quotes.tagger import Tagged


def place(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def joined(raw: str, *found: tuple[str, tuple[str, ...], str | None]) -> list[Statement]:
    """The statements of a paragraph in which a tagger found cues with contents and a source."""
    told = passage(raw)
    (paragraph,) = paragraphs(told.text, told.marks)
    spans = pair(told.text, paragraph)
    tagged = [
        Tagged(
            place(told.text, cue),
            tuple(place(told.text, part) for part in contents),
            None if source is None else place(told.text, source),
            2.0,
        )
        for cue, contents, source in found
    ]
    return join(told.text, 0, spans, claims(told.text, paragraph, spans, None), tagged)


def cut_out(raw: str, statements: list[Statement]) -> list[tuple[str, ...]]:
    text = passage(raw).text
    return [tuple(text[start:end] for start, end in each.parts) for each in statements]


def test_content_that_touches_a_mark_reaches_as_far_as_the_marks() -> None:
    raw = "“The old lock has to be shut at night,” Holm said."
    found = joined(raw, ("said", ("old lock has to be shut",), "Holm"))
    assert cut_out(raw, found) == [("The old lock has to be shut at night",)]
    assert found[0].kind == "direct"


def test_content_outside_marks_stays_as_it_is_found() -> None:
    raw = "Holm said that the lock was shut."
    found = joined(raw, ("said", ("the lock was shut",), "Holm"))
    assert [(each.kind, each.opening) for each in found] == [("indirect", None)]
    assert cut_out(raw, found) == [("the lock was shut",)]


def test_words_in_marks_that_no_cue_claims_are_found_all_the_same() -> None:
    raw = "Holm said that the lock was shut. “We could not hold it any longer.”"
    found = joined(raw, ("said", ("the lock was shut",), "Holm"))
    assert cut_out(raw, found) == [
        ("the lock was shut",),
        ("We could not hold it any longer",),
    ]
    assert [each.evidence for each in found] == ["tagger", "alone-sentence"]


def test_a_second_part_that_the_tagger_missed_joins_the_first() -> None:
    raw = "“The lock is shut,” Holm said. “We could not hold it.”"
    found = joined(raw, ("said", ("The lock is shut",), "Holm"))
    assert cut_out(raw, found) == [("The lock is shut", "We could not hold it")]


def test_a_statement_inside_a_quotation_stays_inside() -> None:
    raw = "“Ek told us that it holds, as ever,” Holm said."
    found = joined(
        raw,
        ("told", ('it holds, as ever," Holm',), "Ek"),
        ("said", ("Ek told us that it holds, as ever",), "Holm"),
    )
    assert cut_out(raw, found) == [
        ("Ek told us that it holds, as ever",),
        ("it holds, as ever",),
    ]


def test_words_partly_in_marks_are_mixed_and_keep_the_printed_mark() -> None:
    raw = "Holm said the lock was “a danger to all”."
    (found,) = joined(raw, ("said", ("the lock was “a danger to all".replace("“", '"'),), "Holm"))
    assert found.kind == "mixed"
    assert found.opening is not None
    assert found.opening.printed == "“"


def test_two_cues_with_the_same_content_give_one_statement() -> None:
    raw = "Holm warned and said that the lock was shut."
    found = joined(
        raw,
        ("warned", ("the lock was shut",), "Holm"),
        ("said", ("the lock was shut",), "Holm"),
    )
    assert len(found) == 1


def test_what_stands_before_a_cue_that_leads_up_to_a_sentence_is_not_said() -> None:
    raw = "As the rain began, Holm said, “The lock is shut.”"
    found = joined(raw, ("said", ("As the rain began", "The lock is shut"), "Holm"))
    assert cut_out(raw, found) == [("The lock is shut",)]
    assert found[0].kind == "direct"


def test_what_stands_before_a_cue_stays_where_the_words_in_marks_go_on_with_it() -> None:
    raw = "The old lock, Holm said, “is a danger to all.”"
    found = joined(raw, ("said", ("The old lock", "is a danger to all"), "Holm"))
    assert cut_out(raw, found) == [("The old lock", "is a danger to all")]


def test_words_in_marks_are_of_the_statement_that_the_marks_give_them_to() -> None:
    raw = "“It is shut,” Holm said at the gate, where Ek also spoke. “Nobody has the key.”"
    found = joined(
        raw,
        ("said", ("It is shut", "Nobody has the key"), "Holm"),
        ("spoke", ("Nobody has the key",), "Ek"),
    )
    assert cut_out(raw, found) == [("It is shut", "Nobody has the key")]


def test_words_in_marks_are_of_the_clause_that_runs_into_them() -> None:
    raw = "Holm said it was shut because “nobody has the key,” she added. “We asked all of them.”"
    found = joined(
        raw,
        ("said", ('it was shut because "nobody has the key',), "Holm"),
        ("added", ("nobody has the key", "We asked all of them"), "she"),
    )
    assert cut_out(raw, found) == [
        ("it was shut because “nobody has the key".replace("“", '"'),),
        ("We asked all of them",),
    ]


def test_what_is_left_of_a_statement_begins_with_a_word() -> None:
    raw = "Holm said it was shut because “nobody has the key,” Berg added as he left."
    found = joined(
        raw,
        ("said", ('it was shut because "nobody has the key',), "Holm"),
        ("added", ("nobody has the key", " Berg added as he left"), "Berg"),
    )
    assert cut_out(raw, found) == [
        ('it was shut because "nobody has the key',),
        ("Berg added as he left",),
    ]
