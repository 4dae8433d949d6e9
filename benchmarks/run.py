"""All benchmarks one after the other, with the machine they ran on.

    python benchmarks/run.py

docs/benchmarks.md keeps what one run of it said, and what to make of it.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

BENCHMARKS = (
    ("experiment", ("--million",)),
    ("server", ()),
    ("half_open", ()),
    ("pacing", ()),
    ("receivers", ()),
    ("soak", ()),
    ("load", ()),
    ("segments", ()),
)


def main() -> None:
    """Run them all and print what they print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"CPython {platform.python_version()}"
    )
    for name, options in BENCHMARKS:
        print(f"\n{name}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
