"""Plays days at the real server by their seeds: `python -m tests.simulation`.

With `--seed` one day is played twice, else as many as `--days` or SMSLAB_SEEDS say,
every other one with faults.  It ends with 1 where a law was broken, a day was not the
same twice, or something was reached too seldom, and prints the command that plays a
failing day again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.counting import ENOUGH, Reached, reached
from tests.simulation.days import Options, play_day
from tests.simulation.laws import breaches

PROCESSES = 2


def try_day(options: Options) -> tuple[Options, Reached, list[str], str]:
    """Play a day twice; return what was reached, what was wrong, and its hash."""
    try:
        day, again = play_day(options), play_day(options)
    except Exception as error:  # the command to play it again is to be told
        return options, Reached(), [f"{type(error).__name__}: {error}"], ""
    wrong = breaches(day)
    if day.digest != again.digest:
        wrong.append(f"the same seed gave {day.digest} and then {again.digest}")
    return options, reached(day), wrong, day.digest


def tell(options: Options, wrong: list[str]) -> None:
    """Print what was wrong with a day, and how to play it again."""
    print(f"seed {options.seed}: {wrong[0]}", *wrong[1:5], sep="\n    ")
    print(f"    play it again: {options.command}")


def play_one(options: Options) -> int:
    """Play one day; return 1 where it failed."""
    _, _, wrong, digest = try_day(options)
    if wrong:
        tell(options, wrong)
        return 1
    print(f"{digest}  {options.command}")
    return 0


def play_many(days: list[Options], limit: float) -> int:
    """Play days, for `limit` real seconds at most; return 1 where one failed."""
    began, total, failed = time.monotonic(), Reached(), 0
    with ProcessPoolExecutor(PROCESSES) as pool:
        futures = [pool.submit(try_day, day) for day in days]
        for future in as_completed(futures):
            if future.cancelled():
                continue
            options, counted, wrong, _ = future.result()
            total.add(counted)
            if wrong:
                failed += 1
                tell(options, wrong)
            if time.monotonic() - began > limit:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    for table, name, times in total.rows():
        few = "" if times >= ENOUGH else "  too few"
        print(f"{table:7} {name:24} {times:8,}{few}")
    print(
        f"{total.days} of {len(days)} days, each twice: {total.messages:,} messages "
        f"and {total.callbacks:,} callbacks in {time.monotonic() - began:.0f} s; "
        f"{failed} failed"
    )
    vacuous = total.vacuous()
    if vacuous:
        print(f"vacuous: fewer than {ENOUGH} of {', '.join(vacuous)}")
    return 1 if failed or vacuous else 0


def read_arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="play this day alone")
    parser.add_argument("--acts", type=int, default=120, help="things done a day")
    parser.add_argument("--seconds", type=float, default=600.0, help="length of a day")
    parser.add_argument("--bad", action="store_true", help="with faults")
    days = int(os.environ.get("SMSLAB_SEEDS", "300"))
    parser.add_argument("--days", type=int, default=days, help="how many seeds")
    parser.add_argument("--limit", type=float, default=600.0, help="real seconds")
    return parser.parse_args()


def main() -> int:
    """Play what was asked for."""
    asked = read_arguments()
    length = {"acts": asked.acts, "seconds": asked.seconds}
    if asked.seed is not None:
        return play_one(Options(seed=asked.seed, bad=asked.bad, **length))
    hours = [Options(seed=0), Options(seed=0, bad=True)]
    days = [Options(seed=n, bad=n % 2 == 1, **length) for n in range(1, asked.days)]
    return play_many([*hours, *days], asked.limit)


if __name__ == "__main__":
    sys.exit(main())
