# SPDX-License-Identifier: Apache-2.0
"""Secrets as a host with systemd keeps them: each encrypted for this host by systemd-creds(1).

1. The service gets them from systemd, decrypted; root's commands decrypt them themselves, one when it is needed.
2. What is decrypted is never in a file, neither in an argument list.
3. The name goes into the encryption, as systemd will ask for it: one file cannot take the place of another.
"""

import os
import subprocess
from pathlib import Path

from appliance.config.credentials import PREFIX, Credentials
from appliance.config.decode import ConfigError

PROGRAM = "/usr/bin/systemd-creds"
SECONDS = 60


class SealedCredentials(Credentials):
    """Hands out the secrets of a folder, each decrypted. For root."""

    def __init__(self, folder: Path) -> None:
        """folder holds one encrypted file a secret."""
        super().__init__(folder)
        self._open: dict[str, int] = {}

    def get(self, name: str) -> bytes:
        """The bytes of the secret name. Raises ConfigError with the file and what to do."""
        super().get(name)
        return unsealed(name, self._path(name))

    def path(self, name: str) -> Path:
        """A path that leads to the secret in memory, for libraries that only read files."""
        if name not in self._open:
            secret = self.get(name)
            self._open[name] = os.memfd_create(name, os.MFD_CLOEXEC)
            os.write(self._open[name], secret)
        return Path(f"/proc/self/fd/{self._open[name]}")


def sealed(name: str, secret: bytes) -> bytes:
    """A secret as it is kept. Raises ConfigError with what systemd-creds said."""
    return _run(name, secret, "encrypt", f"--name={PREFIX}{name}", "-", "-")


def unsealed(name: str, file: Path) -> bytes:
    """The secret of a file. Raises ConfigError with what systemd-creds said."""
    return _run(name, b"", "decrypt", f"--name={PREFIX}{name}", str(file), "-")


def _run(name: str, given: bytes, *words: str) -> bytes:
    """What the program answers; what it says of its own goes into the error alone."""
    try:
        command = [PROGRAM, *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - fixed
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason was given"]
        raise ConfigError(f"the credential `{name}`: systemd-creds could not {words[0]} it: {said[-1]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"the credential `{name}`: systemd-creds does not work here: {error}") from error
    return done.stdout
