# SPDX-License-Identifier: Apache-2.0
"""Virtual machines, work from afar and other VPNs are seen; ordinary PCs are not taken for them."""

import pytest
from renkei_kit_linux.on_pc.hints import (
    OTHER_VPN,
    REMOTE_DESKTOP,
    VIRTUAL_MACHINE,
    hints,
    other_vpn,
    virtual_machine,
)

from appliance.model.devices import Hint
from tests.plugins.kit_linux.office_pc import OfficePc


def test_an_ordinary_pc_has_none(pc: OfficePc) -> None:
    assert hints(pc.places, pc.environment) == []


def test_their_names_are_those_of_the_vault_and_in_order(pc: OfficePc) -> None:
    pc.put("sys/class/dmi/id/sys_vendor", "QEMU\n")
    tunnel(pc, "tun0", tun_flags="0x1001\n")
    found = hints(pc.places, {**pc.environment, "SSH_TTY": "/dev/pts/0"})
    assert found == [OTHER_VPN, REMOTE_DESKTOP, VIRTUAL_MACHINE] == sorted(Hint)


@pytest.mark.parametrize(
    ("path", "text", "seen"),
    [
        ("sys/class/dmi/id/sys_vendor", "QEMU\n", "qemu"),
        ("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n", "vmware"),
        ("sys/class/dmi/id/product_name", "VirtualBox\n", "virtualbox"),
        ("sys/class/dmi/id/product_name", "Virtual Machine\n", "virtual machine"),
        ("sys/class/dmi/id/bios_vendor", "Xen\n", "xen"),
        ("sys/class/dmi/id/sys_vendor", "Amazon EC2\n", "amazon ec2"),
        ("proc/version", "Linux version 5.15.90.1-microsoft-standard-WSL2\n", "wsl"),
        ("proc/cpuinfo", "flags\t\t: fpu hypervisor sse2\n", "hypervisor"),
        ("proc/cpuinfo", "flags\t\t: fpu hypervisor_x sse2\nmodel name: hypervisor\n", ""),
        ("sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n", ""),
        ("sys/class/dmi/id/product_name", "ThinkPad X1 Carbon\n", ""),
    ],
)
def test_what_makes_a_pc_look_virtual(pc: OfficePc, path: str, text: str, seen: str) -> None:
    pc.put(path, text)
    assert virtual_machine(pc.places) == seen


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_CLIENT", "XRDP_SESSION", "CHROME_REMOTE_DESKTOP_SESSION"])
def test_work_from_afar(pc: OfficePc, name: str) -> None:
    assert hints(pc.places, {name: "x"}) == [REMOTE_DESKTOP]
    assert hints(pc.places, {name: ""}) == []


def tunnel(pc: OfficePc, name: str, **files: str) -> None:
    for file, text in {"operstate": "unknown\n", "uevent": f"INTERFACE={name}\n", **files}.items():
        pc.put(f"sys/class/net/{name}/{file}", text)


@pytest.mark.parametrize(
    ("name", "files", "seen"),
    [
        ("tun0", {"tun_flags": "0x1001\n"}, True),
        ("ppp0", {}, True),
        ("wg0", {"uevent": "DEVTYPE=wireguard\nINTERFACE=wg0\n"}, True),
        ("tun0", {"tun_flags": "0x1001\n", "operstate": "down\n"}, False),
        ("vnet0", {"tun_flags": "0x5002\n", "operstate": "up\n"}, False),
        ("vpn_renkei", {"tun_flags": "0x1001\n"}, False),
        ("docker0", {"operstate": "up\n"}, False),
        ("eno2", {"operstate": "up\n", "tun_flags": "nonsense"}, False),
    ],
)
def test_which_interface_is_another_vpn(pc: OfficePc, name: str, files: dict[str, str], seen: bool) -> None:
    tunnel(pc, name, **files)
    assert other_vpn(pc.places) == (name if seen else "")
