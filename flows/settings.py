"""Every setting, in one place: `BROADSHEET_*` environment variables, overridden by flags.

docs/settings.md is the same list for a reader; a test keeps the two together.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.errors import WrongUsage
from flows.receive.documents import Limits
from flows.receive.remote import is_remote

MEBIBYTE = 1024 * 1024
PREFIX = "BROADSHEET_"


def _cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """What can be set. Sizes are in bytes, unpacked where the data is packed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    lake: Path | str = Field(
        Path("data/lake"), description="Folder of the lake, or its address: s3://bucket/prefix."
    )
    workers: int = Field(
        default_factory=_cores, ge=1, le=256, description="Processes that read articles."
    )
    tagger: Literal["fast", "best", "marks"] = Field(
        "fast",
        description="What finds quotations: fast, best (slower, surer) or marks (no tagger).",
    )
    people: Path | None = Field(
        None, description="Table alias,name of people, laid over schemas/lookups/people.csv."
    )
    report: bool = Field(True, description="Make the page of the lake after each run.")
    batch_documents: int = Field(
        2_000, ge=1, le=100_000, description="Documents validated and staged at once by a worker."
    )
    document_bytes: int = Field(
        2 * MEBIBYTE, ge=1, description="A larger document is kept and set aside (document.size)."
    )
    kept_bytes: int = Field(
        64 * MEBIBYTE,
        ge=1,
        description="Of a larger document only the hash is kept; it is set aside as well.",
    )
    archive_bytes: int = Field(
        2048 * MEBIBYTE, ge=1, description="An archive that unpacks to more is set aside whole."
    )
    archive_members: int = Field(
        200_000, ge=1, description="An archive with more members is set aside whole."
    )
    archive_ratio: int = Field(
        200, ge=2, description="An archive that unpacks to so many times its size is set aside."
    )
    alert_url: SecretStr | None = Field(
        None, description="Where alerts are sent, as JSON by POST; a secret: it is never shown."
    )
    grain: Literal["month", "day"] | None = Field(
        None, description="Partitions of a new lake [month]; another for an old one: backfill."
    )
    rows_per_file: int | None = Field(
        None, ge=100, description="Articles in a file of a new lake at most [16384]; likewise."
    )
    map: str = Field(
        "", description="Fields of JSON Lines records: headline=title,text=body,published=date."
    )

    @field_validator("lake", mode="before")
    @classmethod
    def _named(cls, lake: object) -> object:
        if lake == "":
            raise ValueError("it names no folder")
        return Path(lake) if isinstance(lake, str) and not is_remote(lake) else lake

    @field_validator("alert_url")
    @classmethod
    def _address(cls, alert_url: SecretStr | None) -> SecretStr | None:
        if alert_url is None or alert_url.get_secret_value() == "":
            return None
        try:
            parts = urlsplit(alert_url.get_secret_value())
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError("it is no http:// or https:// address")
        return alert_url

    def limits(self) -> Limits:
        """What one file may cost at most."""
        return Limits(
            document_bytes=self.document_bytes,
            kept_bytes=self.kept_bytes,
            archive_bytes=self.archive_bytes,
            archive_members=self.archive_members,
            archive_ratio=self.archive_ratio,
        )


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises WrongUsage for a value that is none."""
    _check_names()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        what = first["msg"].lower().removeprefix("value error, ")
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        value = "not usable" if first["loc"] == ("alert_url",) else repr(first.get("input"))
        raise WrongUsage(
            f"{name} is {value}: {what}",
            remedy="set it as docs/settings.md says, or unset it",
        ) from None


def _check_names() -> None:
    """A variable that is misspelled would change nothing, and nobody would be told."""
    known = [name.upper() for name in Settings.model_fields]
    for variable in sorted(os.environ):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in known:
            continue
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean {PREFIX}{near[0]}?" if near else "unset it; see docs/settings.md"
        raise WrongUsage(f"there is no setting {variable}", remedy=remedy)
