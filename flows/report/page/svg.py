"""A Vega-Lite chart as SVG that a page can hold: no script, no link, the page's own colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

if TYPE_CHECKING:
    from altair import TopLevelMixin

SVG = "http://www.w3.org/2000/svg"
DRAWN = frozenset({"svg", "g", "path", "rect", "line", "text", "title", "defs", "clipPath"})
"""Elements that a chart may have; any other is a defect or an attack."""
KEPT = frozenset(
    {
        "clip-path", "class", "d", "dx", "dy", "fill", "fill-opacity", "font-size", "font-weight",
        "height", "id", "opacity", "stroke", "stroke-dasharray", "stroke-opacity", "stroke-width",
        "text-anchor", "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
    }
)  # fmt: skip
COLOURS = {
    "#000001": "var(--ink)",
    "#000002": "var(--muted)",
    "#000003": "var(--line)",
    "#000004": "var(--first)",
    "#000005": "var(--second)",
    "#000006": "var(--third)",
    "#000007": "var(--paper)",
}
"""What charts are drawn in -> what the page says it is, by day and by night."""
INK, MUTED, LINE, FIRST, SECOND, THIRD, PAPER = COLOURS


def drawn(chart: TopLevelMixin, name: str) -> str:
    """The chart as an element of a page; `name` keeps its ids apart from those of others.

    Colours become the page's, marks get a <title> to hover over, and whatever is not in the lists
    above is left out. Raises ValueError for an element that no chart has.
    """
    import altair as alt  # noqa: PLC0415  # a second, and only the page needs it
    import vl_convert  # noqa: PLC0415

    version = alt.SCHEMA_VERSION.lstrip("v").rpartition(".")[0]
    # Numbers and texts went in by our own hands: to check them against the schema costs seconds.
    specification: dict[str, Any] = chart.to_dict(validate=False)
    text = vl_convert.vegalite_to_svg(specification, vl_version=version, allowed_base_urls=[])
    return cleaned(text, name)


def cleaned(text: str, name: str) -> str:
    """The SVG with only what is drawn in it."""
    register_namespace("", SVG)
    top = fromstring(text)  # noqa: S314  # our own renderer wrote it
    _clean(top, name)
    return tostring(top, encoding="unicode")


def _clean(element: Element, name: str) -> None:
    kind = element.tag.removeprefix(f"{{{SVG}}}")
    if kind not in DRAWN:
        raise ValueError(f"a chart has no <{kind}>")
    told = element.get("aria-label") if element.get("role") == "graphics-symbol" else None
    for key, value in list(element.attrib.items()):
        if key not in KEPT:
            del element.attrib[key]
        elif key in {"id", "clip-path"}:
            element.set(key, re.sub(r"\bclip", f"{name}-clip", value))
        elif key in {"fill", "stroke"}:
            element.set(key, COLOURS.get(value, value))
    for child in element:
        _clean(child, name)
    if told:
        SubElement(element, f"{{{SVG}}}title").text = told
