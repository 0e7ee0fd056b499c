"""Bad input through the command: each ends as a quarantined row or a clear error."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from flows.cli import main
from flows.lake import read

# Root may read everything: without these two capabilities it is a user like others.
WITHOUT_RIGHTS = """
import ctypes, os, sys
if os.geteuid() == 0:
    for dac_override_and_read_search in (1, 2):
        assert ctypes.CDLL(None).prctl(24, dac_override_and_read_search, 0, 0, 0) == 0
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
GOOD = b'Ferry sails again\n\nIt left at noon on Friday.\n\n"She floats," said captain Mira Dell.\n'
PAGE = (
    " date 2024-03-01 Ferry sails again\n\n"
    "10:26, {date} {author} ( China Daily\n\n"
    "The ferry of the Quillon Islands left at noon on Friday with 12 people on board.\n\n"
    "(Web editor: Shen Wanhe)\n"
)
MEBIBYTE = 1024 * 1024


def zipped(members: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return whole.getvalue()


def page(author: str = "By Nell Corbray", date: str = "March 01, 2024") -> bytes:
    return PAGE.format(author=author, date=date).encode()


def record(**fields: str) -> bytes:
    return json.dumps(fields).encode() + b"\n"  # Lone surrogates as \ud800


TOO_LARGE = b"The ferry sails. " * (50 * 1000 * 1000 // 17)
NO_HEADLINE = (
    b"The ferry left the harbour at noon on Friday, for the first time since last October, "
    b"with 12 people and a dog on board.\n\nIt rained.\n"
)
BROKEN: dict[str, tuple[bytes, list[str]]] = {
    "empty.txt": (b"", ["document.empty"]),
    "blanks.txt": (" \t\r\n\u00a0\u200b\n".encode(), ["document.blank"]),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), ["document.binary"]),
    "undecodable.txt": (b"\xef\xbb\xbfFerry \xff\xfe\xfa sails\n\nNoon.", ["document.undecodable"]),
    "truncated.txt.gz": (gzip.compress(GOOD * 50, mtime=0)[:-20], ["document.truncated"]),
    "bomb.zip": (zipped({"bomb.txt": b"0" * (20 * MEBIBYTE)}), ["archive.bomb"]),
    "one-line.txt": (TOO_LARGE, ["document.size"]),
    "no-headline.txt": (NO_HEADLINE, ["headline.required"]),
    "headline-only.txt": (b"Ferry sails again\n", ["text.required"]),
    "one-character.txt": (b"Ferry sails again\n\nx\n", ["text.min_length"]),
    "impossible.txt": (page(date="February 31, 2024"), ["published_date.impossible"]),
    "nul.txt": (b"Ferry sails\n\nIt left\0 at noon.\n", ["document.nul"]),
    "escaped-surrogate.jsonl": (
        record(headline="Ferry sails \ud800", text="It left at noon on Friday."),
        ["document.surrogate"],
    ),
    "encoded-surrogate.txt": (
        b"Ferry sails again\n\nIt left at noon \xed\xa0\x80 on Friday.\n",
        ["document.surrogate"],
    ),
    "override.txt": (
        "Ferry sails\n\nIt left \u202eta noon.\n".encode(),
        ["document.bidi_override"],
    ),
    "html-name.txt": (page(author="By <script>alert(1)</script>"), ["author_names.pattern"]),
    "formula-name.txt": (page(author='By =HYPERLINK("x")'), ["author_names.pattern"]),
}
MARKS = (
    b'Ferry "sails" again\n\n' + b'"' * 100_000 + b"\n\n" + b"\xe2\x80\x9cNoon " * 20_000 + b"\n"
)


@dataclass(frozen=True)
class Ran:
    """What a run of the command left behind, on one folder with everything bad in it."""

    result: subprocess.CompletedProcess[str]
    source: Path
    lake: Path

    def rules(self) -> dict[str, list[list[str]]]:
        """Rules by the digits of the document's hash."""
        found: dict[str, list[list[str]]] = {}
        for row in read("quarantine", self.lake).to_pylist():
            found.setdefault(row["document_sha256"], []).append(row["rules"])
        return found

    def contents(self) -> dict[str, bytes]:
        rows = read("raw_documents", self.lake).to_pylist()
        return {row["document_sha256"]: row["content"] for row in rows}

    def run(self) -> dict[str, Any]:
        row: dict[str, Any] = read("runs", self.lake).to_pylist()[-1]
        return row


@pytest.fixture(scope="module")
def ran(
    environment: dict[str, str], server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ran]:
    """One run, by a user without rights, while a file is taken away after it was listed."""
    folder = tmp_path_factory.mktemp("bad")
    source, lake = folder / "source", folder / "lake"
    _fill(source)
    listed, ended = Event(), Event()
    thief = Thread(target=_take_away, args=(source / "vanishing.txt", lake, listed, ended))
    thief.start()
    arguments = ["ingest", str(source), "--lake", str(lake), "--workers", "1"]
    try:
        result = subprocess.run(
            [sys.executable, "-c", WITHOUT_RIGHTS, "-m", "flows.cli", *arguments],
            env={**environment, "PREFECT_API_URL": server},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        ended.set()
        thief.join()
    assert listed.is_set(), result.stderr
    yield Ran(result, source, lake)
    (source / "locked").chmod(0o755)


def _fill(source: Path) -> None:
    (source / "locked").mkdir(parents=True)
    for name, (content, _) in BROKEN.items():
        (source / name).write_bytes(content)
    (source / "good.txt").write_bytes(GOOD)
    (source / "marks.txt").write_bytes(MARKS)
    (source / "escape.zip").write_bytes(zipped({"../evil.txt": b"x", "in.txt": GOOD[::-1]}))
    (source / "vanishing.txt").write_bytes(GOOD.replace(b"again", b"and vanishes"))
    (source / "private.txt").write_bytes(GOOD.replace(b"again", b"in private"))
    (source / "private.txt").chmod(0)
    (source / "locked" / "secret.txt").write_bytes(GOOD.replace(b"again", b"in secret"))
    (source / "locked").chmod(0)


def _take_away(file: Path, lake: Path, listed: Event, ended: Event) -> None:
    """Remove a file as soon as the run has listed it; its worker is still starting then."""
    while not ended.wait(0.01):
        if list(lake.glob(".staging/*/work/*.json")):
            file.unlink()
            listed.set()
            return


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_run_succeeds_and_reports_what_it_set_aside(ran: Ran) -> None:
    assert ran.result.returncode == 0, ran.result.stderr
    assert "Set aside, by rule" in ran.result.stdout
    assert "document.bidi_override" in ran.result.stdout
    assert "Traceback" not in ran.result.stderr
    assert list((ran.lake / ".staging").iterdir()) == []


def test_without_a_terminal_there_is_a_log_and_no_escape_code(ran: Ran) -> None:
    assert "\x1b" not in ran.result.stdout + ran.result.stderr
    assert "\u202e" not in ran.result.stdout + ran.result.stderr
    assert "Reading files" not in ran.result.stderr
    assert ", batches: 1" in ran.result.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_document_is_set_aside_by_its_rule(name: str, ran: Ran) -> None:
    content, rules = BROKEN[name]
    if name.endswith(".jsonl"):
        content = content.strip()
    assert ran.rules()[sha256(content)] == [rules]


@pytest.mark.parametrize("name", BROKEN)
def test_the_bytes_of_a_bad_document_are_kept(name: str, ran: Ran) -> None:
    content = BROKEN[name][0]
    if name.endswith(".jsonl"):
        content = content.strip()
    assert ran.contents()[sha256(content)] == content


def test_a_member_that_would_escape_is_set_aside_and_the_others_are_read(ran: Ran) -> None:
    rows = read("raw_documents", ran.lake).to_pylist()
    uri = (ran.source / "escape.zip").as_uri()
    inside = {row["content"]: row["document_sha256"] for row in rows if row["source_uri"] == uri}
    assert set(inside) == {b"x", GOOD[::-1]}
    assert ran.rules()[inside[b"x"]] == [["archive.escape"]]
    assert not (ran.source.parent / "evil.txt").exists()


def test_a_hundred_thousand_quotation_marks_are_neither_a_crash_nor_speech(ran: Ran) -> None:
    assert ran.contents()[sha256(MARKS)] == MARKS
    (row,) = (
        row
        for row in read("articles", ran.lake).to_pylist()
        if row["document_sha256"] == sha256(MARKS)
    )
    quotes = read("quotes", ran.lake).to_pylist()
    own = [quote for quote in quotes if quote["article_id"] == row["article_id"]]
    assert row["quote_count"] == len(own)
    for quote in own:
        text = row[quote["field"]]
        assert quote["text"] == " … ".join(
            text[part["char_start"] : part["char_end"]] for part in quote["parts"]
        )


def test_what_may_not_be_read_is_named_and_left_where_it_is(ran: Ran) -> None:
    assert f"{(ran.source / 'locked').as_uri()} (no read permission)" in ran.result.stdout
    assert f"{(ran.source / 'private.txt').as_uri()} (no read permission)" in ran.result.stdout


def test_what_vanished_while_it_was_read_is_named(ran: Ran) -> None:
    uri = (ran.source / "vanishing.txt").as_uri()
    assert f"{uri} ({os.strerror(2)})" in ran.result.stdout


def test_every_document_is_accounted_for(ran: Ran) -> None:
    row = ran.run()
    assert row["seen"] == row["published"] + row["merged"] + row["quarantined"] + row["unchanged"]
    files = [path for path in ran.source.iterdir() if path.is_file()]
    assert row["seen"] == len(files) - len(["private.txt"]) + len(["the second in the zip"])


def test_the_next_run_takes_what_could_not_be_read_before(ran: Ran, on_a_thread: None) -> None:
    (ran.source / "locked").chmod(0o755)
    (ran.source / "private.txt").chmod(0o644)
    (ran.source / "vanishing.txt").write_bytes(GOOD.replace(b"again", b"and vanishes"))
    before = ran.run()
    assert main(["ingest", str(ran.source), "--lake", str(ran.lake), "--workers", "1"]) == 0
    after = ran.run()
    assert (after["unchanged"], after["published"]) == (before["seen"], 3)
    assert after["quarantined"] == 0
    headlines = set(read("articles", ran.lake)["headline"].to_pylist())
    assert headlines >= {"Ferry sails in private", "Ferry sails in secret"}
