# SPDX-License-Identifier: Apache-2.0
"""Hours and business days, by the vectors T17, T18 and T22 and at every edge."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config.opening import shipped
from appliance.model.calendar import Calendar, Holidays, Hours, Opening, Reason, YearEnd, date_of, minute_of_day
from appliance.model.time import DAY, JST, MINUTE, Instant, in_japan, instant

CALENDAR = Calendar(shipped())
MINUTES = st.integers(instant(dt.datetime(2019, 1, 1, tzinfo=JST)), instant(dt.datetime(2027, 12, 1, tzinfo=JST)))


def at(text: str) -> Instant:
    """An instant in Japan."""
    return instant(dt.datetime.fromisoformat(text).replace(tzinfo=JST))


def written(moment: Instant | None) -> str:
    """An instant as it is written above, "" for none."""
    return "" if moment is None else in_japan(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("now", "reason", "next_open"),
    [
        ("2026-06-08T07:59:59.999", "before_hours", "2026-06-08T08:00"),
        ("2026-06-08T08:00", "open", "2026-06-09T08:00"),
        ("2026-06-08T19:59:59.999", "open", "2026-06-09T08:00"),
        ("2026-06-08T20:00", "after_hours", "2026-06-09T08:00"),
        ("2026-06-12T23:59", "after_hours", "2026-06-15T08:00"),
        ("2026-06-13T10:00", "weekend", "2026-06-15T08:00"),
        ("2026-06-14T00:00", "weekend", "2026-06-15T08:00"),
        ("2026-05-06T10:00", "holiday", "2026-05-07T08:00"),  # 振替休日
        ("2026-09-22T10:00", "holiday", "2026-09-24T08:00"),  # 国民の休日
        ("2026-05-03T10:00", "holiday", "2026-05-07T08:00"),  # a Sunday that has a name
        ("2026-12-28T20:00", "after_hours", "2027-01-04T08:00"),
        ("2026-12-29T10:00", "year_end", "2027-01-04T08:00"),
        ("2026-12-31T10:00", "year_end", "2027-01-04T08:00"),
        ("2027-01-01T10:00", "year_end", "2027-01-04T08:00"),
        ("2027-01-03T10:00", "year_end", "2027-01-04T08:00"),
        ("2019-04-26T20:00", "after_hours", "2019-05-07T08:00"),  # the ten days of 2019
    ],
)
def test_hours_and_closed_days(now: str, reason: str, next_open: str) -> None:
    opening = CALENDAR.opening(at(now))
    assert (opening.reason, written(opening.next_open)) == (Reason(reason), next_open)
    assert opening.is_open is (reason == "open")
    assert (opening.closes is not None) is opening.is_open


@pytest.mark.parametrize(
    ("now", "closes", "grace_ends"),
    [
        ("2026-06-08T07:59", "", ""),
        ("2026-06-08T08:00", "2026-06-08T20:00", "2026-06-08T20:10"),
        ("2026-06-08T20:00", "", "2026-06-08T20:10"),
        ("2026-06-08T20:09:59.999", "", "2026-06-08T20:10"),
        ("2026-06-08T20:10", "", ""),
        ("2026-05-06T20:05", "", ""),
    ],
)
def test_the_grace_follows_a_business_day(now: str, closes: str, grace_ends: str) -> None:
    opening = CALENDAR.opening(at(now))
    assert (written(opening.closes), written(opening.grace_ends)) == (closes, grace_ends)


def test_without_grace_all_is_over_at_closing() -> None:
    calendar = Calendar(shipped(), Hours(grace=0))
    assert calendar.opening(at("2026-06-08T19:00")).grace_ends == at("2026-06-08T20:00")
    assert calendar.opening(at("2026-06-08T20:00")).grace_ends is None


def test_the_fund_closes_and_opens_as_it_likes() -> None:
    obon, saturday, new_year = dt.date(2026, 8, 13), dt.date(2026, 6, 13), dt.date(2027, 1, 1)
    calendar = Calendar(shipped(), closed_days=frozenset({obon}), open_days=frozenset({saturday, new_year}))
    assert calendar.opening(at("2026-08-13T10:00")).reason is Reason.FUND_CLOSED
    assert calendar.opening(at("2026-08-12T20:00")).next_open == at("2026-08-14T08:00")
    assert calendar.opening(at("2026-06-13T10:00")).is_open and calendar.opening(at("2027-01-01T10:00")).is_open
    assert calendar.opening(at("2026-06-12T20:00")).next_open == at("2026-06-13T08:00")


def test_a_fund_may_rest_at_no_year_end_or_at_another() -> None:
    none = Calendar(shipped(), year_end=None)
    assert none.opening(at("2026-12-31T10:00")).is_open
    assert none.opening(at("2027-01-01T10:00")).reason is Reason.HOLIDAY
    rokin = Calendar(shipped(), year_end=YearEnd((12, 31), (1, 3)))  # A51
    assert rokin.opening(at("2026-12-30T10:00")).is_open
    summer = Calendar(shipped(), year_end=YearEnd((8, 13), (8, 15)))
    assert [summer.closed(dt.date(2026, 8, day)) for day in (12, 13, 14, 17)] == [
        None,
        *[Reason.YEAR_END] * 2,
        None,
    ]


def test_a_day_may_last_from_midnight_to_midnight() -> None:
    calendar = Calendar(shipped(), Hours(0, 24 * 60, 0))
    assert calendar.opening(at("2026-06-08T00:00")).closes == at("2026-06-09T00:00")
    assert calendar.opening(at("2026-06-08T23:59:59.999")).is_open


@pytest.mark.parametrize(
    ("asked", "count", "due"),
    [
        ("2025-12-26T15:00", 1, dt.date(2026, 1, 5)),
        ("2025-12-26T15:00", 2, dt.date(2026, 1, 6)),
        ("2025-12-27T15:00", 1, dt.date(2026, 1, 5)),
        ("2026-05-01T23:59", 1, dt.date(2026, 5, 7)),
        ("2026-06-08T00:00", 5, dt.date(2026, 6, 15)),
    ],
)
def test_business_days_after_a_request(asked: str, count: int, due: dt.date) -> None:
    assert CALENDAR.business_days_after(at(asked), count) == due


@pytest.mark.parametrize("count", [0, -1])
def test_there_is_no_business_day_number_zero(count: int) -> None:
    with pytest.raises(ValueError, match="number 1"):
        CALENDAR.business_days_after(0, count)


@given(MINUTES)
def test_whatever_the_instant_the_answer_holds_together(now: Instant) -> None:
    opening = CALENDAR.opening(now)
    begun = CALENDAR.opening(opening.next_open)
    assert now < opening.next_open <= now + 11 * DAY
    assert begun.is_open and not CALENDAR.opening(opening.next_open - 1).is_open
    if opening.closes is not None:
        ended = CALENDAR.opening(opening.closes)
        assert now < opening.closes and CALENDAR.opening(opening.closes - 1).is_open
        assert ended == Opening(Reason.AFTER_HOURS, opening.next_open, None, opening.grace_ends)
    if opening.grace_ends is not None:
        assert now < opening.grace_ends
        assert CALENDAR.opening(opening.grace_ends).grace_ends is None


@given(MINUTES, st.integers(1, 30))
def test_business_days_add_up(now: Instant, count: int) -> None:
    day = CALENDAR.business_days_after(now, count)
    between = [date_of(now) + dt.timedelta(days=number + 1) for number in range((day - date_of(now)).days)]
    assert [CALENDAR.closed(one) for one in between].count(None) == count
    assert CALENDAR.closed(day) is None


@given(st.dates())
def test_dates_are_those_of_japan_in_every_year(day: dt.date) -> None:
    midnight = (day.toordinal() - dt.date(1970, 1, 1).toordinal()) * DAY - 9 * 60 * MINUTE
    assert date_of(midnight) == date_of(midnight + DAY - 1) == day


@pytest.mark.parametrize("now", [at("9999-12-31T23:00"), at("9999-12-30T21:00"), -63_000_000_000_000, 10**15])
def test_beyond_the_calendar_there_is_no_answer(now: Instant) -> None:
    with pytest.raises(ValueError, match=r"ordinal|year"):
        CALENDAR.opening(now)


@pytest.mark.parametrize(("text", "minute"), [("00:00", 0), ("08:00", 480), ("23:59", 1439), ("24:00", 1440)])
def test_a_time_of_day(text: str, minute: int) -> None:
    assert minute_of_day(text) == minute


@pytest.mark.parametrize(
    "text", ["", "8:00", "08:0", "24:01", "25:00", "08:60", "08:00:00", " 08:00", "08:00\n", "０８:00"]
)
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        minute_of_day(text)


@pytest.mark.parametrize(
    ("opens", "closes", "grace"),
    [
        (480, 480, 0),
        (1200, 480, 0),
        (-1, 480, 0),
        (480, 1441, 0),
        (480, 1440, 1),
        (480, 1200, -1),
        (480, 1200, 241),
    ],
)
def test_hours_that_are_none(opens: int, closes: int, grace: int) -> None:
    with pytest.raises(ValueError, match=r"opens before it closes|by midnight"):
        Hours(opens, closes, grace)


@pytest.mark.parametrize(
    "text",
    ["", "12-29", "12-29..", "12-29..1-3", "13-01..01-03", "12-32..01-03", "00-00..01-01", "02-30..03-01"],
)
def test_a_year_end_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"form 12-29|month|day"):
        YearEnd.parse(text)


def test_a_year_end_is_short_so_that_every_year_has_business_days() -> None:
    assert YearEnd.parse("12-15..01-14") == YearEnd((12, 15), (1, 14))
    for text in ("12-15..01-15", "01-01..12-31", "01-03..12-29"):
        with pytest.raises(ValueError, match="at most 31 days"):
            YearEnd.parse(text)


@pytest.mark.parametrize(("month", "day", "rests"), [(2, 27, False), (2, 28, True), (2, 29, True), (3, 1, False)])
def test_a_year_end_may_touch_the_leap_day(month: int, day: int, rests: bool) -> None:
    assert YearEnd((2, 28), (2, 29)).holds(dt.date(2028, month, day)) is rests


def test_a_table_knows_its_years_and_its_end() -> None:
    table = Holidays(frozenset(), 2019, 2027)
    known = [table.knows(dt.date(*day)) for day in ((2018, 12, 31), (2019, 1, 1), (2027, 12, 31), (2028, 1, 1))]
    assert known == [False, True, True, False]
    assert [table.days_left(dt.date(2027, 11, 1)), table.days_left(dt.date(2028, 1, 1))] == [60, -1]
