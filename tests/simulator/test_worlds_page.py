"""docs/worlds.md: every table and key of a world's file, and an example that loads."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import msgspec
import pytest

from simulator.config import _TABLES, Document, load_config
from simulator.rule_tables import CampaignTable

PAGE = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text("utf-8")
TABLES = {**_TABLES, "campaigns": CampaignTable}
WITHOUT_KEYS = {"recipients", "opted_out", "profile", "campaigns", "faults"}
"""Tables whose keys are names, a list, and one with a page of its own."""


def keys(table: type) -> set[str]:
    """Return the keys of a table of the file."""
    if issubclass(table, msgspec.Struct):
        return {field.encode_name for field in msgspec.structs.fields(table)}
    return {field.name for field in fields(table)}  # type: ignore[arg-type]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_key_has_its_line(table: str) -> None:
    """A table has a row, and below it one of each key, and of no other."""
    block = re.search(rf"^\| `\[+{table}\]+` \| \S.*\n((?:\| `[a-z].*\n)*)", PAGE, re.M)
    assert block, f"docs/worlds.md has no row of {table}"
    named = [line.split(" | ")[0] for line in block[1].splitlines()]
    assert set(re.findall(r"`(\w+)`", " ".join(named))) == keys(TABLES[table])


def test_every_table_has_its_row() -> None:
    """Those whose keys are names have one too."""
    assert keys(Document) == set(TABLES) | WITHOUT_KEYS
    assert all(re.search(rf"`\[*{name}\]*`", PAGE) for name in WITHOUT_KEYS)


def test_the_example_loads() -> None:
    """The campaign has its brand with its cap, and the filter is there."""
    [shown] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    config = load_config(shown, "worlds.md")
    assert config.profile == "twilio-2026"
    campaign = config.world.campaigns[config.world.senders[0].campaign or ""]
    assert campaign.mps == 10
    assert config.world.rules.brands[campaign.brand or ""].daily_cap == 5000
    [rule] = config.world.rules.filters
    assert rule.pattern is not None
    assert rule.pattern.search("see https://bit.ly/x")
