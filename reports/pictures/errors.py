"""Errors by code: what ended messages, a column a strategy."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from reports.charts import Picture, brief, legend
from reports.titles import named, retryable
from reports.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.metrics import CodeCounts

SHOWN = 14
"""Codes that have a bar; rarer ones stand in the table alone."""

STAGES = {
    "refused": ("messages refused by the API", "#D55E00", "///"),
    "ambiguous": ("messages without a certain answer", "#000000", "xx"),
    "failed": ("messages that failed before a carrier had them", "#E69F00", ".."),
    "undelivered": ("messages undelivered by the carrier", "#56B4E9", ""),
}


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a column of bars for each strategy, the codes down the side."""
    by_strategy = [
        {row.code: row for row in one.metrics.codes} for one in comparison.judgements
    ]
    codes = _codes(comparison)
    if not codes:
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No message ended with an error.", ha="center")
        return "No message ended with an error"
    panels = figure.subplots(1, len(by_strategy), sharey=True, squeeze=False)[0]
    most = max(row.total for rows in by_strategy for row in rows.values())
    wrap = max(8, 80 // len(panels))
    for axes, one, rows in zip(panels, comparison.judgements, by_strategy, strict=True):
        axes.set_title(textwrap.fill(brief(one.name), wrap), fontsize=8.5)
        _draw_column(axes, codes, rows, most)
    panels[0].set_yticks(range(len(codes)), [_label(code) for code in codes])
    panels[0].invert_yaxis()
    used = [way for way in STAGES if any(_has(rows, way) for rows in by_strategy)]
    legend(figure, [STAGES[way] for way in used], 2)
    return "; ".join(
        f"{one.name}: "
        + (
            ", ".join(
                f"{count(row.total)} × {named(row.code)}" for row in rows.values()
            )
        )
        for one, rows in zip(comparison.judgements, by_strategy, strict=True)
        if rows
    )


def _codes(comparison: Comparison) -> list[int]:
    """Return the codes to show, the most frequent of all strategies first."""
    totals: dict[int, int] = {}
    for one in comparison.judgements:
        for row in one.metrics.codes:
            totals[row.code] = totals.get(row.code, 0) + row.total
    return sorted(totals, key=lambda code: (-totals[code], code))[:SHOWN]


def _draw_column(
    axes: Axes, codes: list[int], rows: Mapping[int, CodeCounts], most: int
) -> None:
    """Draw one strategy's bars, each with its number."""
    floor = np.zeros(len(codes))
    for way, (_, color, hatch) in STAGES.items():
        values = np.array([getattr(rows.get(code), way, 0) for code in codes])
        axes.barh(
            range(len(codes)),
            values,
            left=floor,
            height=0.65,
            facecolor=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
        )
        floor = floor + values
    for place, total in enumerate(floor):
        text = count(total) if total else "–"
        axes.text(total + most * 0.04, place, text, va="center", size=8)
    axes.set_xlim(0, most * 1.45)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _has(rows: Mapping[int, CodeCounts], way: str) -> bool:
    return any(getattr(row, way) for row in rows.values())


def _label(code: int) -> str:
    again = " (sending again may help)" if retryable(code) else ""
    return textwrap.fill(f"{named(code)}{again}", 30)


def _height(comparison: Comparison) -> float:
    return 1.5 + 0.42 * max(2, len(_codes(comparison)))


PICTURE = Picture(
    "errors",
    "Errors that ended messages, by code",
    "A bar is as long as the messages it ended, on one scale for all strategies. A 429 "
    "that was cured by asking again ended none: it stands in the picture before.",
    _height,
    draw,
)
