"""Premises: what a run takes for granted, said in a line before any answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.wording import count, counted

if TYPE_CHECKING:
    from reports.manifests import Manifest, SenderFacts

NOUNS = {
    "long_code": "long code",
    "toll_free": "toll-free number",
    "short_code": "short code",
    "alphanumeric": "alphanumeric sender",
}

SHOWN = 8
"""Countries, and groups of countries, that are named; a world may have hundreds."""

Kinds = tuple[tuple[str, int], ...]


def premises(manifest: Manifest) -> str:
    """Return the profile, seed and clock of a run, and the senders it had."""
    clock = "virtual clock"
    if manifest.clock != "virtual":
        clock = f"{manifest.clock} clock at speed {manifest.speed:g}"
    given = manifest.is_load or manifest.options.get("config")
    whose = "senders" if given else "senders assumed"
    return (
        f"Profile {manifest.profile}, seed {manifest.seed}, {clock}; "
        f"{whose}: {name_senders(manifest.senders)}."
    )


def name_senders(senders: tuple[SenderFacts, ...]) -> str:
    """Return how many senders of each type there are, by country.

    Countries that have the same are named together, those with the most first.
    """
    alike: dict[Kinds, list[str]] = {}
    for country, kinds in _by_country(senders).items():
        alike.setdefault(kinds, []).append(country)
    groups = sorted(alike.items(), key=lambda item: -sum(n for _, n in item[0]))
    said = [_say(kinds, countries) for kinds, countries in groups[:SHOWN]]
    left = [kinds for kinds, countries in groups[SHOWN:] for _ in countries]
    if left:
        number = sum(n for kinds in left for _, n in kinds)
        said.append(f"{counted(number, 'other sender')}")
    return "; ".join(said) or "none"


def _by_country(senders: tuple[SenderFacts, ...]) -> dict[str, Kinds]:
    """Return how many senders of each type a country has, in the senders' order."""
    tallies: dict[str, Counter[str]] = {}
    for sender in senders:
        tallies.setdefault(sender.country or "no country", Counter())[sender.type] += 1
    return {country: tuple(tally.items()) for country, tally in tallies.items()}


def _say(kinds: Kinds, countries: list[str]) -> str:
    each = " each" if len(countries) > 1 else ""
    what = ", ".join(
        counted(number, NOUNS.get(kind, kind.replace("_", " ")))
        for kind, number in kinds
    )
    where = ", ".join(countries[:SHOWN])
    more = len(countries) - SHOWN
    return f"{what}{each} of {where}{f' and {count(more)} more' if more > 0 else ''}"
