# SPDX-License-Identifier: Apache-2.0
"""What the service does not allow, as far as it can be seen: hints for the desk, not refusals (R15, R16, R18)."""

from collections.abc import Mapping

from renkei_kit_linux.on_pc.places import Places

OTHER_VPN, REMOTE_DESKTOP, VIRTUAL_MACHINE = "other_vpn", "remote_desktop", "virtual_machine"
_HYPERVISORS = ("qemu", "kvm", "vmware", "virtualbox", "bochs", "xen", "parallels", "virtual machine", "bhyve")
_CLOUDS = ("amazon ec2", "google compute", "openstack", "alibaba cloud")
_DMI = ("sys_vendor", "product_name", "board_vendor", "bios_vendor")
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "XRDP_SESSION", "VNCDESKTOP", "CHROME_REMOTE_DESKTOP_SESSION")
# A tunnel of packets; tunnels of whole frames (2) are what virtual machines of this PC hang on.
_TUN = 1
_OWN = "vpn_renkei"
_UP = ("up", "unknown")


def hints(places: Places, environment: Mapping[str, str]) -> list[str]:
    """Those that hold, in the order of the 確認コード."""
    seen = {
        OTHER_VPN: other_vpn(places) != "",
        REMOTE_DESKTOP: any(environment.get(name) for name in _REMOTE),
        VIRTUAL_MACHINE: virtual_machine(places) != "",
    }
    return [name for name, holds in seen.items() if holds]


def virtual_machine(places: Places) -> str:
    """What makes this PC look like one, "" where nothing does."""
    said = " ".join(_text(places, f"sys/class/dmi/id/{name}") for name in _DMI).lower()
    for name in (*_HYPERVISORS, *_CLOUDS):
        if name in said:
            return name
    if "microsoft" in _text(places, "proc/version").lower():
        return "wsl"
    flags = [line for line in _text(places, "proc/cpuinfo").splitlines() if line.startswith("flags")]
    return "hypervisor" if any("hypervisor" in line.split() for line in flags) else ""


def other_vpn(places: Places) -> str:
    """The name of an interface that is up and goes through a tunnel, "" where there is none."""
    folder = places.on("sys/class/net")
    for card in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not card.name.startswith(_OWN) and _is_tunnel(places, card.name) and _is_up(places, card.name):
            return card.name
    return ""


def _is_tunnel(places: Places, card: str) -> bool:
    flags = _text(places, f"sys/class/net/{card}/tun_flags")
    if flags.startswith("0x") and int(flags, 16) & _TUN:
        return True
    return card.startswith("ppp") or "DEVTYPE=wireguard" in _text(places, f"sys/class/net/{card}/uevent")


def _is_up(places: Places, card: str) -> bool:
    return _text(places, f"sys/class/net/{card}/operstate") in _UP


def _text(places: Places, path: str) -> str:
    """The text of a file, "" where there is none that this person may read."""
    try:
        return places.on(path).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
