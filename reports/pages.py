"""Pages: a report as one HTML file that loads nothing from anywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.loads import ITS_OWN, knee_in_words
from reports.premises import premises
from reports.prices import ANY
from reports.streams import (
    CHECKED,
    MEANINGS,
    SENT,
    TIMED,
    TIMES,
    check_rows,
    load_facts,
    stream_rows,
    time_rows,
)
from reports.tables import EFFORT, OUTCOME, question_heading
from reports.titles import retryable, title
from reports.wording import (
    DOUBT,
    count,
    counted,
    duration,
    is_doubted,
    money,
    price,
    share,
    undoubted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts import Chart
    from reports.comparisons import Comparison
    from reports.prices import Price
    from reports.runs import OptOut

TEMPLATE = "page.html.j2"

OPT_OUTS_SHOWN = 60
"""Rows of the table of who opted out; the record has all."""

SENDERS_SHOWN = 60
"""Rows of the table of senders; a pool may hold hundreds."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One line of the table of errors: its counts in the strategies' order.

    `code` is Twilio's; 0 where there was none.
    """

    code: int
    title: str
    retryable: bool
    counts: tuple[int, ...]


def render(comparison: Comparison, charts: Sequence[Chart]) -> str:
    """Return the whole page."""
    return fill(
        TEMPLATE,
        comparison=comparison,
        load=_load(comparison) if comparison.manifest.is_load else None,
        manifest=comparison.manifest,
        premises=premises(comparison.manifest),
        verdict=comparison.verdict,
        judgements=comparison.judgements,
        outcome=OUTCOME,
        effort=EFFORT,
        answer_heading=question_heading(comparison),
        pictures=framed(charts),
        errors=_errors(comparison),
        left_out=_left_out(comparison),
        senders=list(_senders(comparison)),
        facts=list(_facts(comparison)),
        prices=list(_prices(comparison)),
        recorded=_recorded(comparison),
        opt_outs=list(_opt_outs(comparison)),
        guessed=sorted({c for one in comparison.judgements for c in one.cost.guessed}),
    )


def fill(template: str, **values: Any) -> str:
    """Return a page made from a template of ours; what is not markup is escaped."""
    environment = Environment(
        loader=PackageLoader("reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for words in (count, counted, duration, money, price, share, struck, title):
        environment.filters[words.__name__] = words
    return environment.get_template(template).render(doubt=DOUBT, **values)


def framed(charts: Sequence[Chart]) -> list[tuple[Chart, Markup]]:
    """Return charts, each with its drawing as markup that is not escaped."""
    return [(chart, Markup(chart.svg)) for chart in charts]


def struck(words: str) -> str:
    """Return a cell, struck through and said to be so where its figure is not sound."""
    if not is_doubted(words):
        return words
    cell = '<s class="unsound">{}</s> <small class="unsound">not sound</small>'
    return Markup(cell).format(undoubted(words))


def _load(comparison: Comparison) -> dict[str, Any]:
    """Return what the page shows of a load alone."""
    manifest = comparison.manifest
    tables = [
        ("Streams", "How each stream was sent", SENT, stream_rows(manifest), 6),
        ("Times", TIMES, TIMED, time_rows(comparison), 2),
    ]
    return {
        "scenario": manifest.scenario,
        "checks": check_rows(comparison),
        "checked": CHECKED,
        "knee": _knee(comparison),
        "tables": tables,
        "meanings": MEANINGS,
        "facts": load_facts(comparison),
    }


def _knee(comparison: Comparison) -> str:
    """Return the knee in words, doubted where the load was not sound."""
    knee = comparison.manifest.knee
    if knee is None:
        return ""
    return f"{'' if comparison.sound else ITS_OWN}{knee_in_words(knee)}"


def _errors(comparison: Comparison) -> list[ErrorRow]:
    """Return every code that ended a message, the most frequent first."""
    tallies = [
        {row.code: row.total for row in one.metrics.codes}
        for one in comparison.judgements
    ]
    rows = [
        ErrorRow(
            abs(code),
            title(code),
            retryable(code),
            tuple(t.get(code, 0) for t in tallies),
        )
        for code in set().union(*tallies)
    ]
    return sorted(rows, key=lambda row: (-sum(row.counts), row.code))


def _left_out(comparison: Comparison) -> str:
    """Return how many rows were not sent to, and why; a row counts once."""
    facts = comparison.manifest.recipients
    unusable, again = facts.rejects - facts.duplicates, facts.duplicates
    if not facts.rejects:
        return "Every row was sent to." if facts.source else "Nobody."
    what = f"{counted(facts.rejects, 'row')} of {facts.source}"
    were = "was" if facts.rejects == 1 else "were"
    reasons = [f"{count(unusable)} could not be used"] if unusable else []
    reasons += [f"{count(again)} named a number a second time"] if again else []
    return f"{what} {were} not sent to: {', '.join(reasons)}."


def _senders(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """Yield a line for each strategy's senders, as far as the table goes."""
    lines = (
        (
            one.name,
            sender.address,
            count(sender.messages),
            count(sender.segments),
            share(sender.utilisation, 1),
            count(sender.depth.peak),
        )
        for one in comparison.judgements
        for sender in one.metrics.senders
    )
    for _, line in zip(range(SENDERS_SHOWN), lines, strict=False):
        yield line


def _facts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield what the manifest says of how the run was made."""
    manifest = comparison.manifest
    machine = dict(manifest.machine)
    libraries = machine.pop("libraries", {})
    countries = manifest.recipients.countries
    yield "recipients", f"{count(manifest.recipients.count)}, {_source(comparison)}"
    if countries:
        most = sorted(countries.items(), key=lambda item: (-item[1], item[0]))
        yield "countries", ", ".join(f"{name} {count(n)}" for name, n in most)
    yield "profile", manifest.profile
    yield "seed", str(manifest.seed)
    yield "clock", _clock(comparison)
    yield "started", manifest.start_at or manifest.created_at
    yield "made", manifest.created_at
    yield "smslab", manifest.smslab
    yield "machine", _plain(machine)
    yield "libraries", _plain(libraries)
    yield "options", _plain(manifest.options)


def _source(comparison: Comparison) -> str:
    source = comparison.manifest.recipients.source
    return f"from {source}" if source else "made up"


def _clock(comparison: Comparison) -> str:
    manifest = comparison.manifest
    if manifest.clock == "virtual":
        return "virtual: no real time passed, the same seed gives the same run"
    return f"{manifest.clock}, {manifest.speed:g} simulated seconds a second"


def _prices(comparison: Comparison) -> Iterator[tuple[str, Price]]:
    """Yield each price this run could have been charged, with what it is for."""
    prices = comparison.prices
    countries = set(comparison.manifest.recipients.countries)
    recorded = _recorded(comparison)
    for row in () if recorded else prices.segments:
        if ANY in row.countries or countries & set(row.countries):
            yield f"a segment to {_where(row)}", row
    for row in prices.carrier_fees:
        if ANY in row.countries or countries & set(row.countries):
            yield f"carrier fee a segment to {_where(row)}", row
    types = {sender.type for sender in comparison.manifest.senders}
    for row in prices.rents:
        if ANY in row.senders or types & set(row.senders):
            kind = ", ".join(row.senders).replace("_", " ")
            yield f"a month of a {kind} in {_where(row)}", row
    if not recorded:
        yield "a message that failed", prices.failed_message


def _recorded(comparison: Comparison) -> bool:
    """Return whether messages cost what Twilio's own prices say."""
    return any(one.cost.recorded for one in comparison.judgements)


def _opt_outs(comparison: Comparison) -> Iterator[OptOut]:
    """Yield who opted out under way, as far as the table goes."""
    found = chain.from_iterable(one.opt_outs for one in comparison.conducts)
    return islice(found, OPT_OUTS_SHOWN)


def _where(row: Price) -> str:
    return "any other country" if ANY in row.countries else ", ".join(row.countries)


def _plain(values: dict[str, Any]) -> str:
    """Return options or versions on one line, JSON where they are not plain."""
    shown = (
        f"{key} {value if isinstance(value, str) else json.dumps(value)}"
        for key, value in sorted(values.items())
    )
    return ", ".join(shown)
