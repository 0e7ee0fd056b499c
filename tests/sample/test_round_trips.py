"""The sample's lake as an analyst gets it: offsets lead back, keys meet, files explain."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.contract import check_table
from flows.lake import Lake, read
from flows.normalise.clean import clean
from flows.normalise.marks import straighten
from flows.receive import Decoded, RawDocument, decode
from schemas import contract

Row = dict[str, Any]
DATASETS = ("raw_documents", "articles", "quotes", "versions", "quarantine")


@pytest.fixture(scope="session")
def articles(sample_lake: Path) -> dict[str, Row]:
    return {row["article_id"]: row for row in read("articles", sample_lake).to_pylist()}


@pytest.fixture(scope="session")
def quotes(sample_lake: Path) -> list[Row]:
    rows: list[Row] = read("quotes", sample_lake).to_pylist()
    assert len(rows) > 100
    return rows


@pytest.fixture(scope="session")
def raw_texts(sample_lake: Path, articles: dict[str, Row]) -> dict[str, str]:
    """The decoded raw documents of the articles, from nothing but what the lake holds."""
    wanted = {row["document_sha256"] for row in articles.values()}
    texts = {}
    for row in read("raw_documents", sample_lake).to_pylist():
        if row["document_sha256"] in wanted:
            raw = RawDocument(
                row["source_uri"],
                row["member"],
                row["content"],
                row["media_type"],
                row["document_sha256"],
            )
            decoded = decode(raw)
            assert isinstance(decoded, Decoded)
            texts[row["document_sha256"]] = decoded.text
    return texts


def test_every_quotation_has_its_article_in_its_partition(
    articles: dict[str, Row], quotes: list[Row]
) -> None:
    for quote in quotes:
        assert quote["published_date"] == articles[quote["article_id"]]["published_date"]


def test_an_article_counts_its_quotations(articles: dict[str, Row], quotes: list[Row]) -> None:
    for key, article in articles.items():
        assert article["quote_count"] == sum(quote["article_id"] == key for quote in quotes)


def test_quotations_are_numbered_in_the_order_of_the_article(
    articles: dict[str, Row], quotes: list[Row]
) -> None:
    for key in articles:
        own = sorted(
            (quote for quote in quotes if quote["article_id"] == key),
            key=lambda quote: quote["position"],
        )
        assert [quote["position"] for quote in own] == list(range(len(own)))
        starts = [(quote["field"], quote["char_start"]) for quote in own]
        assert starts == sorted(starts)  # "headline" comes before "text"


def test_the_parts_of_a_quotation_cut_out_of_the_article_give_its_text(
    articles: dict[str, Row], quotes: list[Row]
) -> None:
    for quote in quotes:
        text = articles[quote["article_id"]][quote["field"]]
        spans = [(part["char_start"], part["char_end"]) for part in quote["parts"]]
        assert " … ".join(text[start:end] for start, end in spans) == quote["text"]
        assert (quote["char_start"], quote["char_end"]) == (spans[0][0], spans[-1][1])
        assert all(start < end for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_cue_and_speaker_cut_out_of_the_article_are_what_the_row_says(
    articles: dict[str, Row], quotes: list[Row]
) -> None:
    for quote in quotes:
        text = articles[quote["article_id"]][quote["field"]]
        for value, start, end in (
            ("cue", "cue_start", "cue_end"),
            ("speaker_mention", "speaker_start", "speaker_end"),
        ):
            if quote[value] is not None:
                assert text[quote[start] : quote[end]] == quote[value]
            else:
                assert quote[start] is quote[end] is None


def test_the_raw_document_has_the_quotation_where_the_row_says(
    articles: dict[str, Row], quotes: list[Row], raw_texts: dict[str, str]
) -> None:
    for quote in quotes:
        article = articles[quote["article_id"]]
        raw = raw_texts[article["document_sha256"]][quote["raw_start"] : quote["raw_end"]]
        again = straighten(clean(raw)).text.value
        extent = article[quote["field"]][quote["char_start"] : quote["char_end"]]
        assert again.split() == extent.split(), article["source_uri"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_published_row_keeps_its_contract(dataset: str, sample_lake: Path) -> None:
    table = read(dataset, sample_lake)
    synthetic: dict[str, list[object]] = {}
    if dataset == "articles":
        received = {
            row["document_sha256"]: row["received_at"].date()
            for row in read("raw_documents", sample_lake).to_pylist()
        }
        synthetic["_received_date"] = [
            received[sha256] for sha256 in table["document_sha256"].to_pylist()
        ]
    verdict = check_table(contract(dataset), table, synthetic)
    assert verdict.messages == {}
    assert verdict.accepted.all()
    assert table.num_rows


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_file_carries_the_meaning_of_its_columns(dataset: str, sample_lake: Path) -> None:
    store = Lake.open(sample_lake)
    snapshot = store.snapshot()
    assert snapshot is not None
    assert snapshot.files(dataset)
    for file in snapshot.files(dataset):
        schema = pq.read_schema(snapshot.path / file.path)
        told = json.loads(schema.metadata[b"broadsheet"])
        assert told["dataset"] == dataset
        assert told["version"] == contract(dataset).version
        assert list(told["columns"]) == schema.names
        for column in schema:
            assert column.metadata[b"description"].decode() == told["columns"][column.name]


@pytest.mark.parametrize("dataset", DATASETS)
def test_pandas_reads_a_pinned_dataset(dataset: str, sample_lake: Path) -> None:
    import pandas as pd

    frame = pd.read_parquet(os.path.realpath(sample_lake / "current") + f"/{dataset}")
    table = read(dataset, sample_lake)
    assert len(frame) == table.num_rows
    assert set(table.column_names) <= set(frame.columns)
    key = contract(dataset).primary_key[0]
    assert sorted(frame[key]) == sorted(table[key].to_pylist())


@pytest.mark.parametrize("dataset", DATASETS)
def test_polars_reads_a_pinned_dataset(dataset: str, sample_lake: Path) -> None:
    import polars as pl

    pinned = os.path.realpath(sample_lake / "current")
    frame = pl.read_parquet(f"{pinned}/{dataset}/**/*.parquet")
    assert frame.height == read(dataset, sample_lake).num_rows


@pytest.mark.parametrize("dataset", DATASETS)
def test_duckdb_reads_a_pinned_dataset(dataset: str, sample_lake: Path) -> None:
    import duckdb

    pinned = os.path.realpath(sample_lake / "current")
    (rows,) = duckdb.sql(f"SELECT count(*) FROM '{pinned}/{dataset}/**/*.parquet'").fetchall()[0]
    assert rows == read(dataset, sample_lake).num_rows
