# SPDX-License-Identifier: Apache-2.0
"""Where commands of root write secrets: a folder of files, plain or encrypted for this host."""

import os
from dataclasses import dataclass
from pathlib import Path

from appliance.config.credentials import FOLDER, Credentials, is_name
from appliance.config.decode import ConfigError
from appliance.config.sealed import SealedCredentials, sealed
from appliance.config.settings import Settings
from appliance.host.durable import sync_folder, write_whole


@dataclass(frozen=True)
class SecretFiles:
    """The secrets of an installation. is_sealed: encrypted by systemd-creds (config/sealed.py)."""

    folder: Path
    is_sealed: bool

    @classmethod
    def of(cls, settings: Settings) -> "SecretFiles":
        """Those of a configuration: in the folder that it names, or sealed where systemd hands them over."""
        return cls(Path(settings.credentials or FOLDER), not settings.credentials)

    @property
    def credentials(self) -> Credentials:
        """To read them."""
        return SealedCredentials(self.folder) if self.is_sealed else Credentials(self.folder)

    def has(self, name: str) -> bool:
        """Whether there is a secret of this name."""
        return (self.folder / name).exists()

    def names(self) -> list[str]:
        """The secrets that are there, in order."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(file.name for file in found if is_name(file.name) and not file.is_dir())

    def opens(self, name: str) -> bool:
        """Whether it can be used here: of this host, under this name, for nobody else."""
        try:
            return bool(self.credentials.get(name))
        except ConfigError:
            return False

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret durably, in one step, for its owner. Raises ConfigError where it cannot be sealed."""
        file = self.folder / name
        owner = file.stat() if file.exists() else None
        write_whole(file, sealed(name, secret) if self.is_sealed else secret, 0o400)
        if owner is not None:
            os.chown(file, owner.st_uid, owner.st_gid)

    def remove(self, name: str) -> None:
        """Forget a secret, durably."""
        (self.folder / name).unlink()
        sync_folder(self.folder)
