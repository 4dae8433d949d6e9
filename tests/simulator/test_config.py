"""Config files: what they say, and what is said where they cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.config import load_config
from simulator.engine.gateway import Gateway
from simulator.engine.senders import SenderType
from simulator.engine.slowdowns import Slowdown
from simulator.engine.worlds import default_world
from simulator.keys import ConfigError
from simulator.profiles import load_profile

EXAMPLE = Path(__file__).parents[2] / "examples" / "world.toml"


def test_an_empty_file_is_the_default_world() -> None:
    """What a file does not mention is as it is without one."""
    config = load_config("", "world.toml")
    assert config.world == default_world()
    assert (config.profile, config.profile_changes) == (None, {})


def test_the_example_makes_a_world() -> None:
    """examples/world.toml says what it says, and a gateway starts with it."""
    config = load_config(EXAMPLE.read_text("utf-8"), EXAMPLE.name)
    profile = load_profile(changes=config.profile_changes)
    gateway = Gateway(config.world, profile, seed=0)
    types = [sender.type for sender in config.world.senders]
    assert types == [
        *(SenderType.LONG_CODE, SenderType.LONG_CODE, SenderType.TOLL_FREE),
        *(SenderType.SHORT_CODE, SenderType.LONG_CODE, SenderType.ALPHANUMERIC),
    ]
    assert [len(service.pool) for service in gateway.services.values()] == [3, 2]
    assert (profile.concurrency, profile.mix.filtered) == (20, 0.05)


def test_sids_are_the_same_every_time() -> None:
    """Two readings make the same world, SIDs and all."""
    text = EXAMPLE.read_text("utf-8")
    assert load_config(text, "a").world == load_config(text, "b").world


def test_services_may_use_the_default_numbers() -> None:
    """A file with services and no numbers pools what the default world owns."""
    text = '[[services]]\nname = "one"\nnumbers = ["+14155550100"]'
    world = load_config(text, "world.toml").world
    assert world.senders == default_world().senders
    assert [service.friendly_name for service in world.services] == ["one"]
    assert world.notify_services == ()


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("inbound_request_url = 'http://a/'", "inbound_request_url", "http://a/"),
        ("inbound_method = 'GET'", "inbound_method", "GET"),
        ("fallback_url = 'http://a/'", "fallback_url", "http://a/"),
        ("fallback_method = 'GET'", "fallback_method", "GET"),
        (
            "use_inbound_webhook_on_number = true",
            "use_inbound_webhook_on_number",
            True,
        ),
        ("use_case = 'poll'", "use_case", "poll"),
        ("scan_message_content = 'disable'", "scan_message_content", "disable"),
        ("synchronous_validation = true", "synchronous_validation", True),
        ("status_callback = 'http://a/'", "status_callback", "http://a/"),
    ],
)
def test_a_service_has_all_its_settings(
    line: str, field: str, expected: object
) -> None:
    """What the API can set of a service a file can too."""
    [service] = load_config(f"[[services]]\nname = 'a'\n{line}", "a").world.services
    assert getattr(service, field) == expected


def test_slowdowns_are_read() -> None:
    """From and to are seconds or durations; without countries it is all of them."""
    text = (
        '[[slowdowns]]\nfrom = "10m"\nto = 1200\nfactor = 5\ncountries = ["GB"]\n'
        "[[slowdowns]]\nfrom = 0\nto = 0.5\nfactor = 1.5\n"
    )
    assert load_config(text, "world.toml").world.slowdowns == (
        Slowdown(begins_at=600, ends_at=1200, factor=5, countries=frozenset({"GB"})),
        Slowdown(begins_at=0, ends_at=0.5, factor=1.5),
    )


SPAN = "[[slowdowns]]\nfrom = 60\nto = 120\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[account]\nsidd = 'x'", "account has no key 'sidd': did you mean 'sid'"),
        ("numbrs = 1", "the file has no key 'numbrs': did you mean 'numbers'"),
        ("[[services]]\nname='a'\nnubmers=[]", "services[0] has no key 'nubmers'"),
        ("[profile]\nconcurency = 2", "no key 'concurency'"),
        ("[profile.mix]\nfilterd = 0.1", "profile.mix has no key 'filterd'"),
        ("[profile]\nname = 'twilio-1999'", "'twilio-1999' is not known"),
        ("[account]\nsid = 'AC1'", "'AC1' is no SID"),
        ("[[numbers]]\naddress = '+1'", "'+1' is no address"),
        ("[[numbers]]\naddress = '+14155550100'\ncampaign = 'x'", "no campaign 'x'"),
        ("[[services]]\nname='a'\nnumbers=['+14155550109']", "did you mean"),
        ("[[services]]\nname='a'\nvalidity_period=0", "above 0, not 0"),
        (
            "[[services]]\nname='a'\nuse_case='spam'",
            "services[0].use_case: 'spam' is none of discussion, ",
        ),
        ("[[services]]\nname='a'\nfallback_method='PUT'", "fallback_method"),
        ("[[services]]\nname='a'\n[[services]]\nname='a'", "stands there twice"),
        ("[[notify]]\nname='a'\nservice='b'", "no service 'b'"),
        ("[recipients]\n'+14155550123' = 'lndline'", "lndline"),
        ("opted_out = ['x']", "recipient 'x' is no number"),
        (SPAN + "factr = 2", "slowdowns[0] has no key 'factr': did you mean 'factor'"),
        (SPAN, "missing required field `factor` - at `$.slowdowns[0]`"),
        (SPAN + "factor = 0.5", "slowdowns[0]: factor is 1 or more, not 0.5"),
        (SPAN + "factor = inf", "slowdowns[0]: factor is 1 or more, not inf"),
        (SPAN + "factor = 2\ncountries = ['UK']", "countries: 'UK' is no country"),
        (SPAN.replace("60", "'1x'") + "factor = 2", "from: '1x' is no duration"),
        (SPAN.replace("60", "-1") + "factor = 2", "from is 0 or more, not -1"),
        (SPAN.replace("60", "nan") + "factor = 2", "from is 0 or more, not nan"),
        (SPAN.replace("60", "'2m'") + "factor = 2", "to is after from (120.0), not 12"),
        ("numbers = 3", "numbers"),
        ("x =", "Invalid value"),
    ],
)
def test_what_cannot_be_is_named(text: str, complaint: str) -> None:
    """An error names the file, the key, and what would do."""
    with pytest.raises(ConfigError, match=r"^world\.toml: ") as error:
        load_config(text, "world.toml")
    assert complaint in str(error.value)
