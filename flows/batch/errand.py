"""What one worker is to do, written down by the flow and read by the worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from flows.batch.quotations import BY_DEFAULT, Finder


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Plain values, so that they travel between processes; `finder` finds the quotations."""

    name: str
    staging: Path
    documents_at_once: int
    finder: Finder = BY_DEFAULT

    @property
    def place(self) -> Path:
        """The file that `save` writes, in the staging folder."""
        return self.staging / "work" / f"{self.name}.json"

    def save(self) -> Path:
        """Write it down; returns the file that `load` reads."""
        self.place.parent.mkdir(exist_ok=True)
        self.place.write_text(json.dumps(asdict(self), default=str), encoding="ascii")
        return self.place

    @classmethod
    def load(cls, path: Path) -> Self:
        """The same again, from what `save` wrote."""
        written = json.loads(path.read_bytes())
        return cls(**{**written, **cls.revived(written)})

    @classmethod
    def revived(cls, written: Mapping[str, Any]) -> dict[str, Any]:
        """Values of what JSON has no type for, by name."""
        finder = Finder.of_json(written["finder"])
        return {"staging": Path(written["staging"]), "finder": finder}
