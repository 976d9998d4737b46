# SPDX-License-Identifier: Apache-2.0
"""What tests of the table in a real kernel need."""

from collections.abc import Iterator

import pytest

from tests.appliance.gate.sites import Site, place_of_site


@pytest.fixture(scope="module")
def place() -> Iterator[Site]:
    """Machines of their own, with no table yet."""
    with place_of_site() as made:
        yield made


@pytest.fixture
def site(place: Site) -> Iterator[Site]:
    """The table stands, and nothing is open."""
    place.appliance.tried("nft", "delete", "table", "inet", "renkei")
    place.inside.run(place.kernel.prepare())
    yield place
    for stream in place.streams:
        stream.close()
    place.streams.clear()
