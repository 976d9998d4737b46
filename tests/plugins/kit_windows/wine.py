# SPDX-License-Identifier: Apache-2.0
"""A PC with Windows for tests: a prefix of wine64, with its files, its registry and programs that run there."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120.0
VERSION = r"HKCU\Software\Wine"
FOLDER = "企業年金電子連携サービス"
# The fake of the engine's client: it notes with what words it was started, and ends as they say.
CLIENT = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

int main(int count, char **words) {
    char path[MAX_PATH];
    if (count > 1 && strcmp(words[1], "/fails") == 0)
        return 7;
    GetEnvironmentVariableA("ProgramFiles", path, sizeof path);
    strcat(path, "\\Lab Client");
    CreateDirectoryA(path, NULL);
    strcat(path, "\\client.exe");
    FILE *file = fopen(path, "w");
    fprintf(file, "%s", count > 1 ? words[1] : "no words");
    return fclose(file);
}
"""


@dataclass(frozen=True)
class Windows:
    """One PC."""

    prefix: Path

    @classmethod
    def new(cls, prefix: Path) -> "Windows":
        """A fresh one; the first program sets it up, and takes some seconds for it."""
        made = cls(prefix)
        made.set_version("win10")
        return made

    def set_version(self, version: str) -> None:
        """What programs are told which Windows it is; wine's own default is 7."""
        assert self.run("reg", "add", VERSION, "/v", "Version", "/t", "REG_SZ", "/d", version, "/f") == 0

    @property
    def drive(self) -> Path:
        """Its C:."""
        return self.prefix / "drive_c"

    @property
    def installed(self) -> Path:
        """Where the kit puts its files."""
        return self.drive / "Program Files" / "RenkeiKit"

    @property
    def keys(self) -> Path:
        """Where the PC's key is."""
        return self.drive / "ProgramData" / "RenkeiKit"

    @property
    def menu(self) -> Path:
        """The folder in the start menu (R72)."""
        return self.drive / "ProgramData/Microsoft/Windows/Start Menu/Programs" / FOLDER

    @property
    def desktop(self) -> Path:
        """Of everybody."""
        return self.drive / "users/Public/Desktop"

    def run(self, *words: str | Path) -> int:
        """Run a program there to its end; its exit code."""
        return self.said(*words).returncode

    def said(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The same, with what it said."""
        command = ["wine", *map(str, words)]
        return subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, timeout=SECONDS, check=False
        )

    def registry(self) -> str:
        """The whole of HKEY_LOCAL_MACHINE, once it was written down."""
        subprocess.run(["wineserver", "-w"], env=self._environment(), timeout=SECONDS, check=True)
        return (self.prefix / "system.reg").read_text("utf-8", errors="replace")

    def end(self) -> None:
        """End what still runs in this prefix."""
        subprocess.run(["wineserver", "-k"], env=self._environment(), timeout=SECONDS, check=False)

    def path(self, path: Path) -> str:
        """A path of this host, as its programs name it."""
        return "Z:" + str(path).replace("/", "\\")

    def _environment(self) -> dict[str, str]:
        silent = {"WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
        return {**os.environ, **silent}
