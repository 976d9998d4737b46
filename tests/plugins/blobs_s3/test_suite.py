# SPDX-License-Identifier: Apache-2.0
"""The contract of a blob store, on a fake server and on real ones."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobStore
from appliance.testing.blobs_suite import BlobsSuite
from tests.plugins.blobs_s3.stores import LOCKED, PLAIN, VERSIONED, opened, prefix_of, settings
from tests.servers.s3_place import S3Place


class OnServer(BlobsSuite):
    """A folder of the suite is a prefix in a bucket."""

    place: S3Place
    bucket = PLAIN
    worm = False

    def opened(self, folder: Path) -> AbstractAsyncContextManager[BlobStore]:
        """A store that knows its server."""
        prefix = prefix_of(folder)
        return opened(settings(self.place, self.bucket, prefix=prefix, worm=self.worm, retention_days=1))


class TestOnMoto(OnServer):
    @pytest.fixture(autouse=True)
    def server(self, moto: S3Place) -> None:
        self.place = moto


@pytest.mark.lab
class TestOnSeaweed(OnServer):
    @pytest.fixture(autouse=True)
    def server(self, seaweed: S3Place) -> None:
        self.place = seaweed


@pytest.mark.lab
class TestWithVersions(TestOnSeaweed):
    bucket = VERSIONED


@pytest.mark.lab
class TestWithLocks(TestOnSeaweed):
    bucket = LOCKED
    worm = True


@pytest.mark.ceph
class TestOnCeph(OnServer):
    @pytest.fixture(autouse=True)
    def server(self, ceph: S3Place) -> None:
        self.place = ceph


@pytest.mark.ceph
class TestOnCephWithVersions(TestOnCeph):
    bucket = VERSIONED


@pytest.mark.ceph
class TestOnCephWithLocks(TestOnCeph):
    bucket = LOCKED
    worm = True
