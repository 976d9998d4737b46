# SPDX-License-Identifier: Apache-2.0
"""S3 servers for a whole run, and stores on them."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.plugins.blobs_s3.stores import LOCKED, PLAIN, VERSIONED
from tests.servers.ceph import Ceph, missing
from tests.servers.s3_place import S3Place
from tests.servers.seaweed import Seaweed


@pytest.fixture(scope="session")
def moto() -> Iterator[S3Place]:
    """A fake S3 server, quick to start."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        place = S3Place(f"http://{host}:{port}")
        with_buckets(place)
        yield place
    finally:
        server.stop()


@pytest.fixture(scope="session")
def seaweed() -> Iterator[S3Place]:
    """A real S3 server."""
    with tempfile.TemporaryDirectory(prefix="weed-") as folder, Seaweed(Path(folder)).running() as place:
        with_buckets(place)
        yield place


@pytest.fixture(scope="session")
def ceph() -> Iterator[S3Place]:
    """Another real S3 server; the test is skipped where it is not installed."""
    if lacking := missing():
        pytest.skip(f"{', '.join(lacking)} not installed: apt-get install radosgw ceph-mon ceph-osd")
    with tempfile.TemporaryDirectory(prefix="ceph-") as folder, Ceph(Path(folder)).running() as place:
        with_buckets(place)
        yield place


def with_buckets(place: S3Place) -> None:
    """Make one bucket of each kind."""
    place.make_bucket(PLAIN)
    place.make_bucket(VERSIONED, versioned=True)
    place.make_bucket(LOCKED, locked=True)
