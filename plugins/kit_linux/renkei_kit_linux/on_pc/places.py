# SPDX-License-Identifier: Apache-2.0
"""Where things lie on the PC: by the XDG directories of the person, or all of it below a prefix."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which

_SECONDS = 5
OWN_ONLY = 0o600


@dataclass(frozen=True)
class Places:
    """own is the folder of the kit alone; data and config are shared with other programs. root is where / is.

    prefix is "" for the home of the person.
    """

    own: Path
    data: Path
    config: Path
    root: Path = Path("/")
    prefix: str = ""

    @property
    def seat(self) -> Path:
        """What was installed."""
        return self.own / "seat.json"

    @property
    def program(self) -> Path:
        """A copy of the kit."""
        return self.own / "renkei-kit"

    @property
    def command(self) -> tuple[str, ...]:
        """How that copy is run, so that it finds these places again."""
        return (str(self.program), "--prefix", self.prefix) if self.prefix else (str(self.program),)

    @property
    def key(self) -> Path:
        """The device key, for nobody but its owner."""
        return self.own / "device.key"

    @property
    def certificate(self) -> Path:
        """The device's certificate, PEM."""
        return self.own / "device.pem"

    @property
    def wireguard(self) -> Path:
        """The private key of WireGuard, PEM, for nobody but its owner."""
        return self.own / "wireguard.key"

    @property
    def authority(self) -> Path:
        """The portal's authority, for browsers."""
        return self.own / "authority.pem"

    def on(self, path: str) -> Path:
        """A path of the PC, below root."""
        return self.root / path


def places_of(environment: Mapping[str, str], prefix: str = "", root: str = "/") -> Places:
    """Below prefix, or where the environment says (XDG Base Directory Specification)."""
    home = Path(environment.get("HOME") or Path.home())
    if prefix:
        whole = Path(prefix).absolute()
        return Places(whole / "share" / "renkei", whole / "share", whole / "etc" / "xdg", Path(root), str(whole))
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return Places(data / "renkei", data, config, Path(root))


def desktop_of(environment: Mapping[str, str]) -> Path:
    """The folder that the person sees as desktop; the home where there is none."""
    home = Path(environment.get("HOME") or Path.home())
    likely = (_told_desktop(environment), home / "デスクトップ", home / "Desktop")
    return next((folder for folder in likely if folder and folder != home and folder.is_dir()), home)


def _told_desktop(environment: Mapping[str, str]) -> Path | None:
    """What xdg-user-dir says, where the PC has it; the home itself means that nothing is set."""
    program = which("xdg-user-dir", path=environment.get("PATH"))
    if program is None:
        return None
    done = subprocess.run(
        [program, "DESKTOP"], env=dict(environment), capture_output=True, timeout=_SECONDS, check=False
    )
    said = done.stdout.decode(errors="replace").strip()
    return Path(said) if said else None


def write_own(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all; nobody sees it before it has its mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode)
    fresh.chmod(mode)
    fresh.write_bytes(content)
    fresh.replace(path)
