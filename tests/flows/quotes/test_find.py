from __future__ import annotations

import pytest
from finding import found
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.marks import straighten
from flows.normalise.text import Text
from flows.quotes import Quotation
from flows.quotes.confidence import confidences


def only(raw: str) -> Quotation:
    (quotation,) = found(raw)
    return quotation


@pytest.mark.parametrize(
    ("raw", "text", "cue", "mention"),
    [
        ("“The tide is late,” Holm said.", "The tide is late", "said", "Holm"),
        (
            "“The tide is late,” said Ida Holm, a retired pilot.",
            "The tide is late",
            "said",
            "Ida Holm, a retired pilot",
        ),
        ("Holm said: “The tide is late.”", "The tide is late", "said", "Holm"),
        ("Holm told reporters that “the tide is late.”", "the tide is late", "told", "Holm"),
        (
            "According to the harbour office, “the tide is late.”",
            "the tide is late",
            "According to",
            "the harbour office",
        ),
        ("On Friday, Ida Holm added, “It is late.”", "It is late", "added", "Ida Holm"),
        ("Holm opened the lock, saying, “It is late.”", "It is late", "saying", "Holm"),
        ("“Is it late?” asked the mayor.", "Is it late?", "asked", "the mayor"),
        ("‘The tide is late,’ says Holm.", "The tide is late", "says", "Holm"),
        ("“The tide is late,” Holm, a pilot, said.", "The tide is late", "said", "Holm, a pilot"),
        ("“The tide is late,” she also wrote.", "The tide is late", "wrote", "she"),
        ("Minister: 'We will pay'", "We will pay", ":", "Minister"),
        ("陈安表示：“潮水来晚了。”", "潮水来晚了", "表示", "陈安"),
    ],
)
def test_a_direct_quotation_has_its_cue_and_its_speaker(
    raw: str, text: str, cue: str, mention: str
) -> None:
    quotation = only(raw)
    assert (quotation.text, quotation.cue, quotation.speaker_mention, quotation.kind) == (
        text, cue, mention, "direct",
    )  # fmt: skip


def test_a_quotation_that_its_cue_parts_is_one_in_two_parts() -> None:
    quotation = only("“The tide,” Holm said, “is late.”")
    assert quotation.text == "The tide … is late"
    assert quotation.parts == ((1, 9), (24, 31))
    assert (quotation.char_start, quotation.char_end) == (1, 31)


def test_sentences_that_follow_under_the_same_attribution_are_parts_of_it() -> None:
    assert only("“It is late,” Holm said on Friday. “I waited.”").text == "It is late … I waited"


def test_a_second_cue_begins_a_second_quotation() -> None:
    texts = [(q.text, q.cue) for q in found("“It is late,” Holm said, adding, “I waited.”")]
    assert texts == [("It is late", "said"), ("I waited", "adding")]


def test_an_attribution_of_its_own_begins_a_second_quotation() -> None:
    speakers = [q.speaker_mention for q in found("“Late,” Holm said. “Very late,” Ek said.")]
    assert speakers == ["Holm", "Ek"]


def test_a_title_in_the_attribution_is_no_part_of_the_quotation() -> None:
    assert only("“Late,” Holm said on “Morning Harbour.” “I waited.”").text == "Late … I waited"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Holm said that the plan was “too little.”", 'the plan was "too little."'),
        ("The plan is “too little”, Holm said.", 'The plan is "too little"'),
        ("Holm called the plan “a leaking boat” on Friday.", 'the plan "a leaking boat" on Friday'),
        ("No change, she said, “hides what it is.”", "No change … hides what it is"),
    ],
)
def test_a_few_words_in_marks_make_the_reported_clause_a_mixed_quotation(
    raw: str, text: str
) -> None:
    quotation = only(raw)
    assert (quotation.kind, quotation.text) == ("mixed", text)
    assert quotation.speaker_mention is not None


@pytest.mark.parametrize(
    "raw",
    [
        "The so-called “slow tide” came.",
        "They sang “Morning Harbour” on the pier.",
        "His boat, the “Ida”, sank.",
        "It was his 'best' year.",
    ],
)
def test_scare_quotes_terms_and_titles_are_no_quotations(raw: str) -> None:
    assert found(raw) == ()


@pytest.mark.parametrize(
    "behind",
    [
        "The baker said that the oven was cold.",
        "The baker said in a letter that it regretted the smoke.",
        "Her landlord asked for the rent.",
        "According to the baker, nobody came.",
    ],
)
def test_the_cue_of_the_next_sentence_claims_no_quotation_that_ends_its_own(behind: str) -> None:
    quotation = only(f"“The kiln is cold,” said Ida Holm. “We burned the chairs.” {behind}")
    assert (quotation.text, quotation.speaker_mention) == (
        "The kiln is cold … We burned the chairs", "Ida Holm",
    )  # fmt: skip
    assert only(f"It was cold. “We burned the chairs.” {behind}").speaker_mention is None


def test_a_question_under_an_attribution_is_not_given_to_the_sentence_behind_it() -> None:
    quotation = only("“Why a goose?” asked Ida Holm. “Why not?” The board said it had none.")
    assert (quotation.text, quotation.speaker_mention) == ("Why a goose? … Why not?", "Ida Holm")


@pytest.mark.parametrize("behind", ["Per Ek said.", "Per Ek told the board.", "said Per Ek."])
def test_a_sentence_that_is_all_attribution_claims_the_quotation_before_it(behind: str) -> None:
    speakers = [q.speaker_mention for q in found(f"“Late,” Ida Holm said. “Very late.” {behind}")]
    assert speakers == ["Ida Holm", "Per Ek"]


@pytest.mark.parametrize(
    ("raw", "mention"),
    [
        ("Holm had been asked for soup, and had so far said: “Leek.”", "Holm"),
        ("Holm opened the book and had so far written: “Leek and salt.”", "Holm"),
        ("The cook, was now heard to have said: “Leek and salt.”", None),
        ("The lid is off and was blamed on “a very small draught”.", None),
    ],
)
def test_a_speaker_is_a_noun_phrase_or_nobody(raw: str, mention: str | None) -> None:
    assert [q.speaker_mention for q in found(raw)] == [mention]


def test_an_inverted_cue_between_commas_attributes_what_follows_the_semicolon() -> None:
    quotation = only("The last, wrote Ida Holm, was his; “nobody else would take the goose.”")
    assert (quotation.kind, quotation.speaker_mention) == ("direct", "Ida Holm")
    assert quotation.text == "nobody else would take the goose"


def test_an_inverted_cue_between_commas_parts_a_mixed_quotation() -> None:
    quotation = only("The council, said Ida Holm, was “a lid without a pot”.")
    assert (quotation.kind, quotation.speaker_mention) == ("mixed", "Ida Holm")
    assert quotation.text == 'The council … was "a lid without a pot"'


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("“A jug,” she said, “is round. A box” — she lifted one — “is not.”",
         "A jug … is round. A box … is not"),
        ("“The oven” - she knocked on it - “is older than I am,” said Ida Holm.",
         "The oven … is older than I am"),
    ],
)  # fmt: skip
def test_an_aside_between_dashes_parts_no_quotation(raw: str, text: str) -> None:
    quotation = only(raw)
    assert (quotation.kind, quotation.text, quotation.cue) == ("direct", text, "said")


@pytest.mark.parametrize(
    "raw",
    [
        "The stairs are now called “the ladder”.",
        "The plan was soon dubbed “the big soup”, and failed.",
        "The fence has to stay “within the line of the old hedge”, and moved.",
    ],
)
def test_a_name_that_a_passive_gives_and_an_adverb_of_place_are_no_quotations(raw: str) -> None:
    assert found(raw) == ()


def test_a_passive_has_its_speaker_behind_by() -> None:
    quotation = only("The stairs were called “a ladder for goats” by Ida Holm.")
    assert quotation.speaker_mention == "Ida Holm"
    assert only("Ek was told that “nobody would come”.").speaker_mention is None


def test_a_title_in_the_occasion_of_a_quotation_is_no_part_of_it() -> None:
    quotation = only("On “Morning Harbour” on Friday, Ida Holm said, “It is late.”")
    assert (quotation.kind, quotation.text) == ("direct", "It is late")


@pytest.mark.parametrize(
    ("raw", "text", "cue", "mention"),
    [
        ("“It leaks,” he told the boat club last spring, “and it sings.” Prices show why.",
         "It leaks … and it sings", "told", "he"),
        ("“It leaks,” Holm objected. “It sings.”", "It leaks … It sings", "objected", "Holm"),
        ("Pilot Per Ek sums up the trip in a word: “Fog.”", "Fog", "sums up", "Pilot Per Ek"),
        ("“门没有关，”周岚说，“请进来坐。”", "门没有关 … 请进来坐", "说", "周岚"),
        ("「門沒有關。」周嵐對客人說。客人走了。", "門沒有關", "說", "周嵐"),
        ("镇长来了。“门没有关。”她说。", "门没有关", "说", "她"),
    ],
)  # fmt: skip
def test_the_attribution_behind_a_quotation_joins_its_parts(
    raw: str, text: str, cue: str, mention: str
) -> None:
    quotation = only(raw)
    assert (quotation.text, quotation.cue, quotation.speaker_mention) == (text, cue, mention)
    assert quotation.kind == "direct"


def test_a_quotation_that_no_cue_claims_is_published_without_a_speaker() -> None:
    quotation = only("It went on.\n\n“The tide is late and nobody knows why.”")
    assert quotation.text == "The tide is late and nobody knows why"
    assert (quotation.cue, quotation.speaker_mention, quotation.speaker_name) == (None, None, None)
    assert (quotation.resolution, quotation.confidence) == (
        "none", confidences()["alone-sentence"],
    )  # fmt: skip


def test_a_new_paragraph_is_a_new_quotation_of_the_same_speaker() -> None:
    first, second = found("Holm said: “The tide is late.\n\n“Nobody knows why.”")
    assert (first.paragraph, second.paragraph) == (0, 1)
    assert (first.speaker_start, second.speaker_start) == (0, 0)


def test_an_attribution_may_stand_at_the_end_of_the_paragraph_before() -> None:
    quotation = only("Then Ida Holm wrote:\n\n“The tide is late.”")
    assert (quotation.paragraph, quotation.speaker_mention) == (1, "Ida Holm")


def test_inner_marks_stay_and_the_opening_mark_is_kept_as_printed() -> None:
    quotation = only("„Er sagte ‚nein‘ zu mir“, said Holm.")
    assert (quotation.text, quotation.mark) == ("Er sagte 'nein' zu mir", "„")


def test_the_stop_of_an_abbreviation_stays() -> None:
    assert only("Holm said: “We sail for the U.S.”").text == "We sail for the U.S."


def test_a_full_name_resolves_a_later_surname() -> None:
    first, second = found("“Late,” Ida Holm said.\n\n“Too late,” Holm said.")
    assert (first.speaker_name, first.resolution) == ("Ida Holm", "stated")
    assert (second.speaker_name, second.resolution) == ("Ida Holm", "surname")


def test_a_surname_that_two_people_bear_is_not_guessed() -> None:
    quotation = found("Ida Holm met Per Holm.\n\n“Too late,” Holm said.")[-1]
    assert (quotation.speaker_name, quotation.resolution) == (None, "none")
    assert quotation.speaker_mention == "Holm"


def test_a_pronoun_stays_unresolved_and_keeps_its_mention() -> None:
    quotation = only("“Too late,” she said.")
    assert (quotation.speaker_mention, quotation.speaker_name, quotation.resolution) == (
        "she", None, "none",
    )  # fmt: skip
    assert quotation.speaker_kind == "person"


def test_all_capitals_and_transcripts_are_read_without_an_error() -> None:
    assert only("“THE TIDE IS LATE,” HOLM SAID.").cue == "SAID"
    assert found("HOLM: The tide is late.\n\nEK: Why?") == ()


def test_a_paragraph_of_fifty_thousand_words_is_read() -> None:
    quotations = found("the tide was “late and very slow” and " * 8_000 + "Holm said.")
    assert all(q.text for q in quotations)


def test_a_hundred_thousand_marks_in_one_paragraph_are_read() -> None:
    assert len(found("“It is late today,” Holm said. " * 25_000 + '"' * 50_000)) > 0


ANY = st.text(st.sampled_from("“”\"'‘’«»„「」 ABab.,:—5\n="), max_size=80)
WORDS = st.lists(
    st.sampled_from(
        ["“The tide", "is late,”", "said", "Ida Holm", "he", "added:", '"', "'", "that", "told us",
         "“too little”", ". ", "\n\n", "according to", "the ministry", "called", ", ", "《潮》",
         "说：“", "”"]
    ),
    max_size=25,
).map(" ".join)  # fmt: skip


@given(ANY | WORDS | st.text(max_size=40))
def test_the_offsets_give_every_quotation_back_whatever_the_text(raw: str) -> None:
    text = straighten(Text(raw)).text.value
    end = 0
    for quotation in found(raw):
        assert end <= quotation.char_start < quotation.char_end <= len(text)
        end = quotation.char_end
        assert "\n\n" not in text[quotation.char_start : quotation.char_end]
        parts = [text[start:stop] for start, stop in quotation.parts]
        assert quotation.text == " … ".join(parts)
        assert quotation.parts[0][0] == quotation.char_start
        assert quotation.parts[-1][1] == quotation.char_end
        assert text[: quotation.char_start].count("\n\n") >= quotation.paragraph
        if quotation.cue is not None:
            assert text[quotation.cue_start : quotation.cue_end] == quotation.cue
        if quotation.speaker_mention is not None:
            mention = text[quotation.speaker_start : quotation.speaker_end]
            assert mention == quotation.speaker_mention
        assert (quotation.speaker_name is None) == (quotation.resolution == "none")
