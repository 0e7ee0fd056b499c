"""Two snapshots compared: rows that came, went and changed, with examples."""

from __future__ import annotations

import datetime as dt
import itertools

from newsroom import Document, Said, publish

from flows.lake.diff import Difference, Example, added_up, difference

FIRST = Document("harbour", "Opens.", updated=1, quotes=("It opens", Said("Yes", ("Ida Holm",))))
BETTER = Document("harbour", "Opens today.", updated=2, quotes=("It opens",))
MOVED = Document("harbour", "Opens in May.", day=dt.date(2024, 5, 1), updated=3)


def by_name(before, after):
    return {each.dataset: each for each in difference(before, after)}


def test_everything_in_the_first_snapshot_is_new(lake):
    _, first = publish(lake, [FIRST])
    found = by_name(None, first)
    assert {name: (each.added, each.removed, each.altered) for name, each in found.items()} == {
        "raw_documents": (1, 0, 0),
        "articles": (1, 0, 0),
        "quotes": (2, 0, 0),
        "versions": (1, 0, 0),
        "speaker_months": (1, 0, 0),
        "speakers": (1, 0, 0),
        "fingerprints": (1, 0, 0),
    }
    assert difference(first, first) == []


def test_a_correction_alters_its_article_by_column_and_takes_a_quotation_away(lake):
    _, first = publish(lake, [FIRST])
    _, second = publish(lake, [BETTER])
    found = by_name(first, second)
    articles = found["articles"]
    assert (articles.added, articles.removed, articles.altered) == (0, 0, 1)
    assert articles.columns == dict.fromkeys(
        ("version_count", "text", "updated_at", "document_sha256"), 1
    )
    assert articles.examples["text"] == [Example(FIRST.article_id, "Opens.", "Opens today.")]
    assert (found["quotes"].removed, found["quotes"].altered) == (1, 0)
    assert (found["versions"].added, found["versions"].columns["is_current"]) == (1, 1)
    assert found["speakers"].removed == 1


def test_a_row_that_moved_to_another_partition_is_altered_and_neither_new_nor_gone(lake):
    publish(lake, [FIRST])
    _, second = publish(lake, [BETTER])
    _, third = publish(lake, [MOVED])
    articles = by_name(second, third)["articles"]
    assert (articles.added, articles.removed, articles.altered) == (0, 0, 1)
    (example,) = articles.examples["published_date"]
    assert (example.before, example.after) == (BETTER.day, MOVED.day)


def test_from_the_later_to_the_earlier_it_is_the_other_way_round(lake):
    _, first = publish(lake, [FIRST])
    _, second = publish(lake, [Document("dam", "A dam.")])
    assert {name: each.removed for name, each in by_name(second, first).items()} == {
        "raw_documents": 1,
        "articles": 1,
        "versions": 1,
        "fingerprints": 1,
    }


def test_differences_of_several_commits_add_up_with_few_examples(lake):
    snapshots = [publish(lake, [FIRST])[1]]
    for number in range(2, 8):
        text = f"Opens {number}."
        snapshots.append(publish(lake, [Document("harbour", text, updated=number)])[1])
    steps = [difference(*pair) for pair in itertools.pairwise(snapshots)]
    (articles,) = [
        each for each in added_up(d for step in steps for d in step) if each.dataset == "articles"
    ]
    assert (articles.altered, articles.columns["text"]) == (6, 6)
    assert len(articles.examples["text"]) == 3
    assert not Difference("articles")
