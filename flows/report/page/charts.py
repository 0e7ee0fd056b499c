"""The charts, by Altair; each is drawn for a wide and for a narrow screen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flows.report.page.numbers import Chart
from flows.report.page.svg import FIRST, INK, LINE, MUTED, PAPER, SECOND, THIRD, drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDE, NARROW = 790, 260
"""Pixels of the plot itself; labels come beside it."""
LABEL_WIDE, LABEL_NARROW = 190, 96
FORMATS = {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y", "year": "%Y"}
HEIGHT = 170
ROW = 20
SERIES = {"articles": FIRST, "direct": FIRST, "indirect": SECOND, "mixed": THIRD}
STATES = {"completed": FIRST, "failed": SECOND, "crashed": SECOND, "cancelled": THIRD}


def calendar(marks: Sequence[tuple[str, str, date, int]], grain: str) -> Chart:
    """Outlets by time, stronger where there are more. Outlet, step, its day, articles."""
    import altair as alt  # noqa: PLC0415

    outlets = list(dict.fromkeys(mark[0] for mark in marks))
    most = max(marks, key=lambda mark: mark[3])
    values: list[dict[str, Any]] = [
        {"outlet": outlet, "at": str(day), "until": str(_end(day, grain)), "articles": count,
         "told": f"{outlet}, {step}: {count:,} articles"}
        for outlet, step, day, count in marks
    ]  # fmt: skip

    def draw(width: int, narrow: bool) -> Any:
        base = _plot(values, width, ROW * len(outlets)).encode(
            x=_time(grain, narrow), x2="until:T", y=_names("outlet", outlets, narrow)
        )
        strength = alt.Opacity(
            "articles:Q",
            scale=alt.Scale(type="sqrt", domain=[0, most[3]], range=[0.25, 1]),
            legend=None,
        )
        mark = base.mark_rect(color=FIRST, height={"band": 0.75}, stroke=PAPER, strokeWidth=0.5)
        return mark.encode(opacity=strength, description="told:N")

    told = (
        f"A mark for every {grain} with articles, for {len(outlets):,} outlets. "
        f"The most: {most[0]}, {most[1]}, {most[3]:,} articles."
    )
    return _both("Calendar", told, draw)


def bars_over_time(
    title: str, marks: Sequence[tuple[str, date, str, int]], grain: str, steps: int
) -> Chart:
    """Bars by time, stacked by series. Step, its day, series, count; steps there is room for."""
    import altair as alt  # noqa: PLC0415

    series = [each for each in SERIES if any(mark[2] == each for mark in marks)]
    values: list[dict[str, Any]] = [
        {"at": str(day), "series": kind, "place": series.index(kind), "count": count,
         "told": f"{step}: {count:,} {kind}"}
        for step, day, kind, count in marks
    ]  # fmt: skip
    legend = alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square")

    def draw(width: int, narrow: bool) -> Any:
        bar = max(2.0, 0.75 * width / max(steps, 12))
        return (
            _plot(values, width, HEIGHT)
            .mark_bar(width=bar, stroke=PAPER, strokeWidth=0.5)
            .encode(
                x=_time(grain, narrow, padding=bar / 2 + 2),
                y=alt.Y("count:Q", axis=alt.Axis(title=None, tickCount=4, format="~s")),
                color=alt.Color(
                    "series:N",
                    scale=alt.Scale(domain=series, range=[SERIES[each] for each in series]),
                    legend=legend if len(series) > 1 else None,
                ),
                order="place:Q",
                description="told:N",
            )
        )

    by_step: dict[str, int] = {}
    for step, _, _, count in marks:
        by_step[step] = by_step.get(step, 0) + count
    return _both(title, f"Bars by {grain}. {_told_most(by_step)}", draw)


def ranked(title: str, unit: str, marks: Sequence[tuple[str, int]]) -> Chart:
    """Bars from the longest to the shortest, each with its count. Name, count."""
    import altair as alt  # noqa: PLC0415

    # Two speakers may bear one name: the place keeps them apart.
    values: list[dict[str, Any]] = [
        {"name": str(place), "shown": name, "count": count, "printed": f"{count:,}",
         "told": f"{name}: {count:,} {unit}"}
        for place, (name, count) in enumerate(marks)
    ]  # fmt: skip
    names = [str(place) for place in range(len(marks))]

    def draw(width: int, narrow: bool) -> Any:
        limit = LABEL_NARROW if narrow else LABEL_WIDE
        base = _plot(values, width, ROW * len(values)).encode(
            y=alt.Y("name:N", sort=names, axis=None)
        )
        count = alt.X("count:Q", axis=None, scale=alt.Scale(nice=False))
        bars = base.mark_bar(color=FIRST, height=ROW - 8).encode(x=count, description="told:N")
        numbers = base.mark_text(align="left", dx=4, color=MUTED, fontSize=11).encode(
            x=count, text="printed:N"
        )
        labels = base.mark_text(align="right", dx=-6, color=INK, fontSize=12, limit=limit).encode(
            x=alt.value(0), text="shown:N"
        )
        return bars + numbers + labels

    told = f"Bars of {unit}, the longest first: " + "; ".join(
        f"{name} {count:,}" for name, count in marks[:3]
    )
    return _both(title, f"{told}.", draw)


def shares(marks: Sequence[tuple[str, str, int, int]]) -> Chart:
    """Shares by profile and measure, the fuller the stronger. Profile, measure, part, whole."""
    import altair as alt  # noqa: PLC0415

    profiles = list(dict.fromkeys(mark[0] for mark in marks))
    measures = list(dict.fromkeys(mark[1] for mark in marks))
    values: list[dict[str, Any]] = [
        {"profile": profile, "measure": measure, "share": part / whole,
         "printed": f"{100 * part / whole:.0f}",
         "told": f"{profile}, {measure}: {part:,} of {whole:,}"}
        for profile, measure, part, whole in marks
    ]  # fmt: skip

    def draw(width: int, narrow: bool) -> Any:
        base = _plot(values, width, 22 * len(profiles)).encode(
            x=alt.X("measure:N", sort=measures, axis=alt.Axis(
                title=None, orient="top", labelAngle=0, domain=False, ticks=False,
                labelFontSize=9 if narrow else 11,
            )),
            y=_names("profile", profiles, narrow),
        )  # fmt: skip
        boxes = base.mark_rect(color=FIRST, stroke=PAPER, strokeWidth=2).encode(
            opacity=alt.Opacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.5]), legend=None
            ),
            description="told:N",
        )
        return boxes + base.mark_text(color=INK, fontSize=11).encode(text="printed:N")

    told = f"Per cent for {len(profiles):,} profiles of {', '.join(measures)}; the table has all."
    return _both("What is known, in per cent", told, draw)


def durations(marks: Sequence[tuple[str, float, str, str]]) -> Chart:
    """Seconds of the runs in their order. When it started, seconds, state, flow."""
    import altair as alt  # noqa: PLC0415

    values: list[dict[str, Any]] = [
        {"place": place, "seconds": seconds, "state": state,
         "told": f"{when}, {flow}: {seconds:,.1f} s, {state}"}
        for place, (when, seconds, state, flow) in enumerate(marks)
    ]  # fmt: skip
    states = [each for each in STATES if any(mark[2] == each for mark in marks)]

    def draw(width: int, _: bool) -> Any:
        return (
            _plot(values, width, 120)
            .mark_bar(width=max(3.0, min(18.0, 0.75 * width / len(values))))
            .encode(
                x=alt.X("place:O", axis=None),
                y=alt.Y("seconds:Q", axis=alt.Axis(title=None, tickCount=4, format="~s")),
                color=alt.Color(
                    "state:N",
                    scale=alt.Scale(domain=states, range=[STATES[each] for each in states]),
                    legend=alt.Legend(title=None, orient="top", direction="horizontal")
                    if len(states) > 1
                    else None,
                ),
                description="told:N",
            )
        )

    longest = max(marks, key=lambda mark: mark[1])
    told = f"The latest {len(marks):,} runs, the newest last. The longest: {longest[1]:,.1f} s."
    return _both("Seconds a run took", told, draw)


def _told_most(counts: dict[str, int]) -> str:
    if not counts:
        return "There are none."
    step, count = max(counts.items(), key=lambda item: item[1])
    return f"{sum(counts.values()):,} in all; the most, {count:,}, in {step}."


def _end(day: date, grain: str) -> date:
    """The day after a step.

    >>> _end(date(2024, 2, 1), "month"), _end(date(2024, 12, 30), "week")
    (datetime.date(2024, 3, 1), datetime.date(2025, 1, 6))
    """
    if grain == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days={"day": 1, "week": 7}.get(grain, 366))


def _plot(values: list[dict[str, Any]], width: int, height: int) -> Any:
    import altair as alt  # noqa: PLC0415

    return alt.Chart(alt.Data(values=values), width=width, height=height)  # type: ignore[no-untyped-call]


def _time(grain: str, narrow: bool, padding: float = 0) -> Any:
    import altair as alt  # noqa: PLC0415

    axis = alt.Axis(
        title=None,
        format=FORMATS[grain],
        tickCount=4 if narrow else 10,
        labelOverlap=True,
        labelFlush=True,
        grid=False,
    )
    # A day is a day wherever the machine stands.
    return alt.X("at:T", axis=axis, scale=alt.Scale(type="utc", padding=padding))


def _names(field: str, order: list[str], narrow: bool) -> Any:
    import altair as alt  # noqa: PLC0415

    limit = LABEL_NARROW if narrow else LABEL_WIDE
    axis = alt.Axis(title=None, labelLimit=limit, domain=False, ticks=False, grid=False)
    return alt.Y(f"{field}:N", sort=order, axis=axis)


def _both(title: str, told: str, draw: Callable[[int, bool], Any]) -> Chart:
    """Drawn twice: `draw` takes the pixels of the plot, and whether its labels must be short."""
    key = "".join(letter for letter in title.lower() if letter.isalpha())
    wide = drawn(_dressed(draw(WIDE, False)), f"{key}-wide")
    return Chart(title, told, wide, drawn(_dressed(draw(NARROW, True)), f"{key}-narrow"))


def _dressed(plot: Any) -> Any:
    return (
        plot.configure(background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, labelFontSize=11, gridColor=LINE, domainColor=LINE, tickColor=LINE
        )
        .configure_axisY(labelColor=INK)
        .configure_legend(labelColor=INK, labelFontSize=12, symbolStrokeWidth=0)
    )
