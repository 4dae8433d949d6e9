"""The gallery: every picture of a report, in the order a reader needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import paint
from reports.pictures import (
    answers,
    callbacks,
    cost,
    delivered,
    errors,
    flight,
    percentiles,
    queues,
    sojourn,
)

if TYPE_CHECKING:
    from reports.charts import Chart
    from reports.comparisons import Comparison

PICTURES = (
    delivered.PICTURE,
    queues.PICTURE,
    sojourn.PICTURE,
    percentiles.PICTURE,
    answers.PICTURE,
    flight.PICTURE,
    callbacks.PICTURE,
    errors.PICTURE,
    cost.PICTURE,
)


BESIDE = (delivered.PICTURE, sojourn.PICTURE)
"""The pictures on which the streams of several runs are drawn over each other."""


def paint_all(comparison: Comparison) -> tuple[Chart, ...]:
    """Draw every picture of which the run has something to show."""
    return tuple(
        paint(picture, comparison) for picture in PICTURES if picture.shows(comparison)
    )


def paint_beside(joined: Comparison) -> tuple[Chart, ...]:
    """Draw the streams of several runs, joined as if they were one's."""
    return tuple(paint(picture, joined) for picture in BESIDE)
