# SPDX-License-Identifier: Apache-2.0
"""Secrets: one file each, in a directory of systemd's or of `credentials` in the configuration (design §10).

1. A credential is a regular file, never a link, of at most 64 KiB.
2. It belongs to us or to root.
3. Nobody else can read or write it: mode 0400 or 0600, or an access list that names nobody but us, as systemd sets.
4. systemd puts `renkei_` before the name of each file of a folder that it loads by `LoadCredential=renkei:FOLDER`,
   and keeps a name that has a line of its own; the latter comes first.
"""

import errno
import os
import stat
import struct
from pathlib import Path

from appliance.config.decode import ConfigError
from appliance.model.words import WEB_SITES

MAX_BYTES = 64 * 1024
FOLDER = Path("/etc/renkei/credentials")
PREFIX = "renkei_"
OF_INIT = frozenset({"master.key", "pepper.key", "journal.key", *(f"tls-{site}.key" for site in WEB_SITES)})
_ACL = "system.posix_acl_access"
_ACL_USER, _ACL_GROUP_OBJ, _ACL_GROUP, _ACL_OTHER = 0x02, 0x04, 0x08, 0x20


def is_name(name: str) -> bool:
    """Whether a credential can be called that."""
    return bool(name) and not name.startswith(".") and "/" not in name and "\0" not in name


class Credentials:
    """Hands out secrets by name; keeps none."""

    def __init__(self, directory: Path | None, loaded_from: Path | None = None) -> None:
        """directory holds one file a secret; None where there are none.

        loaded_from is the folder from which systemd has filled directory, where it has (contract 4).
        """
        self._directory = directory
        self._loaded_from = loaded_from

    def get(self, name: str) -> bytes:
        """The bytes of the secret name, as they are. Raises ConfigError with the file and what to do."""
        path = self._path(name)
        try:
            with open(path, "rb", opener=_no_link) as file:
                _refuse_unsafe(path, file.fileno())
                return file.read(MAX_BYTES)
        except FileNotFoundError as error:
            raise ConfigError(self._missing(name)) from error
        except OSError as error:
            raise ConfigError(_unopened(path, error)) from error

    def path(self, name: str) -> Path:
        """Where the secret is, for libraries that only read files; checked like get()."""
        self.get(name)
        return self._path(name)

    def _path(self, name: str) -> Path:
        if not is_name(name):
            raise ConfigError(f"a credential cannot be called {name!r}")
        if self._directory is None:
            raise ConfigError(
                f"the credential `{name}` is needed, but there is no directory of credentials; "
                f"set `credentials` in the configuration, or LoadCredential=renkei:{FOLDER} in the unit"
            )
        path = self._directory / name
        if self._loaded_from is not None and not os.path.lexists(path):
            return self._directory / f"{PREFIX}{name}"
        return path

    def _missing(self, name: str) -> str:
        """Where the secret belongs: never into systemd's own directory, which is made anew at each start."""
        folder = self._loaded_from or self._directory
        text = f"{folder}/{name}: this credential is missing; "
        if name in OF_INIT:
            return f"{text}`renkei init` makes it for a new fund; that of an old one is in your copy of the folder"
        text += "put the file there, mode 0400"
        if self._loaded_from is None:
            return text
        return f"{text}, and start again; a unit of your own has to say LoadCredential=renkei:{folder}, too"


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _unopened(path: Path, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{path}: a credential is never a symbolic link; put the file itself there"
    return f"{path}: cannot be read ({error.strerror}); it must belong to the service's user"


def _refuse_unsafe(path: Path, handle: int) -> None:
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        raise ConfigError(f"{path}: a credential is a regular file")
    if facts.st_size > MAX_BYTES:
        raise ConfigError(f"{path}: a credential has at most {MAX_BYTES} bytes, not {facts.st_size}")
    if facts.st_uid not in (0, os.geteuid()):
        raise ConfigError(f"{path}: belongs to user {facts.st_uid}; `chown root {path}`, or to the service's user")
    mode = stat.S_IMODE(facts.st_mode)
    if mode & 0o077 and not _only_for_us(handle, mode):
        raise ConfigError(f"{path}: others may read it (mode {mode:04o}); `chmod 0400 {path}`")


def _only_for_us(handle: int, mode: int) -> bool:
    """Whether the group bits are only the mask of an access list that names nobody but us (contract 3)."""
    if mode & 0o037:
        return False
    try:
        acl = os.getxattr(handle, _ACL)
    except OSError:
        return False  # no access list: the group bits mean the group
    return all(_harmless(*entry) for entry in struct.iter_unpack("<HHI", acl[4:]))


def _harmless(tag: int, rights: int, who: int) -> bool:
    if tag == _ACL_USER:
        return who == os.geteuid()
    return tag not in (_ACL_GROUP_OBJ, _ACL_GROUP, _ACL_OTHER) or rights == 0
