"""The taggers that come with the project, on texts written here."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from finding import found, passage, story
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.batch.article import Unreadable, read_article
from flows.quotes import Story, find_quotations, tagger
from flows.quotes.marks import Paragraph, pair, paragraphs
from flows.quotes.story import Passage
from flows.quotes.tagger import version_of
from flows.quotes.tokens import tokens
from flows.quotes.turns import signed_headline
from flows.receive import decode, documents, scan
from flows.receive.documents import Limits, Rejection
from flows.receive.mapping import FieldMapping

MODELS = files("flows").joinpath("quotes/model")
SAMPLE = Path(__file__).parents[3] / "data" / "sample"
NAMES = ("fast", "best")
MEGABYTES = {"fast": 10, "best": 30}


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    """The articles of the sample."""
    read = []
    for file in scan([SAMPLE / "peoples-daily", SAMPLE / "reuters", SAMPLE / "xinhua"]).files:
        for document in documents(file, Limits(), FieldMapping()):
            decoded = decode(document)
            assert not isinstance(decoded, Rejection)
            article = read_article(decoded)
            assert not isinstance(article, Unreadable)
            headline, text = article.headline, article.text
            read.append(
                Story(
                    Passage(headline.text.value, headline.marks),
                    Passage(text.text.value, text.marks),
                    article.language,
                )
            )
    return read


@pytest.mark.parametrize("name", NAMES)
def test_an_article_has_the_same_quotations_alone_and_among_others(
    name: str, stories: list[Story]
) -> None:
    engine = tagger(name)
    together = list(find_quotations(stories, engine))
    backwards = list(find_quotations(stories[::-1], engine))[::-1]
    alone = [quotations for each in stories for quotations in find_quotations([each], engine)]
    assert together == alone
    assert together == backwards
    assert sum(map(len, together)) > len(stories)


@pytest.mark.parametrize("name", NAMES)
def test_a_tagger_says_which_it_is_by_the_content_of_its_files(name: str) -> None:
    folder = MODELS.joinpath(name)
    told = json.loads(folder.joinpath("tagger.json").read_text("utf-8"))
    assert (told["name"], told["version"]) == (name, version_of(folder, told))
    assert folder.joinpath("CARD.md").is_file()
    size = sum(len(each.read_bytes()) for each in folder.iterdir() if each.is_file())
    assert size < MEGABYTES[name] * 1e6


def test_reported_speech_without_marks_is_found_with_its_speaker() -> None:
    (quotation,) = found(
        "Harbour minister Ida Holm said on Friday that the old lock will be shut for good.",
        tagger=tagger("fast"),
    )
    assert quotation.text == "the old lock will be shut for good"
    assert (quotation.kind, quotation.cue, quotation.mark) == ("indirect", "said", None)
    assert (quotation.speaker_name, quotation.resolution) == ("Ida Holm", "stated")
    assert quotation.speaker_title == "Harbour minister"


@pytest.mark.parametrize(
    ("name", "cue", "before"),
    [("best", "recalled", "She recalled thinking"), ("fast", "told", "She told reporters")],
)
def test_no_content_holds_the_cue_of_another(name: str, cue: str, before: str) -> None:
    told = passage(
        f'{before}, "This is what people have talked about, you sit there and they '
        "just don't see you,\" Holm said."
    )
    (paragraph,) = paragraphs(told.text, told.marks)
    words = tokens(told.text, paragraph, pair(told.text, paragraph))
    (tagged,) = tagger(name).tag([words])
    assert [told.text[slice(*each.cue)] for each in tagged] == [cue, "said"]
    for each in tagged:
        for start, end in each.content:
            assert not any(start <= other.cue[0] < end for other in tagged)


def test_a_pronoun_is_the_person_who_spoke_before() -> None:
    quotations = found(
        "Ida Holm said the lock was shut.\n\nShe added that nobody had the key.",
        tagger=tagger("fast"),
    )
    assert [each.speaker_name for each in quotations] == ["Ida Holm", "Ida Holm"]
    assert [each.resolution for each in quotations] == ["stated", "pronoun"]


def test_an_article_without_speech_has_no_quotations() -> None:
    text = "The lock has two gates. It is nine metres wide. Boats pass it from May to October."
    assert found(text, tagger=tagger("fast")) == ()


def test_speech_without_a_speaker_says_why_it_has_none() -> None:
    quotations = found("It was announced that the lock will be shut.", tagger=tagger("fast"))
    for each in quotations:
        assert each.speaker_name is None
        assert each.resolution == "none"
        assert each.speaker_reason


def test_in_a_language_that_is_not_read_the_marks_alone_are() -> None:
    text = "Der Bürgermeister sagte, das Wetter sei gut. „Wir bleiben heute hier“, sagte Ida Holm."
    (quotations,) = find_quotations([story(text, language="de")], tagger("fast"))
    assert [each.text for each in quotations] == ["Wir bleiben heute hier"]
    assert {each.resolution for each in quotations} <= {"marks", "none"}


def test_a_transcript_is_what_its_speakers_say_in_turn() -> None:
    text = (
        "WALLACE: Is the lock shut?\n\nHOLM: It is shut, and it stays shut.\n\n"
        "WALLACE: Who has the key?\n\nHOLM: Nobody has."
    )
    said = [(each.speaker_mention, each.text) for each in found(text, tagger=tagger("fast"))]
    assert ("HOLM", "It is shut, and it stays shut") in said
    assert ("WALLACE", "Who has the key?") in said


def test_a_headline_may_end_with_its_speaker() -> None:
    (quotation,) = found(
        "Old lock to stay shut for a year: harbour minister", "headline", tagger("fast")
    )
    assert quotation.text == "Old lock to stay shut for a year"
    assert quotation.speaker_mention == "harbour minister"


@pytest.mark.parametrize(
    ("headline", "body", "speaker"),
    [
        ("Old lock to stay shut for a year: harbour minister", "", "harbour minister"),
        ("Old lock to stay shut for a year: Holm", "Ida Holm spoke.", "Holm"),
        ("Old lock to stay shut for a year: Holm", "Nobody spoke.", None),
        ("Old Lock to Stay Shut for a Year: Harbour Minister", "Ida Holm spoke.", None),
        ("Old Lock to Stay Shut for a Year: Holm", "Ida Holm spoke.", None),
    ],
)
def test_what_stands_behind_the_colon_of_a_headline_is_a_speaker_if_it_is_written_as_one(
    headline: str, body: str, speaker: str | None
) -> None:
    title = passage(headline)
    paragraph = Paragraph(0, 0, len(title.text), ())
    claim = signed_headline(title.text, paragraph, (), body)
    if speaker is None:
        assert claim is None
    else:
        assert claim is not None
        assert claim.attribution is not None
        assert claim.attribution.mention is not None
        assert title.text[slice(*claim.attribution.mention)] == speaker


PIECES = (
    "“The tide|is late,”|said|IDA HOLM SAID|he|added:|\"|'|that|told|“too little”|. |\n\n|"
    "according to|the ministry|HOLM:|, |«|»|“"
)
ODD = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(ODD | st.text(max_size=60))
def test_whatever_the_text_the_offsets_cut_out_what_they_say(raw: str) -> None:
    text = story(raw).text.text
    extents = []
    for each in found(raw, tagger=tagger("fast")):
        assert each.text == " … ".join(text[start:end] for start, end in each.parts)
        assert (each.parts[0][0], each.parts[-1][1]) == (each.char_start, each.char_end)
        assert all(start < end for start, end in each.parts)
        assert "\n\n" not in text[each.char_start : each.char_end]
        assert 0 <= each.confidence <= 1
        if each.cue is not None:
            assert text[each.cue_start : each.cue_end] == each.cue
        if each.speaker_mention is not None:
            assert text[each.speaker_start : each.speaker_end] == each.speaker_mention
        assert (each.speaker_name is None) == (each.speaker_reason is not None)
        extents.append((each.char_start, each.char_end))
    assert len(extents) == len(set(extents))
    assert extents == sorted(extents)


def test_one_paragraph_of_many_thousand_words_is_read_to_its_end() -> None:
    text = "The mayor said the lock has to be shut. " * 2000
    quotations = found(text, tagger=tagger("fast"))
    assert len(quotations) > 1900
    assert quotations[-1].char_end > len(text) - 50
