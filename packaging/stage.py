# SPDX-License-Identifier: Apache-2.0
"""Lays out what the Debian packages hold: a private environment for each Python of Debian, room by room.

Everything that would differ from one build to the next is left out or written anew: what the installer remembers,
compiled files, the order of RECORD. Wheels come by hash from runtime.lock, our own code from the checkout.
"""

import base64
import csv
import filecmp
import hashlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHONS = ("3.11", "3.13")
PLATFORM = "x86_64-manylinux_2_28"
UV = (str(Path(sys.executable).with_name("uv")), "--no-config", "--quiet")
# Programs, manuals, and fonts of which we use none, one of them under the GPL.
NEEDLESS = ("bin", "share", "reportlab/fonts")
# What an installer leaves for itself.
LEFT = frozenset({"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json", ".lock"})


def main() -> int:
    """stage.py FOLDER: one folder for each package below it, and in each its files from the root on."""
    target = Path(sys.argv[1]).absolute()
    wheels = _own_wheels(target / "wheels")
    for python in PYTHONS:
        site = target / f"site-{python}"
        _install(site, python, wheels)
        _clean(site)
        _split(site, python, target)
        _environment(python, target / "renkei-common")
    _once(target)
    return 0


def _own_wheels(folder: Path) -> list[str]:
    """Our own distributions, built without a look at the network."""
    sources = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
    for source in sources:
        copied = folder / "source" / source.name
        shutil.copytree(source, copied, ignore=_not_built_from)
        _run(*UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", folder, copied)
    return [str(path) for path in sorted(folder.glob("*.whl"))]


def _not_built_from(folder: str, names: list[str]) -> set[str]:
    """The root of the checkout holds more than the distribution is made of."""
    wanted = {"appliance", "pyproject.toml", "README.md", "LICENSE"}
    here = {name for name in names if name == "__pycache__" or name.endswith(".egg-info")}
    return here | ({*names} - wanted if Path(folder) == ROOT else set())


def _install(site: Path, python: str, wheels: list[str]) -> None:
    """Libraries by hash, then our own, as that Python would have them on that platform."""
    into = (*UV, "pip", "install", "--target", site, "--python-version", python, "--python-platform", PLATFORM)
    how = ("--only-binary", ":all:", "--link-mode", "copy", "--no-compile-bytecode")
    _run(*into, *how, "--require-hashes", "-r", HERE / "runtime.lock")
    _run(*into, *how, "--no-deps", "--offline", *wheels)


def _clean(site: Path) -> None:
    """Take out what no program needs, and write each RECORD for what is then there."""
    for folder in NEEDLESS:
        shutil.rmtree(site / folder, ignore_errors=True)
    for file in [path for path in site.rglob("*") if path.is_file()]:
        if file.name in LEFT - {"RECORD"}:
            file.unlink()
            continue
        file.chmod(0o644)
        content = file.read_bytes()
        if content.startswith(b"#!") and file.suffix == ".py":
            file.write_bytes(content.partition(b"\n")[2])
    for info in sorted(site.glob("*.dist-info")):
        _record(site, info)


def _record(site: Path, info: Path) -> None:
    """RECORD of a distribution: only what is there, with the hashes that it has now, in order."""
    files = sorted(path for path in _owned(site, info) if path.is_file() and path.name != "RECORD")
    with (info / "RECORD").open("w", encoding="utf-8", newline="") as record:
        rows = csv.writer(record, lineterminator="\n")
        for file in files:
            content = file.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.writerow((file.relative_to(site), f"sha256={digest}", len(content)))
        rows.writerow((info.relative_to(site) / "RECORD", "", ""))


def _owned(site: Path, info: Path) -> Iterator[Path]:
    """The files that a distribution says are its own."""
    with (info / "RECORD").open(encoding="utf-8", newline="") as record:
        for row in csv.reader(record):
            yield site / row[0]


def _split(site: Path, python: str, target: Path) -> None:
    """Each file to its package. Stops where one belongs to none."""
    rooms = tomllib.loads((HERE / "rooms.toml").read_text("utf-8"))
    by_library = {library: room for room, table in rooms.items() for library in table["libraries"]}
    owners = {file: _name(info) for info in sorted(site.glob("*.dist-info")) for file in _owned(site, info)}
    unknown = (
        {*owners.values()} - by_library.keys() - {name for name in owners.values() if name.startswith("renkei-")}
    )
    if unknown:
        raise SystemExit(f"rooms.toml: no package brings {', '.join(sorted(unknown))}")
    for file in sorted(path for path in site.rglob("*") if path.is_file()):
        place = file.relative_to(site)
        room = by_library.get(owners.get(file, "")) or _room(place.as_posix(), rooms)
        to = target / room / f"usr/lib/renkei/python{python}/lib/python{python}/site-packages" / place
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, to)
    shutil.rmtree(site)


def _name(info: Path) -> str:
    """The name of a distribution, as locks write it."""
    head = HeaderParser().parsestr((info / "METADATA").read_text("utf-8"))
    return str(head["Name"]).lower().replace("_", "-").replace(".", "-")


def _room(place: str, rooms: Mapping[str, Mapping[str, list[str]]]) -> str:
    """The package of a file of ours."""
    for room, table in rooms.items():
        if any(place.startswith(part) for part in table["ours"]):
            return room
    raise SystemExit(f"rooms.toml: no package brings {place}")


def _environment(python: str, room: Path) -> None:
    """What makes a folder an environment: it names no path of its own, and sees no library but its own."""
    home = room / "usr/lib/renkei" / f"python{python}"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(f"/usr/bin/python{python}")
    config = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {python}\n"
    (home / "pyvenv.cfg").write_text(config, "utf-8")


def _once(target: Path) -> None:
    """What is the same for all Pythons, as most is, takes room once: the others are hard links to the first."""
    first, *others = PYTHONS
    for file in sorted(target.glob(f"renkei-*/usr/lib/renkei/python{first}/lib/**/*")):
        for python in others:
            twin = Path(str(file).replace(f"python{first}", f"python{python}"))
            if file.is_file() and twin.is_file() and filecmp.cmp(file, twin, shallow=False):
                twin.unlink()
                twin.hardlink_to(file)


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True)  # noqa: S603 - uv with words of our own


if __name__ == "__main__":
    sys.exit(main())
