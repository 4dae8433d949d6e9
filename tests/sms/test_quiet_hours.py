"""Quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.quiet_hours import QuietHours

NIGHT = QuietHours(time(21), time(8))
SIESTA = QuietHours(time(13), time(15, 30))
NEW_YORK = ZoneInfo("America/New_York")

times = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
windows = (
    st.tuples(times, times)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: QuietHours(*pair))
)
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),
    max_value=datetime(2030, 1, 1),
    timezones=st.just(NEW_YORK),
    allow_imaginary=False,
)


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        (NIGHT, time(20, 59, 59), False),
        (NIGHT, time(21), True),
        (NIGHT, time(0), True),
        (NIGHT, time(7, 59, 59), True),
        (NIGHT, time(8), False),
        (SIESTA, time(12, 59), False),
        (SIESTA, time(13), True),
        (SIESTA, time(15, 30), False),
    ],
)
def test_the_first_minute_is_quiet_and_the_last_is_not(
    hours: QuietHours, clock: time, quiet: bool
) -> None:
    """A window holds over midnight or within a day, its end left out."""
    assert hours.holds(datetime.combine(datetime(2026, 11, 23), clock)) is quiet


def test_a_window_reads_as_it_is_written() -> None:
    """What is printed can be typed again, and blanks do not matter."""
    assert QuietHours.parse(" 21:00 - 8:00 ") == NIGHT
    assert QuietHours.parse(str(SIESTA)) == SIESTA


@given(windows, moments)
def test_it_is_not_quiet_until_it_begins(hours: QuietHours, moment: datetime) -> None:
    """A minute before the beginning it was not, unless the moment itself is later."""
    begins = hours.begins_after(moment).astimezone(UTC)
    now = moment.astimezone(UTC)
    if hours.holds(now.astimezone(NEW_YORK)):
        assert begins == now
        return
    steps = (now + timedelta(minutes=n) for n in range(0, 24 * 60, 7))
    awake = (step for step in steps if step < begins)
    assert not any(hours.holds(step.astimezone(NEW_YORK)) for step in awake)


def test_hours_that_begin_where_the_clocks_jump_begin_early() -> None:
    """At a quarter past two of the night that has none it has been quiet already."""
    hours = QuietHours(time(2, 15), time(8))
    before = datetime(2026, 3, 8, 1, tzinfo=NEW_YORK)
    begins = hours.begins_after(before).astimezone(UTC)
    assert before < begins <= datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_the_waking_hours_are_what_the_quiet_ones_leave() -> None:
    """Over midnight or not."""
    assert NIGHT.waking == timedelta(hours=13)
    assert SIESTA.waking == timedelta(hours=21.5)


@pytest.mark.parametrize("text", ["", "21-8", "21:00", "25:00-08:00", "21:60-08:00"])
def test_what_is_no_window_is_refused_with_an_example(text: str) -> None:
    """The text names what was given and what would do."""
    with pytest.raises(ValueError, match="as 21:00-08:00"):
        QuietHours.parse(text)


def test_a_window_that_ends_as_it_begins_is_refused() -> None:
    """It could mean all day or never."""
    with pytest.raises(ValueError, match="none or all"):
        QuietHours.parse("08:00-08:00")


def test_the_night_ends_next_morning_or_this_one() -> None:
    """Before midnight it ends on the next day, after it on the same."""
    evening = datetime(2026, 11, 23, 22, tzinfo=NEW_YORK)
    morning = datetime(2026, 11, 24, 8, tzinfo=NEW_YORK)
    assert NIGHT.ends_after(evening) == morning
    assert NIGHT.ends_after(morning - timedelta(hours=1)) == morning
    assert NIGHT.ends_after(morning) == morning


def test_a_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    """The end is what the recipient's clock shows, however long that takes."""
    evening = datetime(2026, 10, 31, 21, tzinfo=NEW_YORK)
    ends = NIGHT.ends_after(evening)
    assert ends.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=12)


def test_an_end_that_the_clocks_leave_out_comes_an_hour_later() -> None:
    """Half past two does not come on the night in which summer time begins."""
    hours = QuietHours(time(22), time(2, 30))
    ends = hours.ends_after(datetime(2026, 3, 8, 1, tzinfo=NEW_YORK))
    assert (ends.hour, ends.minute, ends.day) == (3, 30, 8)


@given(hours=windows, moment=moments)
def test_once_the_quiet_is_over_it_is_not_quiet(
    hours: QuietHours, moment: datetime
) -> None:
    """The end is not before the moment, within a day or so, and not quiet itself."""
    ends = hours.ends_after(moment)
    waits = ends.astimezone(UTC) - moment.astimezone(UTC)
    assert timedelta(0) <= waits <= timedelta(hours=25)
    assert not hours.holds(ends)
