# SPDX-License-Identifier: Apache-2.0
"""Plugins of blobs_s3 for tests: on which server, with which clock and which secrets."""

import dataclasses
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from renkei_blobs_s3 import BlobsS3, Settings
from renkei_blobs_s3.store import S3Blobs
from renkei_blobs_s3.wire import Wire

from appliance.contracts.plugin import Clock, Services
from appliance.model.time import Instant
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.services import fake_services
from tests.servers.s3_place import ACCESS, SECRET, S3Place

PLAIN, VERSIONED, LOCKED = "plain-blobs", "versioned-blobs", "locked-blobs"


class TrueClock(FakeClock):
    """The time that servers have, and what a test adds to it."""

    def now(self) -> Instant:
        """The instant in milliseconds."""
        return time.time_ns() // 1_000_000 + super().now() - FakeClock().now()


def services(clock: Clock | None = None, secrets: dict[str, bytes] | None = None, seed: str = "") -> Services:
    """What the host gives; secrets may be changed while the store runs."""
    mine = (
        {"s3-access.key": ACCESS.encode() + b"\n", "s3-secret.key": SECRET.encode()} if secrets is None else secrets
    )
    made = fake_services(clock=FakeClock(), secrets=mine)
    return dataclasses.replace(
        made, clock=clock or TrueClock(), random=FakeRandom(seed), credential=lambda name: mine[name]
    )


def settings(place: S3Place, bucket: str, **others: Any) -> Settings:
    """Settings for a test server."""
    return Settings(**{"endpoint": place.endpoint, "bucket": bucket, "max_gib": 1, **others})


def prefix_of(folder: Path) -> str:
    """A place of its own in a bucket for each folder that a suite hands out."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:16] + "/"


async def no_pause(seconds: float) -> None:
    """Do not wait between two attempts."""
    assert 0 <= seconds <= 10


@asynccontextmanager
async def opened(
    wanted: Settings,
    given: Services | None = None,
    *,
    probe: bool = True,
    sleep: Callable[[float], Any] = no_pause,
) -> AsyncIterator[S3Blobs]:
    """A started store, and with probe one that knows its server."""
    given = given or services(seed=wanted.prefix + str(time.time_ns()))
    store = S3Blobs(wanted, given, Wire(wanted, given, sleep))
    await store.start()
    try:
        if probe:
            await store.probe()
        yield store
    finally:
        await store.stop()


def plugin(wanted: Settings, given: Services | None = None) -> BlobsS3:
    """A plugin that is not started."""
    return BlobsS3(wanted, given or services())
