"""What is decided slice by slice, added up to the changes of each dataset."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from flows.lake.changes import Counts
from flows.lake.decide import COLUMNS, KEY, Again, Decision, decide
from flows.lake.rewrite import Change, Choice, Workplace
from flows.lake.rows import first_of_each, joint_key, places, starts
from flows.lake.shards import ROW, SHARD, with_column
from flows.lake.slices import Slice, slices

Partitions = set[str]
Mend = Callable[[pa.Table], pa.Table]


class Gathered:
    """Which staged rows come in, and what changes for the rows of the parent snapshot."""

    def __init__(self, place: Workplace, again: Again) -> None:
        self.counts = Counts(0, 0, 0, 0)
        self._choices = {dataset: Choice() for dataset in COLUMNS}
        self._partitions: dict[str, Partitions] = {dataset: set() for dataset in COLUMNS}
        self._withdrawn = again.withdrawn
        # Verdicts on stories that the parent knows; new ones have no rows there.
        self._known: list[pa.Table] = []
        for part in slices(place.shards, place.folder / "parts" / "stories", KEY[0], COLUMNS):
            decision = decide(place.snapshot, part, again, place.layout)
            self._add(decision, _quotes(place, part, decision))

    def _add(self, decision: Decision, quotes: pa.Table) -> None:
        replaced, altered = decision.replaced, decision.altered
        self._known.append(decision.verdicts.filter(pc.is_valid(decision.verdicts["was_document"])))
        left = decision.withdrawn.filter(decision.withdrawn["is_current"])["partition"]
        gone = (replaced["was_in"], left)
        self._note("articles", decision.articles, altered["partition"], *gone)
        self._note("quotes", quotes, *gone)
        withdrawn = decision.withdrawn["partition"]
        self._note("versions", decision.versions, replaced["was_in"], withdrawn)
        self._choices["articles"].add(decision.articles, "article_id", "version_count")
        self._choices["versions"].add(decision.versions, "article_id", "is_current")
        self._choices["quotes"].add(quotes, "quote_id")
        published = replaced.num_rows
        self.counts += Counts(
            candidates=decision.candidates,
            published=published,
            merged=decision.candidates - published,
            corrected=published - replaced["was_document"].null_count,
        )

    def _note(self, dataset: str, choice: pa.Table, *columns: pa.ChunkedArray) -> None:
        for column in (choice["partition"], *columns):
            self._partitions[dataset] |= {each for each in pc.unique(column).to_pylist() if each}

    def changes(self) -> tuple[Change, Change, Change]:
        """What is to become of articles, versions and quotes, in this order."""
        withdrawn, known = self._withdrawn, pa.concat_tables(self._known)
        current = withdrawn.filter(withdrawn["is_current"])["article_id"]
        # Stories whose published rows go: another document takes their place, or none.
        same = pc.equal(known["document_sha256"], known["was_document"])
        moved = known.filter(pc.invert(same))["article_id"]
        leaving = pc.unique(pa.chunked_array([*moved.chunks, *current.chunks], pa.string()))

        def with_counts(rows: pa.Table) -> pa.Table:
            counts = _looked_up(known, "version_count", rows)
            return with_column(rows, "version_count", pc.coalesce(counts, rows["version_count"]))

        def with_current(rows: pa.Table) -> pa.Table:
            published = _looked_up(known, "document_sha256", rows)
            now = pc.equal(rows["document_sha256"], published)
            return with_column(rows, "is_current", pc.coalesce(now, rows["is_current"]))

        documents = pc.unique(withdrawn["document_sha256"])
        return (
            self._change("articles", leaving, with_counts),
            self._change("versions", documents, with_current, "document_sha256"),
            self._change("quotes", leaving, lambda rows: rows),
        )

    def _change(
        self, dataset: str, leaving: pa.Array, mend: Mend, leaving_by: str = "article_id"
    ) -> Change:
        partitions = tuple(sorted(self._partitions[dataset]))
        return Change(dataset, partitions, self._choices[dataset], leaving, mend, leaving_by)


def _looked_up(verdicts: pa.Table, column: str, rows: pa.Table) -> pa.ChunkedArray:
    """A column of the verdict on each row's story, null without one."""
    stories = rows["article_id"].combine_chunks()
    # Few of a run's verdicts are about one file.
    here = verdicts.filter(pc.is_in(verdicts["article_id"], value_set=stories))
    return here[column].combine_chunks().take(places(rows["article_id"], here["article_id"]))


def _quotes(place: Workplace, part: Slice, decision: Decision) -> pa.Table:
    """Find the quotes of the published documents: those staged beside the chosen article."""
    staged = part.columns("quotes", COLUMNS["quotes"])
    chosen = decision.articles
    where = places(joint_key(staged, KEY), joint_key(chosen, KEY))
    beside = pc.equal(chosen[SHARD].combine_chunks().take(where), staged[SHARD])
    quotes = staged.filter(pc.fill_null(beside, False))
    quotes = quotes.append_column("partition", place.layout.partition_values("quotes", quotes))
    return _without_repeats(part, quotes)


def _without_repeats(part: Slice, quotes: pa.Table) -> pa.Table:
    """Take the first of the quotes that identical bytes, twice in one shard, bring twice.

    Only there: a quotation that one document repeats is a defect, and is left for the check.
    """
    candidates = part.columns("articles", [*KEY])
    order = [(SHARD, "ascending"), *((name, "ascending") for name in KEY)]
    candidates = candidates.take(pc.sort_indices(candidates, sort_keys=order))
    again = candidates.filter(pa.array(~starts(candidates, [SHARD, *KEY])))
    if not again.num_rows:
        return quotes
    repeated = pc.is_in(joint_key(quotes, KEY), value_set=joint_key(again, KEY).combine_chunks())
    firsts = first_of_each(quotes.filter(repeated), ["quote_id"], [(ROW, "ascending")])
    return pa.concat_tables([quotes.filter(pc.invert(repeated)), firsts])
