"""Dated, sourced sets of limits and rates, as data; and the one way to read them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.engine.brands import Tier
from simulator.engine.keywords import Keywords
from simulator.engine.loops import LoopRules
from simulator.engine.notifications import NotifyLimits
from simulator.engine.operations import BulkLimits
from simulator.engine.prices import Price
from simulator.engine.profile import LogNormal, Mix, Profile, Rate
from simulator.keys import ConfigError, check_keys, check_tables, convert

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "twilio-2021"


_TABLES: Mapping[str, type[Any]] = {
    "rates": Rate,
    "keywords": Keywords,
    "loops": LoopRules,
    "tiers": Tier,
    "prices": Price,
    "mix": Mix,
    "api_latency": LogNormal,
    "receipt_delay": LogNormal,
    "callback_latency": LogNormal,
    "notify": NotifyLimits,
    "bulk": BulkLimits,
}


def profile_names() -> list[str]:
    """Return the names of the profiles there are, the oldest first."""
    folder = files(__name__).iterdir()
    return sorted(f.name[:-5] for f in folder if f.name.endswith(".toml"))


def load_profile(
    name: str = DEFAULT, changes: Mapping[str, object] | None = None
) -> Profile:
    """Return a profile by name, some of its settings changed.

    `changes` is shaped like the profile's file; tables in it are merged, key by key.

    Raises:
        ConfigError: where there is no such profile or a change does not fit it.
    """
    if name not in profile_names():
        known = ", ".join(profile_names())
        raise ConfigError(f"profile {name!r} is not known: take one of {known}")
    data = tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    try:
        return convert(_merged(data, changes or {}), Profile)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"profile {name}: {error}") from error


def _merged(
    data: dict[str, object], changes: Mapping[str, object]
) -> dict[str, object]:
    check_keys(changes, Profile, "profile")
    check_tables(changes, _TABLES, "profile.")
    merged = dict(data)
    for key, value in changes.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = {**before, **value}
        else:
            merged[key] = value
    return merged
