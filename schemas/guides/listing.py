"""What the guides have to know of a snapshot; the lake's own Snapshot has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from schemas.contracts import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.contracts import Contract

TITLE = "Broadsheet: news articles and who is quoted in them"
KEYWORDS = ("news", "articles", "quotations", "speakers")


class File(Protocol):
    """One Parquet file; `path` is relative to the snapshot, with forward slashes."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def byte_count(self) -> int: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def made_by(self) -> tuple[str, ...]: ...  # noqa: D102


class Listed(Protocol):
    """A snapshot by its manifest."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def code_version(self) -> str: ...  # noqa: D102
    @property
    def listing(self) -> Mapping[str, Sequence[File]]: ...  # noqa: D102
    @property
    def makers(self) -> Mapping[str, Mapping[str, str]]: ...  # noqa: D102


def declared(snapshot: Listed) -> Iterator[tuple[Contract, Sequence[File]]]:
    """Contract and files of every dataset of the snapshot, empty ones included."""
    for name, files in snapshot.listing.items():
        yield contract(name), files


def rows(files: Sequence[File]) -> int:
    """Count the rows of a dataset, by the manifest."""
    return sum(file.rows for file in files)


def about(snapshot: Listed) -> str:
    """One paragraph on what the snapshot holds."""
    counts = {each.name: rows(files) for each, files in declared(snapshot)}
    held = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return (
        f"Snapshot {snapshot.number} of a Broadsheet lake: {held or 'no rows'}. Plain Parquet; "
        "every row keeps its contract, and leads back to the document it was read from."
    )
