"""Rules in a config: what is read, and what is said where they cannot be."""

from __future__ import annotations

import pytest

from simulator.config import load_config
from simulator.engine.brands import BrandType, CampaignStatus
from simulator.engine.quiet import Quiet
from simulator.keys import ConfigError

WHOLE = """
[[numbers]]
address = "+14155550100"
campaign = "news"
[[numbers]]
address = "+18335550100"
verified = false
[[brands]]
name = "one"
score = 60
daily_cap = 5
[campaigns]
plain = 3
[campaigns.news]
brand = "one"
status = "pending"
[[quiet_hours]]
hours = "21:00-08:00"
countries = ["US"]
then = "refuse"
[[filters]]
pattern = "w[i1]n"
share = 0.5
[alike]
most = 3
window = "2m"
[limits]
mps = 100
messages_a_day = 20_000
"""


def test_rules_are_read() -> None:
    """Each table makes what it is named for."""
    world = load_config(WHOLE, "world.toml").world
    rules = world.rules
    campaign = world.campaigns[world.senders[0].campaign or ""]
    brand = rules.brands[campaign.brand or ""]
    assert (brand.type, brand.score, brand.daily_cap) == (BrandType.STANDARD, 60, 5)
    assert campaign.status is CampaignStatus.PENDING
    assert not world.senders[1].verified
    assert rules.quiet_hours[0].then is Quiet.REFUSE
    assert rules.filters[0].pattern is not None
    assert rules.alike is not None
    assert (rules.alike.window, rules.mps, rules.messages_a_day) == (120, 100, 20_000)


def test_a_network_of_the_files_own_is_known() -> None:
    """What the file gives the profile, its filters may name."""
    text = "[[filters]]\nnetworks = ['mine']\n[profile.networks]\nmine = 0.01"
    (read,) = load_config(text, "world.toml").world.rules.filters
    assert read.networks == {"mine"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[brands]]\nname='a'\nscore=101", "brands[0]: score is a whole number"),
        ("[[brands]]\nname='a'\n[[brands]]\nname='a'", "two have the same name"),
        ("[campaigns.a]\nbrand='b'", "campaigns.a has no brand 'b'"),
        ("[campaigns.a]\nbrnd='b'", "did you mean 'brand'"),
        ("[[quiet_hours]]\nhours='9'", "quiet_hours[0]: '9' are no quiet hours"),
        ("[[filters]]\npattern='('", "is no regular expression"),
        ("[[filters]]\nshare=2", "filters[0]: share is from 0 to 1, not 2"),
        ("[[filters]]\ncountries=['UK']", "filters[0]: countries: 'UK' is no"),
        ("[brands.acme]\nscore=9", "[brands.acme]: write [[brands]], once for each"),
        ("[filters]\nshare=1", "[filters]: write [[filters]], once for each"),
        ("[[quiet_hours]]\nhours='21:00-08:00'\nthen='x'", "none of hold, refuse"),
        ("[[filters]]\nnetworks=['T-Mobile']", "did you mean 't_mobile'?"),
        (
            "[[filters]]\n[[filters]]\nnetworks=['o2']",
            "filters[1]: no network 'o2': there are t_mobile, verizon, att, us",
        ),
        ("[alike]\nmost=-1", "alike: most is 0 or more, not -1"),
        ("[alike]\nmost=1\nwindow='x'", "alike: window"),
        ("[limits]\nmps=-1", "limits: mps must be above 0, not -1"),
        ("[limits]\nmessages_a_day=0", "messages_a_day must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_is_named(text: str, complaint: str) -> None:
    """An error names the file, the table, and what would do."""
    with pytest.raises(ConfigError, match=r"^world\.toml: ") as error:
        load_config(text, "world.toml")
    assert complaint in str(error.value)
