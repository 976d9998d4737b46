# SPDX-License-Identifier: Apache-2.0
"""Traits of a PC: what is built in and says something, and nothing else."""

from pathlib import Path

import pytest
from renkei_kit_linux.on_pc.machine import trait_lines, traits

from appliance.model.traits import salt_of, trait_hash
from tests.plugins.kit_linux.office_pc import OfficePc

SALT = salt_of("916237-0000021")


def test_a_pc_says_what_it_is(pc: OfficePc) -> None:
    assert traits(pc.places) == {
        "system-uuid": "4C4C4544004235108052C7C04F4D3332",
        "system-serial": "7B5RML2",
        "board-serial": "7B5RML2CNPE1007630183",
        "os-id": "0F3D6A0E8C1A4F619D7E2B5C9A7E4D10",
        "disk.1": "S4EVNF0M748293X",
        "mac.1": "8C04BA5E1022",
    }


def test_lines_are_in_order_and_hold_hashes(pc: OfficePc) -> None:
    lines = trait_lines(pc.places, SALT)
    assert lines == sorted(lines) and len(lines) == 6
    assert dict(lines)["trait.system-serial"] == trait_hash("7B5RML2", SALT)
    assert not any("7B5RML2" in value for _, value in lines)


@pytest.mark.parametrize("text", ["", "None\n", "00000000\n", "ffffffff-ffff-ffff-ffff-ffffffffffff\n"])
def test_what_says_nothing_is_left_out(pc: OfficePc, text: str) -> None:
    pc.put("sys/class/dmi/id/product_uuid", text)
    assert "system-uuid" not in traits(pc.places)


def test_what_cannot_be_read_is_left_out(pc: OfficePc) -> None:
    """A file for root alone; here a folder stands in its place, which root cannot read either."""
    file = pc.root / "sys/class/dmi/id/product_serial"
    file.unlink()
    file.mkdir()
    assert "system-serial" not in traits(pc.places)


def test_a_pc_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    assert traits(OfficePc(tmp_path / "pc", {}).places) == {}


# --- disks --------------------------------------------------------------------------------------------------------


def disk(pc: OfficePc, name: str, **files: str) -> None:
    for file, text in {"removable": "0\n", "device/model": "x", **files}.items():
        pc.put(f"sys/block/{name}/{file}", text)


def disks(pc: OfficePc) -> list[str]:
    return [value for name, value in traits(pc.places).items() if name.startswith("disk.")]


def test_a_disk_of_a_sata_plug_says_its_number_in_a_page(pc: OfficePc) -> None:
    disk(pc, "sda")
    (pc.root / "sys/block/sda/device/vpd_pg80").write_bytes(b"\0\x80\0\x14     WD-WCC6Y3AHK9T4")
    assert disks(pc) == ["S4EVNF0M748293X", "WDWCC6Y3AHK9T4"]


def test_sticks_and_disks_without_device_do_not_count(pc: OfficePc) -> None:
    disk(pc, "sdb", **{"removable": "1\n", "device/serial": "STICK0001"})
    pc.put("sys/block/loop0/serial", "LOOP000001")
    assert disks(pc) == ["S4EVNF0M748293X"]


def test_a_disk_on_a_usb_plug_does_not_count(pc: OfficePc) -> None:
    real = pc.root / "sys/devices/pci0000:00/usb2/2-1/block/sdc"
    pc.put("sys/devices/pci0000:00/usb2/2-1/block/sdc/device/serial", "BACKUP0001")
    (pc.root / "sys/block/sdc").symlink_to(real)
    assert disks(pc) == ["S4EVNF0M748293X"]


def test_four_disks_count_and_each_once(pc: OfficePc) -> None:
    for number in range(6):
        disk(pc, f"nvme{number}n1", **{"device/serial": f"SERIAL000{max(number, 1)}"})
    assert disks(pc) == ["SERIAL0001", "SERIAL0002", "SERIAL0003", "SERIAL0004"]


# --- network cards ------------------------------------------------------------------------------------------------


def card(pc: OfficePc, name: str, address: str, **files: str) -> None:
    for file, text in {"address": address, "addr_assign_type": "0\n", "device/vendor": "x", **files}.items():
        pc.put(f"sys/class/net/{name}/{file}", text)


def cards(pc: OfficePc) -> list[str]:
    return [value for name, value in traits(pc.places).items() if name.startswith("mac.")]


def test_built_in_cards_count(pc: OfficePc) -> None:
    card(pc, "wlp2s0", "54:05:db:91:7c:0e")
    assert cards(pc) == ["8C04BA5E1022", "5405DB917C0E"]


def test_addresses_that_a_program_made_up_do_not(pc: OfficePc) -> None:
    card(pc, "wlp2s0", "da:a1:19:91:7c:0e")
    card(pc, "wlp3s0", "54:05:db:91:7c:0e", addr_assign_type="1\n")
    pc.put("sys/class/net/docker0/address", "54:05:db:91:7c:0f")
    assert cards(pc) == ["8C04BA5E1022"]


def test_docks_do_not(pc: OfficePc) -> None:
    real = pc.root / "sys/devices/pci0000:00/usb1/1-2/net/enx0050b6"
    pc.put("sys/devices/pci0000:00/usb1/1-2/net/enx0050b6/address", "00:50:b6:12:34:56")
    pc.put("sys/devices/pci0000:00/usb1/1-2/net/enx0050b6/device/vendor", "x")
    (pc.root / "sys/class/net/enx0050b6").symlink_to(real)
    assert cards(pc) == ["8C04BA5E1022"]
