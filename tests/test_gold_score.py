"""The scorer by hand-worked examples, and the gate: no engine below its floors."""

from __future__ import annotations

import tomllib

import pytest

from tests.gold_articles import FOLDER, Statement, load_articles
from tests.gold_engines import ENGINES, NotRead, predict
from tests.gold_score import MEASURES, ROWS, Tally, matched, same_name, score, table, trimmed

FLOORS = tomllib.loads((FOLDER / "floors.toml").read_text(encoding="utf-8"))
TEXT = "Holm said that it was late. “It is,” Brask said, “very late.” He added: nobody waited."


def at(*fragments: str, speaker: str | None = None, kind: str = "indirect") -> Statement:
    """A statement whose content is the first occurrence of each fragment in TEXT."""
    content = tuple((TEXT.index(each), TEXT.index(each) + len(each)) for each in fragments)
    return Statement(content, None, None, speaker, kind)  # type: ignore[arg-type]


def figures(tally: Tally, row: str = "all") -> dict[str, tuple[float, float, float]]:
    found = {measure: tally.figure(row, measure) for measure in MEASURES}
    return {
        measure: (round(each.precision, 1), round(each.recall, 1), round(each.f1, 1))
        for measure, each in found.items()
    }


GOLD = [
    at("it was late", speaker="Ida Holm"),
    at("It is", "very late", speaker="Ole Brask", kind="direct"),
    at("nobody waited", speaker="Ole Brask"),
]


def test_what_is_annotated_scores_all_of_it() -> None:
    tally = Tally()
    tally.add(TEXT, GOLD, GOLD)
    assert figures(tally) == dict.fromkeys(MEASURES, (100.0, 100.0, 100.0))


def test_nothing_found_scores_nothing() -> None:
    tally = Tally()
    tally.add(TEXT, GOLD, [])
    assert figures(tally) == dict.fromkeys(MEASURES, (0.0, 0.0, 0.0))


def test_the_figures_are_those_worked_out_by_hand() -> None:
    """Three annotated, two predicted. One is exact but for "that" and has the wrong speaker; one
    has half of the content and the right speaker: 1 of 2 and 3 exact, 2 of 2 and 3 found, and
    1 of 2 and 3 with the right speaker."""
    tally = Tally()
    predicted = [
        at("that it was late.", speaker="Ole Brask"),
        at("very late.", speaker="ole brask", kind="direct"),
    ]
    tally.add(TEXT, GOLD, predicted)
    assert figures(tally) == {
        "exact": (50.0, 33.3, 40.0),
        "overlap": (100.0, 66.7, 80.0),
        "speaker": (50.0, 33.3, 40.0),
    }


def test_by_kind_recall_is_of_the_annotated_and_precision_of_the_predicted() -> None:
    """The direct one is found by a prediction that calls itself mixed: direct recall, but no
    direct precision; mixed precision, but no mixed recall."""
    tally = Tally()
    tally.add(TEXT, GOLD, [at("It is,” Brask said, “very late", kind="mixed")])
    assert figures(tally, "direct")["overlap"] == (0.0, 100.0, 0.0)
    assert figures(tally, "mixed")["overlap"] == (100.0, 0.0, 0.0)
    assert figures(tally, "indirect")["overlap"] == (0.0, 0.0, 0.0)


def test_a_null_speaker_costs_recall_and_no_precision() -> None:
    tally = Tally()
    tally.add(TEXT, GOLD[:2], [at("it was late", speaker="Ida Holm"), at("It is", "very late")])
    assert figures(tally)["speaker"] == (100.0, 50.0, 66.7)


def test_a_name_where_the_article_gives_none_costs_precision() -> None:
    tally = Tally()
    tally.add(TEXT, [at("it was late")], [at("it was late", speaker="Ida Holm")])
    assert figures(tally)["speaker"] == (0.0, 0.0, 0.0)
    assert tally.predicted["all", "speaker"] == 1


def test_one_prediction_finds_only_one_of_two_statements() -> None:
    assert matched(
        TEXT, GOLD, [at("It is,” Brask said, “very late.” He added: nobody waited")]
    ) == {1: 0}


def test_equal_contents_find_each_other_although_a_longer_one_shares_as_much() -> None:
    long, short = at("nobody waited"), at("waited")
    assert matched(TEXT, [long, short], [short]) == {1: 0}
    assert matched(TEXT, [short], [long, short]) == {0: 1}
    assert matched(TEXT, [long, short], [short, long]) == {0: 1, 1: 0}


def test_trimming_joins_what_only_punctuation_parts() -> None:
    text = "“It is. It is,” he said."
    assert trimmed(text, [(0, 7), (8, 15)]) == ((1, 13),)
    assert trimmed(text, [(13, 15)]) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ida Holm", "IDA HOLM", True),
        ("the Harbour Office", "Harbour Office", True),
        ("Zoë Étienne", "Zoe Etienne", False),
        ("Dr. Ida Holm", "Ida Holm", False),
        ("The", "the", True),
        (None, None, False),
    ],
)
def test_names_are_compared_without_case_and_article(
    one: str | None, other: str | None, same: bool
) -> None:
    assert same_name(one, other) is same


# --- The gate -----------------------------------------------------------------------------------


def test_what_an_engine_finds_comes_back_in_offsets_of_the_raw_text() -> None:
    raw = "A late tide\n\nFish &amp; chips are off.  “It is late,”  Ida Holm said.\n"
    (found,) = predict(raw, ENGINES["marks"])
    assert [raw[start:end] for start, end in found.content] == ["It is late"]
    assert (found.source, found.cue) == ((55, 63), (64, 68))
    assert (found.speaker, found.kind) == ("Ida Holm", "direct")


def test_what_is_no_article_says_why() -> None:
    with pytest.raises(NotRead, match="no headline"):
        predict("A sentence alone, which ends as one.\n", ENGINES["marks"])


def test_every_engine_has_floors_and_every_floor_an_engine() -> None:
    assert FLOORS.keys() == ENGINES.keys()
    for floors in FLOORS.values():
        assert "all" in floors
        assert set(floors) <= set(ROWS)
        assert all(set(row) <= set(MEASURES) for row in floors.values())


@pytest.mark.parametrize("name", ENGINES)
def test_no_figure_is_below_its_floor(name: str) -> None:
    tally = score(load_articles(), ENGINES[name])
    below = [
        f"{row} {measure}: {tally.figure(row, measure).f1:.2f} is below {floor}"
        for row, floors in FLOORS[name].items()
        for measure, floor in floors.items()
        if tally.figure(row, measure).f1 < floor
    ]
    assert below == [], "\n" + table(name, tally)
