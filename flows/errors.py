"""Every deliberate failure: what happened, where, and what to do about it.

A bad document is none of these: it becomes a quarantined row with its rule. These are the
failures a person has to act on, so each one prints as a single line.
"""

from __future__ import annotations

from typing import Any


class BroadsheetError(Exception):
    """Base of every failure that Broadsheet raises on purpose; `str()` is one line with a remedy.

    `exit_code` is what the command line ends with: 2 for wrong usage, 1 for everything else.
    """

    exit_code = 1

    def __init__(self, what: str, *, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel from worker processes; rebuilding one by its signature would not do.
        return _rebuilt, (type(self), str(self), self.__dict__.copy())


def _rebuilt(kind: type[BroadsheetError], line: str, parts: dict[str, Any]) -> BroadsheetError:
    error = kind.__new__(kind)
    Exception.__init__(error, line)
    error.__dict__.update(parts)
    return error


class WrongUsage(BroadsheetError):
    """The call itself is off: a setting, a name or a path that does not exist."""

    exit_code = 2


class SourceNotFound(WrongUsage):
    """A source named on the call does not exist."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"no such source: {source}", remedy="name an existing file or folder of articles"
        )


class SourceUnreadable(BroadsheetError):
    """A source named on the call exists but cannot be read at all."""

    def __init__(self, source: str, reason: str) -> None:
        self.source = source
        self.reason = reason
        super().__init__(
            f"cannot read the source {source} ({reason})",
            remedy="give the user that runs Broadsheet read permission on it",
        )


class LakeNotFound(WrongUsage):
    """There is no lake at the given folder."""

    def __init__(self, lake: str) -> None:
        self.lake = lake
        super().__init__(
            f"no lake at {lake}",
            remedy="make one (broadsheet ingest SOURCE --lake DIR), or name another with --lake",
        )


class LakeUnusable(BroadsheetError):
    """A lake exists but cannot be read or written: permissions, a full disk, a foreign version."""


class DatasetUnknown(WrongUsage):
    """A dataset was asked for that no contract declares."""

    def __init__(self, dataset: str, known: tuple[str, ...]) -> None:
        self.dataset = dataset
        self.known = known
        super().__init__(f"unknown dataset: {dataset}", remedy=f"ask for one of {', '.join(known)}")


class BatchRefused(BroadsheetError):
    """A rule over the whole batch is broken; nothing of the run was published."""

    def __init__(self, broken: tuple[str, ...]) -> None:
        self.broken = broken
        super().__init__(
            f"nothing was published, for the batch as a whole is not sound: {'; '.join(broken)}",
            remedy="look whether the source's layout or encoding has changed, and run again",
        )


class NothingPublished(BroadsheetError):
    """Documents came in, or should have, and not one of them could be published.

    `report` is the report of the run, whose quarantine is committed all the same.
    """

    def __init__(self, what: str, *, report: Any) -> None:
        self.report = report
        super().__init__(what, remedy="see what was set aside, and why: broadsheet show quarantine")


class LakeUnsound(BroadsheetError):
    """An audit found what is never right. `report` is the audit with all its findings."""

    def __init__(self, first: str, count: int, *, report: Any) -> None:
        self.report = report
        more = f" and {count - 1:,} more" if count > 1 else ""
        super().__init__(
            f"the lake is not sound: {first}{more} broken",
            remedy="the audit names the rows and the command to look closer for each",
        )
