# SPDX-License-Identifier: Apache-2.0
"""What fund IT says about kits for Windows."""

from dataclasses import dataclass

_MOST = 200


@dataclass(frozen=True)
class Settings:
    """client_arguments are words for the installer of the engine's client; without any it shows its own pages.

    client_program is what the icon on the desktop starts (R73): its path below "Program Files"; client_command is
    the client's command line there, by which the PC connects (R87). certificate is the
    PEM file with the chain by which kits are signed, "" for kits that are not; its key is the credential named by
    key.
    """

    client_arguments: str = ""
    client_program: str = "SoftEther VPN Client\\vpncmgr_x64.exe"
    certificate: str = ""
    key: str = "kit_windows.key"
    client_command: str = "SoftEther VPN Client\\vpncmd_x64.exe"

    def __post_init__(self) -> None:
        """They go into a file of lines, and the paths stay where programs are."""
        for name in ("client_arguments", "client_program", "client_command"):
            text = getattr(self, name)
            if len(text) > _MOST or not (text.isprintable() or not text):
                raise ValueError(f"`{name}` is one line of at most {_MOST} characters")
        for name in ("client_program", "client_command"):
            if not _is_below(getattr(self, name)):
                raise ValueError(f'`{name}` is a path below "Program Files", such as "Client\\\\client.exe"')
        if self.certificate and not self.key:
            raise ValueError("`key` names the credential that is the key of `certificate`")


def _is_below(path: str) -> bool:
    parts = path.split("\\")
    return all(parts) and ".." not in parts and not any(sign in path for sign in '/:"<>|?*')
