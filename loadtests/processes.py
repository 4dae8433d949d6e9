"""Processes: the programs that a load is made of, started and ended by one other.

Each is in a process group of its own, so that Ctrl-C in the terminal reaches none of
them: whoever started them says when they end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sms.units import Seconds

HOME = Path(__file__).parents[1]
"""Where our packages lie, and processes begin: `python -m` finds them there."""

TICK: Seconds = 0.05
"""Real seconds between two looks at whether a process has ended."""

_WATCH = """\
import os, signal, sys
for group in [int(line) for line in sys.stdin]:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""
"""What a leash runs: once its other end is gone, so are all groups it was told of."""


class Leash:
    """Ends processes if this one ends without ending them, however that comes about.

    Use as a context manager: what was started within ends with it at the latest.
    """

    def __init__(self) -> None:
        self._processes: list[Process] = []
        self._watch = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCH],
            stdin=subprocess.PIPE,
            process_group=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.kill()
        self._watch.kill()
        self._watch.communicate()

    def start(self, words: Sequence[str], log: Path) -> Process:
        """Start a program in HOME, its output in a file; what was in that is gone.

        Raises:
            OSError: it cannot be started, or the file not be written.
        """
        process = Process(words, log)
        self._processes.append(process)
        assert self._watch.stdin is not None, "it was asked for"
        self._watch.stdin.write(b"%d\n" % process.pid)
        self._watch.stdin.flush()
        return process


class Process:
    """A program under way, and whatever it starts itself."""

    def __init__(self, words: Sequence[str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._popen = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=HOME,
                process_group=0,
            )
        self.pid = self._popen.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._popen.poll() is not None

    @property
    def status(self) -> int | None:
        """Its exit status, below 0 if a signal ended it; None before it has ended."""
        return self._popen.poll()

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def last_words(self) -> str:
        """The last line that it has said, and its exit status if it has ended."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        how = f"ended with status {self.status}" if self.ended else "is still there"
        return f"{how}: {lines[-1]}" if lines else how

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to it and to all that it has started."""
        with suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        self.tell(signal.SIGKILL)
        self._popen.wait()

    def wait(
        self, patience: Seconds, *, broken_off: Callable[[], bool] = lambda: False
    ) -> bool:
        """Wait until it has ended, so many real seconds at most; say whether it has."""
        give_up_at = time.monotonic() + patience
        while not self.ended:
            if time.monotonic() >= give_up_at or broken_off():
                return False
            time.sleep(TICK)
        return True
