"""Speakers over the whole lake: a function of its quotations, whichever way they came."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import Document, Said, file_names, publish

from flows.contract import check_table
from flows.lake import Lake, Layout, read
from flows.lake.derive import DERIVED
from flows.lake.identity import speaker_id
from schemas import contract

HOLM = Said("It holds", ("Ida Holm",), title="engineer")
FIRST = Document("harbour", "The harbour opens.", updated=1, quotes=(HOLM, "No one knows"))


def speakers(lake, *columns):
    rows = {row["name"]: row for row in read("speakers", lake).to_pylist()}
    return {n: tuple(r[c] for c in columns) for n, r in rows.items()} if columns else rows


def test_a_speaker_is_published_in_the_same_commit_as_the_quotation(lake):
    _, snapshot = publish(lake, [FIRST])
    assert snapshot.number == 1
    (row,) = snapshot.table("speakers").to_pylist()
    assert row == {
        "speaker_id": speaker_id("Ida Holm", "person"),
        "name": "Ida Holm",
        "aliases": [],
        "kind": "person",
        "titles": ["engineer"],
        "first_published": dt.date(2024, 1, 15),
        "last_published": dt.date(2024, 1, 15),
        "quote_count": 1,
        "article_count": 1,
        "published_months": ["2024-01"],
    }


def test_months_add_up_to_one_speaker_with_all_spellings_titles_and_days(lake):
    publish(lake, [FIRST])
    shouted = Said("NO", ("IDA HOLM",), title="director", mention="HOLM", resolution="surname")
    march = Document("dam", "A dam.", day=dt.date(2024, 3, 2), quotes=(shouted, shouted))
    undated = Document("weir", "A weir.", day=None, quotes=(HOLM,))
    publish(lake, [march, undated])
    (row,) = speakers(lake).values()
    assert (row["name"], row["aliases"]) == ("Ida Holm", ["HOLM", "IDA HOLM"])
    assert row["titles"] == ["director", "engineer"]
    assert (row["first_published"], row["last_published"]) == (
        dt.date(2024, 1, 15),
        dt.date(2024, 3, 2),
    )
    assert (row["quote_count"], row["article_count"]) == (4, 3)
    assert row["published_months"] == ["2024-01", "2024-03", "undated"]


def test_joint_speakers_count_for_each_and_lend_nobody_a_title(lake):
    joint = Said("We agree", ("Ida Holm", "Per Lund"), title="ministers", mention="they")
    publish(lake, [Document("pact", "A pact.", quotes=(joint, HOLM))])
    assert speakers(lake, "quote_count", "article_count", "titles") == {
        "Ida Holm": (2, 1, ["engineer"]),
        "Per Lund": (1, 1, []),
    }


def test_a_pronoun_or_a_description_is_no_alias_but_a_surname_and_an_abbreviation_are(lake):
    board = ("Harbour Board",)
    quotes = (
        Said("a", ("Ida Holm",), mention="she", resolution="pronoun"),
        Said("b", ("Ida Holm",), mention="Holm", resolution="surname"),
        Said("c", board, "organisation", mention="the board", resolution="title"),
        Said("d", board, "organisation", mention="HB", resolution="lookup"),
    )
    publish(lake, [Document("s", "Text.", quotes=quotes)])
    assert speakers(lake, "aliases") == {"Ida Holm": (["Holm"],), "Harbour Board": (["HB"],)}


def test_a_correction_takes_back_what_only_the_earlier_text_said(lake):
    other = Said("Yes", ("Per Lund",))
    early = Document("ferry", "F.", day=dt.date(2024, 1, 2), quotes=(HOLM,))
    publish(lake, [early, Document("harbour", "H.", updated=1, quotes=(HOLM, other))])
    without_day = Document("ferry", "F2.", day=dt.date(2024, 1, 2), updated=3, quotes=(other,))
    publish(lake, [without_day])
    assert speakers(lake, "first_published", "quote_count") == {
        "Ida Holm": (dt.date(2024, 1, 15), 1),
        "Per Lund": (dt.date(2024, 1, 2), 2),
    }
    publish(lake, [Document("harbour", "H2.", updated=4)])
    assert speakers(lake, "published_months") == {"Per Lund": (["2024-01"],)}
    publish(lake, [Document("ferry", "F3.", day=dt.date(2024, 1, 2), updated=5)])
    assert speakers(lake) == {}
    assert lake.snapshot().files("speakers") == ()


def test_a_spelling_that_goes_from_one_month_stays_if_another_month_has_it(lake):
    loud = Said("NO", ("IDA HOLM",), title="chair")
    february = Document("dam", "D.", day=dt.date(2024, 2, 1), quotes=(loud, HOLM))
    publish(lake, [Document("harbour", "H.", updated=1, quotes=(loud,)), february])
    publish(lake, [Document("harbour", "H2.", updated=2, quotes=(HOLM,))])
    assert speakers(lake, "aliases", "titles", "quote_count") == {
        "Ida Holm": (["IDA HOLM"], ["chair", "engineer"], 3)
    }


def test_rows_keep_their_contracts(lake):
    publish(lake, [FIRST, Document("dam", "D.", day=None, quotes=(HOLM,))])
    for dataset in DERIVED:
        table = read(dataset, lake)
        assert table.num_rows
        assert check_table(contract(dataset), table).messages == {}


NAMES = [("Ida Holm",), ("IDA HOLM",), ("Ida-Holm",), ("Per Lund",), ("Ida Holm", "Per Lund"), ()]
SAID = st.builds(
    Said,
    text=st.just("q"),
    names=st.sampled_from(NAMES),
    kind=st.sampled_from(["person", "organisation"]),
    title=st.none() | st.sampled_from(["chair", "judge"]),
    mention=st.none() | st.sampled_from(["Holm", "she"]),
    resolution=st.sampled_from(["stated", "surname"]),
)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        story=st.sampled_from("abcd"),
        text=st.sampled_from(["One.", "Two.", "Three."]),
        day=st.sampled_from([None, dt.date(2024, 1, 5), dt.date(2024, 1, 6), dt.date(2024, 2, 1)]),
        updated=st.none() | st.integers(0, 3),
        quotes=st.lists(SAID, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda document: document.sha256,
)


@settings(max_examples=6, deadline=None)
@given(documents=DOCUMENTS, data=st.data(), rows_per_file=st.sampled_from([4096, 1]))
def test_speakers_have_the_same_bytes_bit_by_bit_and_all_at_once(
    rows_per_file, documents, data, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("lakes")
    sizes = {**Layout().rows_per_file, "speakers": rows_per_file, "speaker_months": rows_per_file}
    layout = Layout(rows_per_file=sizes)
    at_once = Lake.create(folder / "at_once", layout)
    bit_by_bit = Lake.create(folder / "bit_by_bit", layout)
    publish(at_once, documents)
    for document in data.draw(st.permutations(documents)):
        publish(bit_by_bit, [document])
    derived = (*DERIVED, "quotes")
    assert file_names(bit_by_bit.snapshot(), *derived) == file_names(at_once.snapshot(), *derived)


def test_a_speaker_who_is_not_touched_keeps_the_file(tmp_path):
    sizes = {**Layout().rows_per_file, "speakers": 4}
    lake = Lake.create(tmp_path / "lake", Layout(rows_per_file=sizes))
    many = [Document(f"s{n}", f"T{n}.", quotes=(Said("q", (f"Speaker {n}",)),)) for n in range(40)]
    _, before = publish(lake, many)
    assert len(before.files("speakers")) > 4
    again = Document("again", "T.", day=dt.date(2024, 2, 1), quotes=(Said("q", ("Speaker 7",)),))
    _, after = publish(lake, [again])
    assert len(set(after.files("speakers")) - set(before.files("speakers"))) == 1
    january = {path for path in file_names(before, "speaker_months") if "2024-01" in path}
    assert january <= file_names(after, "speaker_months")


def test_a_lake_without_speakers_gets_all_of_them_with_the_next_quotation(lake, tmp_path):
    march = Document("dam", "D.", day=dt.date(2024, 3, 2), quotes=(HOLM,))
    _, snapshot = publish(lake, [FIRST])
    manifest = snapshot.path / "_snapshot.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"speakers": "1.0.0"', b'"x": "1"'))
    _, after = publish(lake, [march])
    whole = Lake.create(tmp_path / "whole")
    _, expected = publish(whole, [FIRST, march])
    assert file_names(after, *DERIVED) == file_names(expected, *DERIVED)


def test_a_lake_goes_on_in_its_own_layout_whatever_is_asked(tmp_path):
    path = tmp_path / "lake"
    many = [Document(f"s{n}", f"T{n}.", quotes=(Said("q", (f"Speaker {n}",)),)) for n in range(30)]
    publish(Lake.create(path), many[:20])
    _, after = publish(Lake.open(path, Layout("day").with_settings(None, 4)), many[20:])
    _, expected = publish(Lake.create(tmp_path / "other"), many)
    assert file_names(after, "quotes", *DERIVED) == file_names(expected, "quotes", *DERIVED)
    assert after.layout == Layout()
