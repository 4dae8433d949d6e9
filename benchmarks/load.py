"""Load runs: what a call costs, how much goes through, and whether times are honest.

    python -m benchmarks.load [calls] [through] [pair] [calibration]

Without a word all four, in six minutes.  All is loopback, the server on one core and
Locust on another; each script beside this one says what it measures.
"""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version

from benchmarks import load_calibration, load_calls, load_pair, load_through
from benchmarks.load_rig import SERVER_CORE
from benchmarks.server import pin

BENCHMARKS = {
    "calls": lambda: load_calls.run(rounds=4, seconds=3.0),
    "through": lambda: load_through.run(seconds=8.0),
    "pair": lambda: load_pair.run(rounds=2),
    "calibration": load_calibration.run,
}


def main() -> None:
    """Run those that were asked for, and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    pin(SERVER_CORE)
    print(
        f"Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} cores, Locust {version('locust')}"
    )
    for name in names:
        print(f"\n{name}\n\n{BENCHMARKS[name]()}", flush=True)


if __name__ == "__main__":
    main()
