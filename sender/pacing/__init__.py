"""How fast: a file a pacing, found by name through `sender.registry`.

Pure: a pacing is told the time and says when the next call may start.  Begin with
`face`, then `windowed`.
"""

from __future__ import annotations

from sender.pacing.face import Factory, Pacing, PacingOptions

__all__ = ["Factory", "Pacing", "PacingOptions"]
