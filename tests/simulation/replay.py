"""The same seed on every Python of this machine: `python -m tests.simulation.replay`.

For each Python from 3.11 on, in an environment of its own: the SHA-256 of the event log
of a comparison and of two days at the real server, each in a process of its own and
under another PYTHONHASHSEED.  It ends with 1 where they differ.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
KEPT_IN = (".pyenv/versions/*/bin", ".local/share/uv/python/*/bin")
"""Where pyenv and uv keep Pythons, below the home folder."""

DAYS = ("--acts", "200", "--seconds", "600", "--seed", "7")


def pythons() -> dict[str, Path]:
    """Return the Pythons there are, by version, the one that runs this first."""
    found = {f"3.{sys.version_info.minor}": Path(sys.executable)}
    for version in VERSIONS:
        name = f"python{version}"
        places = chain.from_iterable(Path.home().glob(f"{k}/{name}") for k in KEPT_IN)
        for path in [*map(Path, filter(None, [shutil.which(name)])), *places]:
            if version not in found and _works(path):
                found[version] = path
    return found


def _works(python: Path) -> bool:
    command = [str(python), "-c", "import venv, ensurepip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def equipped(python: Path, place: Path) -> Path:
    """Return a Python with the project in it: the one that runs this as it is.

    Raises:
        CalledProcessError: nothing could be installed for it.
    """
    if python == Path(sys.executable):
        return python
    subprocess.run([str(python), "-m", "venv", str(place)], check=True)
    own = place / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = ["-e", f"{ROOT}[reports]", "pytest"]
    subprocess.run([str(own), *install, *wanted], check=True)
    return own


def hashes(python: Path, hash_seed: str) -> list[str]:
    """Return what one process after the other gives: a comparison, two days."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.jsonl"
        compare = ["-m", "smslab", "compare", "examples/recipients.csv"]
        compare += ["--template", "examples/message.txt", "--events", str(log)]
        compare += ["--out", f"{folder}/run", "--redeliver", "1"]
        _said([str(python), *compare], environment)
        found = [hashlib.sha256(log.read_bytes()).hexdigest()]
    for bad in ((), ("--bad",)):
        day = [str(python), "-m", "tests.simulation", *DAYS, *bad]
        found.append(_said(day, environment).split()[0])
    return found


def _said(command: list[str], environment: dict[str, str]) -> str:
    """Run a command and return what it printed.

    Raises:
        CalledProcessError: it failed.
    """
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return ended.stdout


def main() -> int:
    """Try every Python there is; return 1 where two differ."""
    seen: dict[tuple[str, ...], str] = {}
    tried = 0
    for version, python in pythons().items():
        with tempfile.TemporaryDirectory() as place:
            try:
                own = equipped(python, Path(place))
            except subprocess.CalledProcessError:
                print(f"Python {version}: nothing could be installed, left out")
                continue
            for hash_seed in ("1", "2"):
                found = tuple(hashes(own, hash_seed))
                seen.setdefault(found, version)
                brief = " ".join(one[:16] for one in found)
                print(f"Python {version}, PYTHONHASHSEED={hash_seed}: {brief}")
        tried += 1
    if tried == 1:
        print("there is one Python on this machine: others are not shown the same")
    print("all the same" if len(seen) == 1 else f"{len(seen)} DIFFERENT results")
    return int(len(seen) != 1)


if __name__ == "__main__":
    sys.exit(main())
