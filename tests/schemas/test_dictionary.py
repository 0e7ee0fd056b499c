"""The data dictionary is what the contracts give, and a change is told."""

from __future__ import annotations

from schemas import DATASETS, contract, dictionary


def test_the_dictionary_in_the_repository_is_what_the_contracts_give():
    assert dictionary.difference() == ""


def test_the_dictionary_names_every_column_and_every_rule():
    page = dictionary.dictionary()
    for name in DATASETS:
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for column in contract(name).arrow.names:
            assert f"| `{column}` |" in section
        for rule in contract(name).rules:
            assert rule.code.endswith(".required") or f"`{rule.code}` " in section


def test_a_stale_dictionary_fails_the_check_and_says_what_to_run(tmp_path, monkeypatch, capsys):
    stale = tmp_path / "DICTIONARY.md"
    monkeypatch.setattr(dictionary, "DICTIONARY", stale)
    assert dictionary.main([]) == 0
    assert dictionary.main(["--check"]) == 0
    text = stale.read_text(encoding="utf-8")
    stale.write_text(text + "one line more\n", encoding="utf-8")
    assert dictionary.main(["--check"]) == 1
    printed = capsys.readouterr().out
    assert "-one line more" in printed
    assert "run python -m schemas.dictionary" in printed
