"""Which profile a text is read by, and what holds for every layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.clean import clean
from flows.parse.fit import fit, fit_record
from flows.parse.lines import paragraphs
from flows.parse.profile import profile, profiles


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("date 2024-01-02 Ferries sail\n\nKARST, Jan. 1 (Xinhua) -- They sail.", "people_daily"),
        ("Ferries sail\n\nKARST, Jan. 1 (Xinhua) -- They sail.", "xinhua"),
        (
            "-- Ferries sail\n-- \n-- Mon Nov 6, 2006 9:45pm EST\n\n(Reuters) - They sail.",
            "reuters",
        ),
        ("Ferries sail\n\nKARST (Reuters) - They sail.", "generic"),
        ("Date with the sea: ferries sail\n\nThey sail.", "generic"),
    ],
)
def test_the_profile_that_matches_most_is_taken(read: Any, raw: str, name: str):
    assert read(raw).profile == name


def test_of_profiles_that_match_as_much_the_first_by_name_is_taken(tmp_path: Path):
    for name in ("bay", "almery"):
        written = {
            "profile": name,
            "description": "Any title.",
            "outlet": name,
            "header": [{"line": "^(?P<headline>.+)$", "required": True}],
        }
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    layout = fit("Ferries sail\n\nThey sail.", profiles(tmp_path))
    assert layout is not None
    assert layout.profile.name == "almery"


def test_a_profile_for_records_is_never_fitted_to_a_text():
    assert fit("Ferries sail\n\nThey sail.", [profile("record")]) is None


def test_a_record_keeps_its_own_fields_and_its_body_is_read_as_any():
    value = "Ferries sail\n\nKARST (Reuters) - They sail. (Reporting by Ann Lee)\n\nBo Ek"
    given_spans = {"headline": (0, 12), "text": (14, 65), "byline": (67, 72)}
    layout = fit_record(value, given_spans, profile("record"))
    fields = {name: value[slice(*spans[0])] for name, spans in layout.fields.items()}
    assert fields == {
        "headline": "Ferries sail",
        "byline": "Bo Ek",
        "agency": "Reuters",
        "dateline": "KARST (Reuters) -",
        "dateline_place": "KARST",
        "contributors": "Reporting by Ann Lee",
    }
    assert [value[slice(*span)] for span in layout.paragraphs] == ["They sail."]


@pytest.mark.parametrize(
    "raw",
    [
        "a" * 1_000_000,
        "Ferries sail\n\n" + "x (Photo: A/GT)\n" * 50_000,
        "Ferries sail\n\n" + "word\n" * 100_000,
        "Ferries sail\n\n" + "(" * 500_000,
        "date 2024-01-02 " + "A " * 400_000,
        "Ferries sail\n\n" + "PORT " * 200_000 + "(Xinhua) -- x",
        "-- " * 300_000,
    ],
    ids=["one line", "captions", "short lines", "brackets", "a header", "a dateline", "hyphens"],
)
def test_a_long_text_of_any_kind_is_read_in_one_pass(raw: str):
    layout = fit(raw, profiles())
    assert layout is None or layout.paragraphs


PIECES = [
    " date 2024-01-02 Ferries sail", "08:43, January 02, 2024 By Cato Dahl ( China Daily",
    "-- Ferries sail", "-- By Ann Lee", "-- Mon Nov 6, 2006 9:45pm EST", "-- https://wire.example/a",
    "Ferries sail", "By Ann Lee", "January 2, 2024", "2024-01-02", "(Xinhua) 09:12, May 05, 2024",
    "KARST, May 3 (Xinhua) -- They sail.", "KARST (Reuters) - They sail.", "They sail.", "(Xinhua)",
    "A ferry. (Xinhua/Lu Bei)", "(Web editor: Ola Brandt, Mia Sund)", "KARST (Xinhua) --",
    "They sail. (Reporting by Ann Lee; Editing by Bo Ek)", "Editor's note: they sail", "a\nb\nc\nd",
    "新华社阿美里11月17日电", "Correction: they sail.", "(", "x" * 1_200,
]  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=9).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda glue: glue.join(lines))
)


@given(PAGES)
def test_every_layout_is_inside_its_text_in_order_and_without_overlap(raw: str):
    value = clean(raw).value
    layout = fit(value, profiles())
    if layout is None:
        return
    for spans in (layout.paragraphs, layout.captions):
        flat = [at for span in spans for at in span]
        assert flat == sorted(flat)
        assert all(value[start:end].strip() == value[start:end] != "" for start, end in spans)
    for spans in layout.fields.values():
        assert all(value[start:end].strip() == value[start:end] != "" for start, end in spans)
    header_end = max((end for _, end in layout.fields.get("headline", ())), default=0)
    assert all(start >= header_end for start, _ in layout.paragraphs)


@given(PAGES)
def test_paragraphs_hold_every_character_but_the_blank_lines(raw: str):
    value = clean(raw).value
    found = paragraphs(value, 0, len(value))
    assert "".join(value[a:b] for a, b in found).replace("\n", "") == value.replace("\n", "")
