# SPDX-License-Identifier: Apache-2.0
"""Builds the base installer, to which a kit's own data are appended later: base_installer.py [FILE].

Needs Debian's nsis and gcc-mingw-w64-x86-64; the same sources make the same bytes.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE = HERE.parent / "renkei_kit_windows" / "base" / "base.exe"
COMPILER, LINKER_OF_PAGES = "x86_64-w64-mingw32-gcc", "makensis"
PACKAGES = "nsis gcc-mingw-w64-x86-64"
COMPILE = (
    *(
        "-std=gnu11",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-municode",
        "-D_WIN32_WINNT=0x0A00",
        "-DWIN32_LEAN_AND_MEAN",
        "-s",
        "-static",
    ),
    *("-Wl,--no-insert-timestamp", "-Wl,--build-id=none", "-ffile-prefix-map={here}=."),
)
DLLS = ("bcrypt", "crypt32", "iphlpapi", "advapi32", "shell32", "version", "winhttp", "ws2_32")
LIBRARIES = tuple(f"-l{name}" for name in DLLS)
# What a text may name, and the variable of setup.nsi that holds it.
VARIABLES = {name: f"${name.capitalize()}" for name in ("contract", "number", "fund", "contact", "other", "code")}


class NotBuilt(Exception):
    """The sentence says what is missing, or what a program said."""


def main() -> int:
    """Build to the file that is named, or where the plugin looks for it."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else BASE
    try:
        build(out.absolute())
    except NotBuilt as error:
        sys.stderr.write(f"kit_windows: {error}\n")
        return 1
    return 0


def build(out: Path) -> None:
    """Make the installer at out. Raises NotBuilt."""
    for program in (COMPILER, LINKER_OF_PAGES):
        if shutil.which(program) is None:
            raise NotBuilt(f"{program} is missing; `apt-get install {PACKAGES}` brings it")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_texts(folder)
        confirm = compiled(folder)
        defined = {
            "OUT": folder / "base.exe",
            "CONFIRM": confirm,
            "LICENCE": folder / "licence.txt",
            "TEXTS": folder / "texts.nsh",
        }
        words = [f"-D{key}={value}" for key, value in defined.items()]
        _run(folder, LINKER_OF_PAGES, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, HERE / "setup.nsi")
        shutil.copyfile(folder / "base.exe", out)


def write_texts(folder: Path) -> None:
    """What the sources include, made of texts.toml."""
    texts = tomllib.loads((HERE / "texts.toml").read_text("utf-8"))
    release = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    (folder / "texts.h").write_text(c_texts(texts["confirm"], release), "utf-8")
    (folder / "texts.nsh").write_text(nsis_texts(texts["setup"], release), "utf-8")
    # NSIS knows by this mark that the file is UTF-8, and Windows wants its own line ends.
    licence = (HERE / "licence.txt").read_text("utf-8").replace("\n", "\r\n")
    (folder / "licence.txt").write_bytes(licence.encode("utf-8-sig"))


def c_texts(texts: Mapping[str, str], release: str) -> str:
    """Texts as wide literals of C."""
    lines = [f'#define RELEASE "{release}"']
    for key, text in texts.items():
        escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\r\n")
        lines.append(f'#define TEXT_{key.upper()} L"{escaped}"')
    return "\n".join(lines) + "\n"


def nsis_texts(texts: Mapping[str, str], release: str) -> str:
    """Texts as definitions of NSIS, in which {name} becomes a variable. Raises NotBuilt for a name of none."""
    lines = [f'!define RELEASE "{release}"']
    for key, text in texts.items():
        escaped = text.replace("$", "$$").replace('"', r"$\"").replace("\n", r"$\r$\n")
        lines.append(f'!define TEXT_{key.upper()} "{re.sub("{([a-z]+)}", _variable, escaped)}"')
    return "\n".join(lines) + "\n"


def _variable(match: re.Match[str]) -> str:
    if match[1] not in VARIABLES:
        raise NotBuilt(f"texts.toml: the installer knows nothing called {{{match[1]}}}")
    return VARIABLES[match[1]]


def compiled(folder: Path) -> Path:
    """「インストール確認」 of all the sources in confirm/. Raises NotBuilt."""
    out = folder / "confirm.exe"
    words = [word.format(here=HERE) for word in COMPILE]
    sources = sorted((HERE / "confirm").glob("*.c"))
    _run(folder, COMPILER, *words, f"-I{folder}", "-o", out, *sources, *LIBRARIES)
    return out


def _run(folder: Path, *words: str | Path) -> None:
    command = [str(word) for word in words]
    ended = subprocess.run(  # noqa: S603 - compilers, with words of our own
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    if ended.returncode:
        raise NotBuilt(f"{words[0]} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")


if __name__ == "__main__":
    sys.exit(main())
