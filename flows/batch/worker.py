"""What a worker process does: get ready once, then read one batch after the other."""

from __future__ import annotations

import gc
from functools import lru_cache
from pathlib import Path

from flows.batch.known import KnownDocuments
from flows.batch.outcome import Outcome
from flows.batch.plan import Work
from flows.batch.process import process
from flows.lake import Lake
from flows.normalise.language import language_of
from flows.normalise.outlets import outlets
from flows.normalise.people import no_people
from flows.normalise.printed import calendar
from flows.normalise.zones import zones
from flows.parse.profile import profiles
from flows.quotes.people import people
from schemas import DATASETS, contract
from schemas.suite import great_expectations


def check_definitions(table: Path | None = None) -> None:
    """Load every contract, profile and table: what is wrong there is said now.

    `table` is one of people, the user's own. Raises ContractError, ProfileError, LookupWrong and
    PeopleError. In a worker each would be said once a process.
    """
    for dataset in DATASETS:
        contract(dataset)
    profiles()
    outlets()
    zones()
    calendar()
    no_people()
    people(table)


def get_ready() -> None:
    """Import and load what every batch needs, so that the first one does not wait for it."""
    great_expectations()
    language_of("Nothing is known of the text that is going to be read.")
    profiles()
    # A million objects of libraries stay for good: the collector need not look at them again.
    gc.collect()
    gc.freeze()


def read_batch(work: Path, lake: str, snapshot: int | None, *, patient: bool) -> Outcome:
    """Stage the batch that `work` describes, but for what `snapshot` of the lake knows already."""
    return process(Work.load(work), _known(lake, snapshot), patient=patient)


@lru_cache(maxsize=1)
def _known(lake: str, snapshot: int | None) -> KnownDocuments:
    if snapshot is None:
        return KnownDocuments(())
    pinned = Lake.open(lake).snapshot(snapshot)
    assert pinned is not None
    return KnownDocuments(pinned.column("raw_documents", "document_sha256"))
