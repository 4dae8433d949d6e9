"""Media: told from their messages, and only what was removed is remembered."""

from __future__ import annotations

from tests.simulator.engine.builders import long_code, make_gateway, send, us

URLS = ("https://example.com/a.png", "https://example.com/b.mp3")


def test_what_was_removed_is_forgotten_with_its_message() -> None:
    """Until then it is in no list, and afterwards nothing is remembered of it."""
    gateway = make_gateway(long_code())
    gone, other = (send(gateway, us(n), media_urls=URLS) for n in range(2))
    first, second = gateway.media.of(gone)
    gateway.media.forget(gone)
    gateway.media.remove(first.sid)
    gateway.media.remove(gateway.media.of(other)[0].sid)
    assert gateway.media.of(gone) == [second]
    gateway.media.forget(gone)
    assert gateway.media.of(gone) == [first, second]
    assert len(gateway.media.of(other)) == 1
