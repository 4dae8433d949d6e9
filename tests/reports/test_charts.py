"""Charts: pictures that show something, the same bytes for the same data."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from reports.charts import STYLES, brief, edges_to, paint, round_step, spread, style_of
from reports.curves import steps
from reports.gallery import PICTURES, paint_all
from reports.metrics import SenderFigures
from reports.pictures.answers import PICTURE as ANSWERS
from reports.pictures.delivered import PICTURE as DELIVERED
from reports.pictures.flight import PICTURE as FLIGHT
from reports.pictures.queues import looks_of
from tests.reports.builders import (
    US_NUMBERS,
    Example,
    Way,
    add_call,
    add_message,
    judge_record,
    make_record,
)
from tests.reports.conftest import HOSTILE
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from reports.charts import Picture
    from reports.drawing import Report

pictures = pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)


@pictures
def test_a_picture_is_wide_and_not_blank(
    five: Report, load: Report, picture: Picture
) -> None:
    """1,200 pixels wide, with ink of several colours on it."""
    paths = (*five.pictures, *load.pictures)
    path = next(path for path in paths if path.stem == picture.name)
    pixels = imread(path)
    assert pixels.shape[1] == 1200
    assert pixels.shape[0] > 400
    assert len({tuple(pixel) for row in pixels[::5, ::5] for pixel in row}) > 20


@pictures
def test_when_faults_held_is_shaded(
    five: Report, load: Report, picture: Picture
) -> None:
    """In what has time along it, as a pale column; in no other picture."""
    report = next(one for one in (five, load) if picture.shows(one.comparison))
    comparison = report.comparison
    plain = next(path for path in report.pictures if path.stem == picture.name)
    fault = {"what": "filtered", "from": 0.0, "to": 30.0}
    manifest = replace(comparison.manifest, faults=(fault,))
    run = replace(comparison.run, manifest=manifest)
    shaded = paint(picture, replace(comparison, run=run))
    assert (shaded.png != plain.read_bytes()) == picture.over_time
    assert ("Shaded" in shaded.caption) == picture.over_time


@pictures
def test_a_picture_is_the_same_every_time(five: Report, picture: Picture) -> None:
    """Neither dates nor chance are in it."""
    one, two = (paint(picture, five.comparison) for _ in range(2))
    assert one.svg == two.svg
    assert one.png == two.png


@pictures
def test_a_picture_names_every_strategy_in_words(
    five: Report, picture: Picture
) -> None:
    """Who cannot see it can still read what it shows."""
    label = paint(picture, five.comparison).label
    for one in five.comparison.judgements:
        assert one.name in label


@pictures
def test_hostile_names_are_drawn_as_they_are(tmp_path: Path, picture: Picture) -> None:
    """Neither mathematics nor markup nor a letter without a glyph does harm."""
    ways = (Way(name=HOSTILE, senders=US_NUMBERS),)
    comparison = judge_record(Example(texts=20, ways=ways).make(), tmp_path)
    chart = paint(picture, comparison)
    assert "<script" not in chart.svg
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    ElementTree.fromstring(chart.svg.replace("<svg", f"<svg {xlink}", 1))


@pictures
@pytest.mark.parametrize("names", [(), ("idle",)])
def test_a_run_without_rows_can_be_drawn(
    tmp_path: Path, picture: Picture, names: tuple[str, ...]
) -> None:
    """A run stopped at once has its pictures too."""
    comparison = judge_record(make_record(*names, texts=0), tmp_path)
    assert paint(picture, comparison).png


@pictures
def test_a_single_message_can_be_drawn(tmp_path: Path, picture: Picture) -> None:
    """An axis of one instant is an axis."""
    record = make_record("one", texts=1, deadline=None)
    add_message(record, "one", 0)
    assert paint(picture, judge_record(record, tmp_path)).png


@pictures
def test_many_strategies_and_senders_can_be_drawn(
    tmp_path: Path, picture: Picture
) -> None:
    """More than there are colours; more senders than have a band."""
    numbers = [f"+1415555{n:04}" for n in range(30)]
    ways = tuple(
        Way(name=f"{'pool' * 8}-{n}", senders=numbers[: 3 * n + 1], throttled=0.1)
        for n in range(9)
    )
    comparison = judge_record(Example(texts=50, ways=ways).make(), tmp_path)
    assert paint(picture, comparison).png


def test_a_sender_looks_the_same_in_every_panel() -> None:
    """And unlike the others, as far as there are colours and hatches."""
    figures = [
        SenderFigures(
            address=address,
            messages=1,
            segments=1,
            utilisation=1.0,
            depth=steps(np.zeros(peak), np.ones(peak)),
        )
        for peak, address in enumerate(US_NUMBERS, start=1)
    ]
    looks = looks_of([figures[:5], figures[3:]])
    assert sorted(looks) == US_NUMBERS
    assert len(set(looks.values())) == len(US_NUMBERS)
    for panel in (figures[:5], figures[4:]):
        assert len({looks[one.address][0] for one in panel}) == len(panel)


def test_few_refusals_among_thousands_are_marked(tmp_path: Path) -> None:
    """A strip of its own for each kind, and how many there were in all."""
    record = make_record("one", texts=0)
    for call in range(500):
        add_call(record, "one", call)
    for call in range(3):
        add_call(record, "one", call, http_status=429, error_code=20429)
    add_call(record, "one", 500, answered_at=90.0)
    svg = paint(ANSWERS, judge_record(record, tmp_path)).svg
    assert "501 × 201, 3 × 20429" in svg
    assert svg.count("PolyCollection") == 2


def test_lost_and_open_texts_stand_beside_the_name(tmp_path: Path) -> None:
    """A stroke left of the deadline alone would mislead."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0)
    add_message(record, "one", 1, status="failed", error_code=30036)
    svg = paint(DELIVERED, judge_record(record, tmp_path)).svg
    assert "one, 1 lost, 1 open" in svg


def test_ids_are_each_picture_s_own(five: Report) -> None:
    """Several drawings in one page do not share their clips."""
    first, second = (paint(one, five.comparison).svg for one in PICTURES[:2])
    assert 'id="delivered-' in first
    assert "url(#delivered-" in first
    assert 'id="queues-' in second
    assert "<metadata" not in first


def test_a_load_has_pictures_that_a_comparison_has_not(
    five: Report, load: Report
) -> None:
    """What runs beside each other is drawn together, in a comparison never."""
    more = {path.stem for path in load.pictures} - {path.stem for path in five.pictures}
    assert more == {"callbacks", "flight", "percentiles"}


def test_a_stream_alone_is_in_flight_in_one_picture(tmp_path: Path) -> None:
    """What the answers show already is not drawn a second time."""
    comparison = judge_record(make_load(FLOWS[0]), tmp_path)
    drawn = {chart.picture.name for chart in paint_all(comparison)}
    assert "flight" not in drawn
    assert "answers" in drawn


def test_doubt_stands_over_every_picture_of_percentiles(
    late: Report, load: Report
) -> None:
    """In its title and its words, and nowhere where the load was sound."""
    doubted = [paint(p, late.comparison) for p in PICTURES if p.timed]
    assert len(doubted) == 3
    assert all(")?" in chart.label and chart.doubt for chart in doubted)
    sound = [paint(picture, load.comparison) for picture in PICTURES]
    assert not any(")?" in chart.label or chart.doubt for chart in sound)


def test_streams_that_share_a_limit_add_up(load: Report) -> None:
    """The whole account's requests in flight are not those of one stream."""
    label = paint(FLIGHT, load.comparison).label
    assert "codes: at most" in label
    assert "12 refused" in label


def test_styles_beyond_the_colours_are_told_apart() -> None:
    """The eighth has the first one's colour and other dashes."""
    looks = [style_of(index) for index in range(3 * len(STYLES))]
    assert len({(one.color, one.dashes) for one in looks}) == len(looks)


def test_styles_differ_by_more_than_colour() -> None:
    """Grey prints and colour-blind readers have dashes and markers."""
    assert len({style.dashes for style in STYLES}) == len(STYLES)
    assert len({style.marker for style in STYLES}) == len(STYLES)


@given(st.lists(st.floats(0, 100), max_size=8))
def test_labels_keep_their_distance_and_their_order(heights: list[float]) -> None:
    """Whoever ends higher is named higher, and never two on one spot."""
    placed = spread(heights, gap=9.0, top=98.0)
    by_height = [
        placed[i] for i in sorted(range(len(heights)), key=lambda i: -heights[i])
    ]
    assert all(above - below >= 9 - 1e-9 for above, below in pairwise(by_height))
    assert all(place <= 98 for place in placed)


@given(span=st.floats(1e-3, 1e9), most=st.integers(2, 60))
def test_a_step_cuts_an_axis_into_few_parts(span: float, most: int) -> None:
    """Never more ticks than asked for, however long the run."""
    assert span / round_step(span, most) <= most + 1


@given(st.floats(0, 1e6), st.integers(2, 80))
def test_slices_hold_the_last_instant(end: float, most: int) -> None:
    """Also where it falls on an edge."""
    edges = edges_to([np.array([end]), np.zeros(0)], most)
    assert edges[0] == 0 <= end <= edges[-1]
    assert len(edges) <= most + 3


def test_a_long_name_is_cut() -> None:
    """A picture has room for 24 letters."""
    assert brief("short-code") == "short-code"
    assert len(brief("x" * 80)) == 24
