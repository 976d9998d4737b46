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

# The fake of the client's command line: it notes each command with what its files hold, and fails at those whose
# names are in C:\\fails.txt. It is connected between AccountConnect and AccountDisconnect.
COMMAND = r"""
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void copy_of(FILE *log, const char *word) {
    char path[MAX_PATH], line[128];
    if (sscanf(word, "/LOAD%*[A-Z]:%259[^\n]", path) != 1)
        return;
    FILE *file = fopen(path, "r");
    for (int i = 0; file != NULL && i < 2 && fgets(line, sizeof line, file); i++)
        fprintf(log, "    %s", line);
    if (file != NULL)
        fclose(file);
}

static int is_listed(const char *path, const char *name) {
    char line[128];
    int found = 0;
    FILE *file = fopen(path, "r");
    while (file != NULL && fscanf(file, "%127s", line) == 1)
        found |= strcmp(line, name) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

int main(int count, char **words) {
    FILE *log = fopen("C:\\vpncmd.log", "a");
    for (int i = 1; i < count; i++)
        fprintf(log, i == 1 ? "%s" : " %s", words[i]);
    fprintf(log, "\n");
    for (int i = 1; i < count; i++)
        copy_of(log, words[i]);
    fclose(log);
    if (count < 5 || is_listed("C:\\fails.txt", words[4]))
        return 36;
    if (strcmp(words[4], "AccountConnect") == 0)
        fclose(fopen("C:\\connected.txt", "w"));
    if (strcmp(words[4], "AccountDisconnect") == 0 && remove("C:\\connected.txt") != 0)
        return 37;
    int connected = GetFileAttributesA("C:\\connected.txt") != INVALID_FILE_ATTRIBUTES;
    return strcmp(words[4], "AccountStatusGet") == 0 && !connected ? 37 : 0;
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
