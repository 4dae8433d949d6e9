"""The config's tables of texts that come in."""

from __future__ import annotations

import pytest

from simulator.config import load_config
from simulator.engine.inbound import Webhook
from simulator.engine.keywords import keywords_for
from simulator.keys import ConfigError

NUMBER = '[[numbers]]\naddress = "+14155550100"\n'
SERVICE = '[[services]]\nname = "news"\n'
REPLIES = 'stop_reply = "a"\nstart_reply = "b"\nhelp_reply = "c"\n'
KEYWORDS = f'{SERVICE}[[keywords]]\nservice = "news"\n{REPLIES}'


def test_a_number_names_its_webhook() -> None:
    """With method and fallback; a number without a URL has none."""
    text = (
        f'{NUMBER}sms_url = "http://127.0.0.1/a"\nsms_method = "GET"\n'
        'sms_fallback_url = "http://127.0.0.1/b"\n[[numbers]]\naddress = "72345"\n'
    )
    world = load_config(text, "x").world
    assert world.inbound.webhooks == {
        world.senders[0].sid: Webhook(
            url="http://127.0.0.1/a", method="GET", fallback_url="http://127.0.0.1/b"
        )
    }


def test_a_services_words_are_by_country() -> None:
    """A country's stand instead of all others'; `stop` is always one."""
    text = (
        f'{KEYWORDS}[[keywords]]\nservice = "news"\ncountry = "FR"\n'
        f'stop = ["ARRET"]\n{REPLIES}'
    )
    world = load_config(text, "x").world
    advanced = world.inbound.opt_outs[world.services[0].sid]
    french, other = keywords_for(advanced, "FR"), keywords_for(advanced, "US")
    assert french is not None
    assert other is not None
    assert (french.word("arret"), french.word("STOP")) == ("STOP", "STOP")
    assert other.word("arret") is None


def test_answers_are_off_unless_asked_for() -> None:
    """Nobody answers by himself in the default world."""
    assert load_config("", "x").world.inbound.answers is None
    answers = load_config("[answers]\nshare = 0.5\n", "x").world.inbound.answers
    assert answers is not None
    assert (answers.share, answers.stop_share) == (0.5, 0.0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (KEYWORDS.replace('service = "news"', 'service = "new"'), "no service 'new'"),
        (KEYWORDS.replace('"a"', f'"{"a" * 321}"'), "320 characters"),
        (f'{KEYWORDS}stop = ["two words"]\n', "one word"),
        (f"{KEYWORDS}sotp = []\n", "sotp"),
        (f'{NUMBER}sms_method = "PUT"\n', "PUT"),
        ("[answers]\nshare = 2\n", "0 to 1"),
        ("[answers]\nwords = []\n", "one at least"),
    ],
)
def test_what_cannot_be_is_named(text: str, named: str) -> None:
    """In one line, with what would do."""
    with pytest.raises(ConfigError, match=named):
        load_config(text, "x")
