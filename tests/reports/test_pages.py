"""Pages: one file, nothing loaded, nothing hostile alive in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from reports.gallery import paint_all
from reports.pages import render
from reports.premises import premises
from tests.reports.builders import (
    US_NUMBERS,
    Example,
    Way,
    add_message,
    judge_record,
    make_record,
)
from tests.reports.conftest import HOSTILE
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord
    from reports.drawing import Report


class Outline(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag of this name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(five: Report) -> Outline:
    """Return the outline of the five strategies' page."""
    return Outline(five.page.read_text("utf-8"))


def page_of(record: RunRecord, folder: Path) -> str:
    """Return the page of a record."""
    comparison = judge_record(record, folder)
    return render(comparison, paint_all(comparison))


def test_the_page_loads_nothing(page: Outline) -> None:
    """Every reference stays within the page."""
    for tag, attributes in page.tags:
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
        urls = re.findall(r"url\(([^)]*)\)", str(attributes))
        assert all(url.startswith("#") for url in urls)
    assert not {"script", "link", "img", "iframe", "object"} & {t for t, _ in page.tags}


def test_the_page_forbids_itself_to_load_anything(page: Outline) -> None:
    """A policy stands before all else."""
    policy = page.named("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )


def test_the_page_begins_with_question_and_verdict(five: Report, page: Outline) -> None:
    """And gives a reason for each of the others."""
    verdict = five.verdict
    assert page.text.index(verdict.question) < page.text.rindex(verdict.headline)
    for _, reason in verdict.reasons:
        assert reason in page.text


def test_the_page_can_be_read_aloud(page: Outline) -> None:
    """It names its language, its pictures and its tables' headings."""
    assert page.named("html")[0]["lang"] == "en"
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert len(page.named("svg")) == 6
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.named("svg"))
    assert {th["scope"] for th in page.named("th")} == {"col", "row"}


def test_headings_skip_no_level(page: Outline) -> None:
    """h3 stands below h2, and h2 below h1."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3}


def test_ids_are_unique(page: Outline) -> None:
    """No two pictures or sections share one."""
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    """Names, options and sources are shown, never run."""
    ways = (Way(name=HOSTILE, senders=US_NUMBERS[:2]),)
    changes = {"options": {HOSTILE: HOSTILE}, "profile": HOSTILE}
    outline = Outline(
        page_of(Example(texts=9, ways=ways, changes=changes).make(), tmp_path)
    )
    assert not outline.named("script")
    assert not [a for _, a in outline.tags if any(k.startswith("on") for k in a)]
    assert HOSTILE in outline.text


def test_a_partial_run_says_so_at_the_top(tmp_path: Path) -> None:
    """Before the question, with what is missing."""
    record = make_record("one", texts=1, complete=False, missing=["the rest"])
    add_message(record, "one", 0)
    text = Outline(page_of(record, tmp_path)).text
    partial, missing = text.index("This run is partial"), text.index("the rest")
    assert partial < missing < text.index("1 text within 30m")


def test_rejects_duplicates_and_redeliveries_are_counted(page: Outline) -> None:
    """Nothing that was left out goes unsaid."""
    text = " ".join(page.text.split())
    assert (
        "14 rows of recipients.csv were not sent to: 5 could not be used, 9 named a "
        "number a second time. rejects.csv"
    ) in text
    assert "was sent again up to 1 time" in text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((1, 0), "1 row of ours.csv was not sent to: 1 could not be used."),
        ((2, 2), "2 rows of ours.csv were not sent to: 2 named a number a second"),
        ((0, 0), "Every row was sent to."),
    ],
)
def test_a_row_left_out_counts_once(
    tmp_path: Path, facts: tuple[int, int], said: str
) -> None:
    """Duplicates are some of the rejects, not more of them."""
    keys = ("rejects", "duplicates")
    people = {"source": "ours.csv", **dict(zip(keys, facts, strict=True))}
    record = make_record("one", texts=0, recipients=people)
    assert said in " ".join(Outline(page_of(record, tmp_path)).text.split())


def test_what_was_assumed_stands_above_the_headline(
    five: Report, page: Outline
) -> None:
    """Profile, seed, clock and senders, before any answer."""
    setting = page.text.index(premises(five.comparison.manifest))
    assert page.text.index(five.verdict.question) < setting
    assert setting < page.text.rindex(five.verdict.headline)


@pytest.mark.parametrize(
    ("distinct", "said"),
    [(8, "there were 8 different bodies"), (1, "Every text had this body.")],
)
def test_what_was_sent_is_quoted_and_inert(
    tmp_path: Path, distinct: int, said: str
) -> None:
    """The first text with its encoding and segments, markup and all."""
    facts = {"example": HOSTILE, "encoding": "UCS-2", "segments": 1}
    record = make_record("one", texts=0, message=facts | {"distinct": distinct})
    outline = Outline(page_of(record, tmp_path))
    assert not outline.named("script")
    assert len(outline.named("blockquote")) == 1
    assert HOSTILE in outline.text
    text = " ".join(outline.text.split())
    assert "UCS-2, 1 segment." in text
    assert said in text


def test_an_older_folder_does_not_say_what_was_sent(page: Outline) -> None:
    """Its manifest has no such key, and the page no empty section."""
    assert "What was sent" not in page.text


def test_a_wait_past_the_validity_period_is_named(tmp_path: Path) -> None:
    """The table shows Twilio's number, whichever of its meanings it had."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, status="failed", error_code=30001)
    text = " ".join(Outline(page_of(record, tmp_path)).text.split())
    assert "30001 Waited past its validity period may help 1" in text


def test_a_real_run_counts_the_messages_that_differ(tmp_path: Path) -> None:
    """Against the virtual one, which is the reference."""
    record = make_record("one", texts=1, clock="real", speed=60.0, redeliver=0)
    record.manifest["strategies"][0]["differing"] = 17
    add_message(record, "one", 0)
    text = " ".join(Outline(page_of(record, tmp_path)).text.split())
    assert "Real clock: 17 messages fared otherwise" in text
    assert "other fate than in virtual time" in text
    assert " 17 " in text
    assert "real, 60 simulated seconds a second" in text
    assert "--redeliver was 0" in text


def test_a_bottleneck_stands_at_the_very_top(late: Report) -> None:
    """Before the question; percentiles are struck through, and said not to be sound."""
    outline = Outline(late.page.read_text("utf-8"))
    text = outline.text
    top = text.index("The generator was the bottleneck: these figures")
    assert top < text.rindex(late.verdict.question)
    assert len(outline.named("s")) == text.count("not sound") - 1 > 20
    assert text.count("Not sound: the generator was the bottleneck.") == 3
    assert ")?" not in re.sub(r"<svg.*?</svg>", "", late.page.read_text(), flags=re.S)


def test_a_sound_load_strikes_nothing(load: Report) -> None:
    """And still tells how late it was, what drove it and what receivers met."""
    outline = Outline(load.page.read_text("utf-8"))
    text = " ".join(outline.text.split())
    assert not outline.named("s")
    assert "bottleneck" not in text
    assert "440 of 440" in text
    assert "A queue is shared by all that goes through its number." in text
    assert "The p99 of the codes" in text
    assert "1 callback with a wrong signature" in text
    assert "from 2 processes" in text


def test_a_load_shows_checks_knee_and_what_is_open(tmp_path: Path) -> None:
    """And what is missing of it, before the question."""
    record = make_load(FLOWS[0], missing=["worker 1 was killed after 40s"])
    missed = {"check": HOSTILE, "wanted": "< 1s", "got": "3s", "met": False}
    knee = {"stream": "codes", "check": "p95(call) < 1s", "rate": 25.0}
    record.manifest.update(checks=[missed], knee=knee)
    record.manifest["strategies"][0]["open"] = {"sent": 3, "queued": 0}
    outline = Outline(page_of(record, tmp_path))
    text = " ".join(outline.text.split())
    assert "MISSED" in text
    assert HOSTILE in text
    assert not outline.named("script")
    assert "Every step held p95(call) < 1s of codes, up to 25 a second" in text
    assert " 3 sent " in text
    assert text.index("worker 1 was killed") < text.rindex(
        "codes behind a newsletter: 240"
    )


def test_prices_and_guesses_are_dated_and_sourced(tmp_path: Path) -> None:
    """A country without a price of its own is named."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, country="NZ")
    text = " ".join(Outline(page_of(record, tmp_path)).text.split())
    assert "Twilio list prices as of 2026-11-09" in text
    assert "No price was known for NZ" in text
    assert "[unverified] a guess for every country" in text


def test_a_run_without_errors_says_so(tmp_path: Path) -> None:
    """An empty table would leave one wondering."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    assert "No message ended with an error." in page_of(record, tmp_path)
