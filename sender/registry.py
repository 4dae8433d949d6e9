"""Strategies and pacing by name: our own, and those that installed packages add.

A package adds one by an entry point in the group `smslab.strategies` or
`smslab.pacing`; docs/adding.md shows it.  Ours are listed here as well, so that they
are found in a checkout that was never installed.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sender import pacing, strategies

STRATEGIES = "smslab.strategies"
PACING = "smslab.pacing"

BUILT_IN: dict[str, dict[str, str]] = {
    STRATEGIES: {
        "single-number": "sender.strategies.single_number:SingleNumber",
        "number-pool": "sender.strategies.number_pool:NumberPool",
        "messaging-service": "sender.strategies.messaging_service:MessagingService",
        "notify": "sender.strategies.notify:Notify",
        "short-code": "sender.strategies.short_code:ShortCode",
        "bulk": "sender.strategies.bulk:Bulk",
    },
    PACING: {
        "burst": "sender.pacing.burst:Burst",
        "paced": "sender.pacing.paced:Paced",
        "windowed": "sender.pacing.windowed:Windowed",
        "adaptive": "sender.pacing.adaptive:Adaptive",
    },
}
"""Our own, in the order in which lists show them; pyproject.toml says the same."""


class UnknownNameError(ValueError):
    """No strategy or pacing goes by this name; the text says which do."""


def find_strategy(name: str) -> strategies.Factory:
    """Return the factory of the strategy of that name.

    Raises:
        UnknownNameError: there is none, or the package that promises it does not load.
    """
    return cast("strategies.Factory", _find(STRATEGIES, "strategy", name))


def find_pacing(name: str) -> pacing.Factory:
    """Return the factory of the pacing of that name.

    Raises:
        UnknownNameError: there is none, or the package that promises it does not load.
    """
    return cast("pacing.Factory", _find(PACING, "pacing", name))


def strategy_names() -> list[str]:
    """Return the names of all strategies: ours, then others by the alphabet."""
    return list(_known(STRATEGIES))


def pacing_names() -> list[str]:
    """Return the names of all pacing: ours, then others by the alphabet."""
    return list(_known(PACING))


def _known(group: str) -> dict[str, EntryPoint]:
    """Return a group's entry points by name; none can take the name of ours."""
    ours = {
        name: EntryPoint(name, value, group) for name, value in BUILT_IN[group].items()
    }
    others = {point.name: point for point in entry_points(group=group)}
    return ours | {name: others[name] for name in sorted(others.keys() - ours.keys())}


def _find(group: str, kind: str, name: str) -> object:
    known = _known(group)
    if name not in known:
        near = get_close_matches(name, known, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "known are:"
        raise UnknownNameError(
            f"{kind} {name!r} is unknown; {hint} " + ("" if near else ", ".join(known))
        )
    try:
        return known[name].load()
    except (ImportError, AttributeError) as error:
        raise UnknownNameError(
            f"{kind} {name!r}: {known[name].value} does not load: {error}"
        ) from error
