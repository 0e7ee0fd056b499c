"""What many tests share: the sample, and a lake made of it by the stages alone, without Prefect."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from flows.batch.known import KnownDocuments
from flows.batch.outcome import Outcome
from flows.batch.plan import Work, cut
from flows.batch.process import process
from flows.lake import Lake, merge
from flows.receive import FieldMapping, Limits, scan

# Set before anything imports Great Expectations or Prefect, which would otherwise report home.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
for name in [name for name in os.environ if name.startswith("BROADSHEET_")]:
    del os.environ[name]  # What the developer has set is not what the tests are about.
# The page of a lake costs seconds a run; tests/flows/test_lake_page.py is about it.
os.environ["BROADSHEET_REPORT"] = "false"

# What lands must not hang on luck: CI tries the same examples each time, everybody else new ones.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

RECEIVED_AT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)

Publish = Callable[..., Outcome]


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of sample articles that every checkout has."""
    return Path(__file__).resolve().parents[1] / "data" / "sample"


@pytest.fixture(scope="session")
def publish() -> Publish:
    """Bring a source into a lake by the stages alone: no Prefect, no worker processes."""

    def published(
        source: Path, lake: Path, documents_at_once: int = 1000, received_at: datetime = RECEIVED_AT
    ) -> Outcome:
        store = Lake.create(lake)
        parent = store.snapshot()
        known = KnownDocuments(store.known_documents().chunks)
        total = Outcome()
        with store.stage() as staging:
            for at, files in enumerate(cut(scan([source]).files, 1000)):
                work = Work(
                    name=f"batch-{at:05d}",
                    files=files,
                    staging=staging.path,
                    received_at=received_at,
                    limits=Limits(),
                    mapping=FieldMapping(),
                    documents_at_once=documents_at_once,
                )
                total.add(process(Work.load(work.save()), known))
            merged = merge(parent, staging)
            if merged.changes:
                store.commit(staging, merged.changes, "test")
        return total

    return published


@pytest.fixture(scope="session")
def sample_lake(sample: Path, publish: Publish, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that holds the sample. Shared: tests read it and never write to it."""
    lake = tmp_path_factory.mktemp("sample") / "lake"
    publish(sample, lake)
    return lake
