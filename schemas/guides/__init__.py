"""What lies beside the Parquet of a snapshot for people and tools that have never seen one.

All of it is compiled from the contracts and the snapshot's own listing: no clock, no path of a
machine, every path relative to the snapshot, so that its folder can be copied anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.guides.croissant import croissant
from schemas.guides.datapackage import datapackage
from schemas.guides.readme import readme
from schemas.guides.views import views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.guides.listing import Listed

GUIDES: Final[Mapping[str, Callable[[Listed], str]]] = {
    "README.md": readme,
    "croissant.json": croissant,
    "datapackage.json": datapackage,
    "views.sql": views,
}

__all__ = ["GUIDES", "guides"]


def guides(snapshot: Listed) -> dict[str, bytes]:
    """Bytes of every guide by file name; the same for the same listing and contracts."""
    return {name: write(snapshot).encode() for name, write in GUIDES.items()}
