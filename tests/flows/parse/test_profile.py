"""Profile files: what they give, and every mistake a person can make in one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.errors import WrongUsage
from flows.normalise.clean import clean
from flows.parse.fit import fit
from flows.parse.profile import FIELDS, ProfileError, profile, profiles

ROOT = Path(__file__).resolve().parents[3]

HARBOUR: dict[str, Any] = {
    "profile": "harbour_post",
    "description": "The Harbour Post: a line of stars, then the title.",
    "outlet": "harbour_post",
    "header": [
        {"line": r"^\*{3} (?P<published>\d{1,2} \pL+ \d{4})$", "required": True, "weight": 4},
        {"line": r"^(?P<headline>.+)$", "required": True},
    ],
    "dates": {"published": ["%d %B %Y"]},
}
PAGE = "*** 2 January 2024\nFerries to link Almery and Karst\n\nThey will sail from May."


def write(folder: Path, name: str = "harbour.yaml", /, **changes: Any) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(HARBOUR | changes, allow_unicode=True), encoding="utf-8")
    return path


def problem_of(folder: Path) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        profiles(folder)
    error = caught.value
    assert isinstance(error, WrongUsage)
    assert str(error.file) in str(error)
    assert "docs/profiles.md" in str(error)
    assert "\n" not in str(error)
    return error


def test_a_new_outlet_needs_a_file_and_no_code(tmp_path: Path):
    write(tmp_path)
    layout = fit(clean(PAGE).value, profiles(tmp_path))
    assert layout is not None
    assert layout.profile.name == "harbour_post"
    assert {name: PAGE[slice(*spans[0])] for name, spans in layout.fields.items()} == {
        "published": "2 January 2024",
        "headline": "Ferries to link Almery and Karst",
    }
    assert [PAGE[slice(*span)] for span in layout.paragraphs] == ["They will sail from May."]


def test_the_example_of_the_manual_reads_its_page(tmp_path: Path):
    manual = (ROOT / "docs/profiles.md").read_text(encoding="utf-8")
    page, written = (
        re.search(f"```{kind}\n(.*?)```", manual, re.DOTALL).group(1) for kind in ("text", "yaml")
    )
    (tmp_path / "harbour_post.yaml").write_text(written, encoding="utf-8")
    (tmp_path / "_wire.yaml").write_text("{}", encoding="utf-8")
    value = clean(page).value
    layout = fit(value, profiles(tmp_path))
    assert layout is not None
    assert {name: value[slice(*spans[0])] for name, spans in layout.fields.items()} == {
        "published": "2 January 2024, 7:10 pm",
        "headline": "Ferries to link Almery and Karst",
        "byline": "Ann Lee and Bo Ek",
        "dateline": "ALMERY |",
        "dateline_place": "ALMERY",
        "editors": "Mia Sund",
    }
    assert [value[slice(*span)] for span in layout.paragraphs] == [
        "The ferries will sail from May, the harbour office said on Monday.",
        "Tickets are cheap.",
    ]
    assert len(layout.captions) == 1


def test_the_manual_names_every_key_and_every_field():
    manual = (ROOT / "docs/profiles.md").read_text(encoding="utf-8")
    keys = {"profile", "description", "outlet", "header", "body_shows", "dates", "datelines"}
    keys |= {"opening_datelines", "captions", "footers", "corrections", "include", "records"}
    keys |= {"line", "not", "except", "required", "weight", "any_order"}
    assert {name for name in keys | FIELDS if f"`{name}`" not in manual} == set()


def test_the_products_own_profiles_are_loaded_once_and_by_name():
    assert [each.name for each in profiles()] == sorted(each.name for each in profiles())
    assert profiles() is profiles()
    assert profile("reuters").outlet == "reuters"
    with pytest.raises(KeyError, match="harbour_post"):
        profile("harbour_post")


def test_a_file_that_begins_with_an_underscore_is_shared_and_its_lists_come_last(tmp_path: Path):
    shared = {"footers": [r"\(Edited by (?P<editors>[^()]+)\)$"]}
    (tmp_path / "_desk.yaml").write_text(yaml.safe_dump(shared), encoding="utf-8")
    write(tmp_path, include=["desk"], footers=[r"\(Edited by (?P<contributors>Ann Lee)\)$"])
    (found,) = profiles(tmp_path)
    text = "They sail. (Edited by {})".format
    assert found.footers.first(text("Bo Ek")).group("editors") == "Bo Ek"
    assert found.footers.first(text("Ann Lee")).group("contributors") == "Ann Lee"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"captoins": []}, "captoins: Extra inputs", id="an unknown key"),
        pytest.param(
            {"header": [{"lin": "x"}]}, "header.0.line.lin", id="an unknown key of a line"
        ),
        pytest.param(
            {"header": [{"any_order": [{"line": "x", "wieght": 2}]}]},
            "header.0.any_order.any_order.0.wieght",
            id="an unknown key of a line in any order",
        ),
        pytest.param({"header": [{"required": True}]}, "header.0.line.line", id="no pattern"),
        pytest.param({"header": ["^x$"]}, "header.0.line", id="a line that is no mapping"),
        pytest.param({"header": [{"line": "x", "weight": 11}]}, "weight", id="a weight too big"),
        pytest.param({"profile": "Harbour Post"}, "profile: String should match", id="a bad name"),
        pytest.param({"outlet": None}, "outlet: Input should be a valid string", id="no outlet"),
        pytest.param({"dates": {"seen": []}}, "dates.seen", id="a date that is not read"),
        pytest.param(
            {"header": [{"line": "^(?P<title>.+)$"}]},
            "unknown field title (known: agency, byline",
            id="an unknown field",
        ),
        pytest.param(
            {"captions": ["(?P<foto>.)"]}, "unknown field foto", id="an unknown field in a list"
        ),
        pytest.param({"footers": ["(unclosed"]}, "'(unclosed'", id="a pattern that is none"),
        pytest.param({"body_shows": "x(?=y)"}, "'x(?=y)'", id="a lookahead, which RE2 has not"),
        pytest.param({"captions": [r"(a)\1"]}, "RE2 does not take", id="a back reference"),
        pytest.param({"footers": ["a{9999}"]}, "'a{9999}'", id="a repetition too often"),
        pytest.param(
            {"header": [{"line": "^(?P<byline>.+)$", "required": True}], "dates": {}},
            "no line of the header gives the headline",
            id="no headline",
        ),
        pytest.param(
            {"header": [{"line": "^(?P<headline>.+)$"}], "dates": {}},
            "no line of the header is required",
            id="nothing required",
        ),
        pytest.param(
            {"dates": {"published": ["%d %Q"]}},
            "'%d %Q' is no format",
            id="a directive that is none",
        ),
        pytest.param({"include": ["desk"]}, "cannot be read (No such file", id="a missing include"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_file(
    tmp_path: Path, changes: dict[str, Any], named: str
):
    write(tmp_path, **changes)
    error = problem_of(tmp_path)
    assert named in error.problem
    assert error.file.parent == tmp_path


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(b"profile: [", "is not YAML", id="an open bracket"),
        pytest.param(b"a: b: c", "is not YAML", id="two colons"),
        pytest.param(b"profile: !!python/object:os.system x", "is not YAML", id="a tag that runs"),
        pytest.param(b"", "the file: Input should be", id="empty"),
        pytest.param(b"- a\n- b", "the file: Input should be", id="a list"),
        pytest.param(b"profile: caf\xe9", "is not UTF-8", id="cp1252"),
    ],
)
def test_a_file_that_is_no_profile_says_what_it_is(tmp_path: Path, content: bytes, named: str):
    (tmp_path / "harbour.yaml").write_bytes(content)
    error = problem_of(tmp_path)
    assert named in error.problem
    assert error.file == tmp_path / "harbour.yaml"


def test_a_mistake_in_a_shared_file_names_the_shared_file(tmp_path: Path):
    (tmp_path / "_desk.yaml").write_text("captions: [x]\nheader: []\n", encoding="utf-8")
    write(tmp_path, include=["desk"])
    error = problem_of(tmp_path)
    assert error.file == tmp_path / "_desk.yaml"
    assert "header: Extra inputs" in error.problem


def test_two_files_of_one_name_are_refused(tmp_path: Path):
    write(tmp_path, "a.yaml")
    write(tmp_path, "b.yaml")
    error = problem_of(tmp_path)
    assert error.file == tmp_path / "b.yaml"
    assert error.problem == "the profile harbour_post is in a.yaml already"


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_hostile_pattern_is_linear_on_a_line_of_a_megabyte(tmp_path: Path, pattern: str):
    write(
        tmp_path,
        captions=[pattern],
        footers=[pattern],
        datelines=[pattern],
        corrections=[pattern],
        body_shows=f"May|{pattern}",
    )
    text = f"{PAGE}\n\n{'a' * 1_000_000}!"
    layout = fit(text, profiles(tmp_path))
    assert layout is not None
    assert text[slice(*layout.paragraphs[-1])].endswith("a!")


def test_a_mistake_is_named_with_its_line(tmp_path: Path):
    path = write(tmp_path)
    path.write_text(path.read_text() + "captions:\n- good\n- (unclosed\n", encoding="utf-8")
    last = len(path.read_text().splitlines())
    assert problem_of(tmp_path).line == last
    path.write_text(path.read_text().replace("(unclosed", "closed") + "captoins: []\n")
    error = problem_of(tmp_path)
    assert error.line == last + 1
    assert f"{path}:{last + 1}: captoins: Extra inputs" in str(error)


def test_a_pattern_by_name_stands_for_itself_in_others(tmp_path: Path):
    write(
        tmp_path,
        patterns={"year": r"\d{4}", "day": r"\d{1,2} \pL+ {{year}}"},
        captions=["{{day}}$"],
    )
    (found,) = profiles(tmp_path)
    assert found.captions.found_in("Seen on 2 May 2024")


def test_a_pattern_by_no_name_and_one_that_names_itself_are_refused(tmp_path: Path):
    write(tmp_path, captions=["{{dya}}"])
    assert problem_of(tmp_path).problem == "no pattern is named dya"
    write(tmp_path, patterns={"a": "{{b}}", "b": "{{a}}"}, captions=["{{a}}"])
    assert "named in one another" in problem_of(tmp_path).problem
