# SPDX-License-Identifier: Apache-2.0
"""An installation from the packages of dist/, in a container of its own; shared by the tests of a file."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.installed.container import Container, booted
from tests.installed.fund import Fund, initialised

PROGRAMS = ("systemd-nspawn", "mmdebstrap", "nsenter")
PACKAGES = Path(os.environ.get("RENKEI_TEST_PACKAGES", ROOT / "dist"))


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the packages that `make deb` has built."""
    if os.geteuid() != 0 or not all(map(shutil.which, PROGRAMS)):
        reason = f"needs root and {', '.join(PROGRAMS)}: `make apt`"
        if os.environ.get("RENKEI_REQUIRE_LAB"):
            pytest.fail(reason)
        pytest.skip(reason)
    if not list(PACKAGES.glob("renkei-gateway_*.deb")):
        pytest.fail("there are no packages in dist/: `make deb`")
    return PACKAGES


@pytest.fixture(scope="module")
def host(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A Debian 12 with all packages, on which `renkei init` has not run yet."""
    suite = os.environ.get("RENKEI_TEST_SUITE", "bookworm")
    with booted(suite, tmp_path_factory.mktemp("host"), (packages,)) as container:
        container.shell(f"dpkg -i {packages}/*.deb")
        yield container


@pytest.fixture(scope="module")
def fund(host: Container) -> Iterator[Fund]:
    """The same host after `renkei init` from a file: services up, mail, a clerk and an office's admin signed in."""
    with initialised(host) as fund:
        yield fund
