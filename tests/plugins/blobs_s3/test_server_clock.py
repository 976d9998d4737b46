# SPDX-License-Identifier: Apache-2.0
"""The server's time is learned where it differs, and noise is not."""

import logging
from email.utils import formatdate

import pytest
from renkei_blobs_s3.server_clock import ServerClock

from appliance.model.time import DAY, HOUR, MINUTE, SECOND
from appliance.testing.clock import FakeClock


def date(at: int) -> str:
    return formatdate(at / 1000, usegmt=True)


@pytest.fixture
def ours() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(ours: FakeClock) -> ServerClock:
    return ServerClock(ours, logging.getLogger("clock"))


@pytest.mark.parametrize("ahead", [-170 * DAY, -2 * HOUR, 2 * HOUR, 170 * DAY])
def test_a_difference_is_learned_in_both_directions(ours: FakeClock, server: ServerClock, ahead: int) -> None:
    server.learn(date(ours.now() + ahead))
    assert server.now() == ours.now() + ahead
    assert server.ours(server.now()) == ours.now()
    ours.move(5 * SECOND)
    assert server.now() == ours.now() + ahead


@pytest.mark.parametrize("ahead", [-59 * SECOND, -SECOND, 0, 59 * SECOND])
def test_noise_is_not_learned(ours: FakeClock, server: ServerClock, ahead: int) -> None:
    server.learn(date(ours.now() + ahead))
    assert server.now() == ours.now()
    server.learn(date(ours.now() + HOUR))
    server.learn(date(ours.now() + HOUR + ahead))
    assert server.now() == ours.now() + HOUR


def test_a_clock_that_was_set_right_is_believed_again(ours: FakeClock, server: ServerClock) -> None:
    server.learn(date(ours.now() + HOUR))
    ours.step(HOUR)
    server.learn(date(ours.now()))
    assert server.now() == ours.now()


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "Tue, 99 Jun 2026 01:00:00 GMT",
        "Tue, 09 Jun 2026 01:00:00",
        "Tue, 09 Jun 99999 01:00:00 GMT",
        f"Tue, 09 Jun 2026 01:00:00 +{'9' * 40}",
    ],
)
def test_what_is_no_date_teaches_nothing(ours: FakeClock, server: ServerClock, text: str | None) -> None:
    server.learn(text)
    assert server.now() == ours.now()


def test_it_is_told_once(ours: FakeClock, server: ServerClock, caplog: pytest.LogCaptureFixture) -> None:
    for minutes in (10, 20, 0, 30):
        server.learn(date(ours.now() + minutes * MINUTE))
    assert [record.getMessage() for record in caplog.records] == [
        "the clock of the S3 server is +600 s from ours; requests carry its time"
    ]
