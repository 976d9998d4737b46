# SPDX-License-Identifier: Apache-2.0
"""What fund IT says about kits for Windows."""

from dataclasses import dataclass

_MOST = 200


@dataclass(frozen=True)
class Settings:
    """client_arguments are words for the installer of the engine's client; without any it shows its own pages.

    client_program is what the icon on the desktop starts (R73): its path below "Program Files". certificate is the
    PEM file with the chain by which kits are signed, "" for kits that are not; its key is the credential named by
    key.
    """

    client_arguments: str = ""
    client_program: str = "SoftEther VPN Client\\vpncmgr_x64.exe"
    certificate: str = ""
    key: str = "kit_windows.key"

    def __post_init__(self) -> None:
        """Both go into a file of lines, and the path stays where programs are."""
        for name in ("client_arguments", "client_program"):
            text = getattr(self, name)
            if len(text) > _MOST or not (text.isprintable() or not text):
                raise ValueError(f"`{name}` is one line of at most {_MOST} characters")
        parts = self.client_program.split("\\")
        if not all(parts) or ".." in parts or any(sign in self.client_program for sign in '/:"<>|?*'):
            raise ValueError('`client_program` is a path below "Program Files", such as "Client\\\\client.exe"')
        if self.certificate and not self.key:
            raise ValueError("`key` names the credential that is the key of `certificate`")
