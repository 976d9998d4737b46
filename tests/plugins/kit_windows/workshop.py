# SPDX-License-Identifier: Apache-2.0
"""A base that was built here by the real makensis, and all that makes kits of it."""

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import base_installer
from cryptography import x509
from renkei_kit_windows.builder import WindowsKits
from renkei_kit_windows.settings import Settings
from renkei_kit_windows.signing import Signer

from appliance.contracts.kit import KitOrder
from appliance.testing.kit_suite import ORDER
from tests.plugins.kit_windows.authorities import authority, pem_of
from tests.plugins.kit_windows.kits import BINDING, client_in, content_of, in_thread
from tests.plugins.kit_windows.wine import CLIENT, COMMAND

PROGRAMS = (base_installer.COMPILER, "makensis", "wine")


@dataclass(frozen=True)
class Workshop:
    """Its folder, the base, the fake of the client's command line, and an order for the fake of the client."""

    folder: Path
    base: Path
    command: Path
    order: KitOrder
    authority: x509.Certificate

    async def kit(self, order: KitOrder, settings: Settings, signer: Signer | None = None) -> Path:
        """The kit as a file."""
        kits = WindowsKits(settings, in_thread)
        kits.open(self.base, signer)
        built = await kits.build(order)
        return self.file(built.file_name, await content_of(built))

    def file(self, name: str, content: bytes) -> Path:
        """A file of this content."""
        path = self.folder / name
        path.write_bytes(content)
        return path


def lacking() -> list[str]:
    """What this machine has not, of all that is needed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def equipped(folder: Path) -> Workshop:
    """One in a folder."""
    base, trusted = folder / "base.exe", authority()
    base_installer.build(base)
    client = client_in(folder, _compiled(folder, "client", CLIENT).read_bytes())
    order = replace(ORDER, client=client, authorities=pem_of(trusted), binding=BINDING)
    return Workshop(folder, base, _compiled(folder, "command", COMMAND), order, trusted)


def _compiled(folder: Path, name: str, source: str) -> Path:
    (folder / f"{name}.c").write_text(source)
    made = folder / f"{name}.exe"
    words = [base_installer.COMPILER, "-O1", "-s", "-o", str(made), str(folder / f"{name}.c")]
    subprocess.run(words, check=True)
    return made
