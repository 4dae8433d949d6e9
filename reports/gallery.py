"""The gallery: every picture of a report, in the order a reader needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import paint
from reports.pictures import answers, cost, delivered, errors, queues, sojourn

if TYPE_CHECKING:
    from reports.charts import Chart
    from reports.comparisons import Comparison

PICTURES = (
    delivered.PICTURE,
    queues.PICTURE,
    sojourn.PICTURE,
    answers.PICTURE,
    errors.PICTURE,
    cost.PICTURE,
)


def paint_all(comparison: Comparison) -> tuple[Chart, ...]:
    """Draw every picture."""
    return tuple(paint(picture, comparison) for picture in PICTURES)
