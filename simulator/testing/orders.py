"""Orders: faults that a test asks for, and takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from simulator.fault_tables import read_fault
from simulator.keys import ConfigError

if TYPE_CHECKING:
    from simulator.engine.faults import Fault
    from simulator.testing.hosting import Hosting


class OrderedFault:
    """A fault that holds until it is removed, or until the end of a `with` block."""

    def __init__(self, hosting: Hosting, fault: Fault) -> None:
        self._hosting = hosting
        self._faults = hosting.server.gateway.faults
        self._struck = 0
        self.what = fault.what
        self._number = self._faults.add(fault)
        self._heed()

    @property
    def struck(self) -> int:
        """How often it has struck so far."""
        return self._hosting.do(self._count)

    def remove(self) -> None:
        """Take it away; nothing happens where it is gone."""
        self._hosting.do(self._remove)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _count(self) -> int:
        rule = self._faults.rules.get(self._number)
        if rule is not None:
            self._struck = rule.struck
        return self._struck

    def _remove(self) -> None:
        self._count()
        if self._number in self._faults.rules:
            self._faults.remove(self._number)
            self._heed()

    def _heed(self) -> None:
        server = self._hosting.server
        if server.gateway.faults is self._faults:
            server.gateway.heed_faults(server.clock.now())


def read_order(text: str, settings: dict[str, Any]) -> Fault:
    """Return the fault that is ordered: a kind and its settings, in text or by name.

    `from_` is the setting `from`; the text is a command line's, whose settings may
    stand without colon and commas.

    Raises:
        ConfigError: names what was given and what would do.
    """
    what, settings_in_text = _parts(text)
    table: dict[str, Any] = {"what": what}
    for part in settings_in_text:
        key, equals, value = part.partition("=")
        if not equals or not value:
            raise ConfigError(
                f"fault {text!r}: {part!r} has no value: write '500-after share=0.2'"
            )
        table[key] = value
    for key, given in settings.items():
        name = key.rstrip("_")
        if name in table:
            raise ConfigError(f"fault {text!r} has {name!r} twice: give it once")
        table[name] = given
    return read_fault(table, "fault")


def _parts(text: str) -> tuple[str, list[str]]:
    what, *rest = text.replace(":", " ").replace(",", " ").split() or [""]
    return what, rest
