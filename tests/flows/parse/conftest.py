"""Reads a page as the product does, with what it finds as plain strings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from flows.normalise.clean import clean
from flows.parse.fit import fit
from flows.parse.profile import profiles


@dataclass(frozen=True, slots=True)
class Page:
    """A layout, spelled out."""

    profile: str
    fields: dict[str, tuple[str, ...]]
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    is_correction: bool

    def first(self, field: str) -> str | None:
        return self.fields.get(field, (None,))[0]


def _read(raw: str) -> Page | None:
    value = clean(raw).value
    layout = fit(value, profiles())
    if layout is None:
        return None
    return Page(
        layout.profile.name,
        {name: tuple(value[a:b] for a, b in spans) for name, spans in layout.fields.items()},
        tuple(value[a:b] for a, b in layout.paragraphs),
        tuple(value[a:b] for a, b in layout.captions),
        layout.is_correction,
    )


@pytest.fixture(scope="session")
def read() -> Callable[[str], Page | None]:
    """The page by the product's own profiles, or None where none fits."""
    return _read
