# SPDX-License-Identifier: Apache-2.0
"""A PC with Linux in a folder: what the kernel would say of it, a home with a desktop, and kits that run on it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from renkei_kit_linux.builder import LinuxKits
from renkei_kit_linux.on_pc.order import Order
from renkei_kit_linux.on_pc.places import Places, places_of

from appliance.contracts.kit import KitOrder
from appliance.model.traits import salt_of
from appliance.testing.kit_suite import ORDER

FIRST = {
    "etc/machine-id": "0f3d6a0e8c1a4f619d7e2b5c9a7e4d10\n",
    "sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
    "sys/class/dmi/id/product_name": "OptiPlex 3080\n",
    "sys/class/dmi/id/product_uuid": "4c4c4544-0042-3510-8052-c7c04f4d3332\n",
    "sys/class/dmi/id/product_serial": "7B5RML2\n",
    "sys/class/dmi/id/board_serial": "/7B5RML2/CNPE1007630183/\n",
    "sys/block/nvme0n1/device/serial": "S4EVNF0M748293X     \n",
    "sys/block/nvme0n1/removable": "0\n",
    "sys/class/net/eno1/address": "8c:04:ba:5e:10:22\n",
    "sys/class/net/eno1/addr_assign_type": "0\n",
    "sys/class/net/eno1/device/vendor": "0x8086\n",
    "sys/class/net/eno1/operstate": "up\n",
    "proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vme sse2\n",
    "proc/version": "Linux version 6.1.0-28-amd64 (debian-kernel)\n",
}
SECOND = {
    **FIRST,
    "etc/machine-id": "5a9e63b710c446d08f296b1d0e8c7f33\n",
    "sys/class/dmi/id/product_uuid": "8e1f5c80-2a64-11eb-9c2b-f8a2d6b1e7a0\n",
    "sys/class/dmi/id/product_serial": "PF2L8XQ3\n",
    "sys/class/dmi/id/board_serial": "L1HF0CE01RT\n",
    "sys/block/nvme0n1/device/serial": "PHBA1240041S512L\n",
    "sys/class/net/eno1/address": "54:05:db:91:7c:0e\n",
}


@dataclass
class OfficePc:
    """A PC below one folder. files are what its kernel says, by their paths."""

    folder: Path
    files: Mapping[str, str] = field(default_factory=lambda: FIRST)

    def __post_init__(self) -> None:
        """Write all of it."""
        self.desktop.mkdir(parents=True)
        for path, text in self.files.items():
            self.put(path, text)

    @property
    def root(self) -> Path:
        """Where / is."""
        return self.folder / "root"

    @property
    def home(self) -> Path:
        """The home of whoever works there."""
        return self.folder / "home"

    @property
    def desktop(self) -> Path:
        """The desktop."""
        return self.home / "デスクトップ"

    @property
    def places(self) -> Places:
        """Where the kit puts things."""
        return places_of(self.environment, root=str(self.root))

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine on which the tests run, but its programs."""
        path = str(self.folder / "bin")
        return {"HOME": str(self.home), "PATH": f"{path}:{os.environ.get('PATH', '/usr/bin')}", "LANG": "C.UTF-8"}

    def put(self, path: str, text: str) -> None:
        """A file of the kernel."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def program(self, name: str, script: str) -> None:
        """A program of the PC, a script of sh."""
        file = self.folder / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)

    def run(self, kit: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a kit, with nobody at the keyboard."""
        command = [sys.executable, "-I", str(kit), *words, "--root", str(self.root)]
        return subprocess.run(
            command,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def confirmations(self) -> list[Path]:
        """The 確認コード on the desktop."""
        return sorted(self.desktop.glob("確認コード(*).txt"))


def order(contract: str = ORDER.contract_number, seat: int = 1, kit: str = "a" * 26) -> KitOrder:
    """What the vault would order."""
    binding = {"fingerprint_version": "1", "trait_salt": salt_of(contract)}
    return replace(ORDER, contract_number=contract, seat=seat, kit=kit, binding=binding)


async def kit_file(folder: Path, wanted: KitOrder) -> Path:
    """The kit of an order, downloaded."""
    kits = LinuxKits()
    kits.parts = kits.read_parts()
    kit = await kits.build(wanted)
    file = folder / kit.file_name
    file.write_bytes(b"".join([piece async for piece in kit.chunks()]))
    file.chmod(0o755)
    return file


def order_there(seat: int = 1) -> Order:
    """The same order as the kit knows it."""
    wanted = order(seat=seat)
    return Order(
        wanted.contract_number,
        wanted.seat,
        wanted.kit,
        wanted.fund,
        wanted.contact,
        wanted.public_url,
        wanted.portal_url,
        wanted.authorities,
        wanted.binding["trait_salt"],
        "0123456789abcdef",
    )
