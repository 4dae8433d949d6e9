"""Who sends: a file a strategy, found by name through `sender.registry`.

Pure: a strategy turns texts into calls and makes none itself.  Begin with `face`, then
`single_number`, the simplest.
"""

from __future__ import annotations

from sender.strategies.face import Factory, Strategy, StrategyError

__all__ = ["Factory", "Strategy", "StrategyError"]
