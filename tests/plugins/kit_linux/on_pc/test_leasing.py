# SPDX-License-Identifier: Apache-2.0
"""The address that DHCP gives, as udhcpc tells it to our script."""

from pathlib import Path

import pytest
from renkei_kit_linux.on_pc.leasing import Lease, leased
from renkei_kit_linux.on_pc.order import Trouble

from tests.plugins.kit_linux.office_pc import OfficePc

# Calls the script that is named behind -s, as udhcpc does.
UDHCPC = """
while [ "$1" != -s ]; do shift; done
"$2" deconfig
export ip=10.0.0.100 mask=24 router="{router}"
{then}
"""


@pytest.fixture
def folder(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a person with a blank in the name."""
    monkeypatch.setenv("PATH", pc.environment["PATH"])
    own = pc.folder / "a 'name"
    own.mkdir()
    return own


def test_address_and_router_are_taken(pc: OfficePc, folder: Path) -> None:
    pc.program("udhcpc", UDHCPC.format(router="10.0.0.10 10.0.0.11", then='"$2" bound'))
    assert leased("vpn_renkei", folder) == Lease("10.0.0.100/24", "10.0.0.10")


def test_a_tunnel_without_a_router(pc: OfficePc, folder: Path) -> None:
    pc.program("udhcpc", UDHCPC.format(router="", then='"$2" bound'))
    assert leased("vpn_renkei", folder) == Lease("10.0.0.100/24", "")


@pytest.mark.parametrize("then", ["exit 1", '"$2" leasefail; exit 0', '"$2" bound; exit 1'])
def test_no_address_is_told_and_an_older_one_is_not_taken_for_it(pc: OfficePc, folder: Path, then: str) -> None:
    (folder / "lease").write_text("10.0.0.7/24\n")
    pc.program("udhcpc", UDHCPC.format(router="", then=then))
    with pytest.raises(Trouble, match="no_address"):
        leased("vpn_renkei", folder)


def test_what_hangs_is_given_up(pc: OfficePc, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_kit_linux.on_pc.leasing.SECONDS", 0.2)
    pc.program("udhcpc", "exec sleep 600")
    with pytest.raises(Trouble, match="no_address"):
        leased("vpn_renkei", folder)
