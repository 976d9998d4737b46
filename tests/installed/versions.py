# SPDX-License-Identifier: Apache-2.0
"""The packages once more, as another version would have them: another number, and another form of the records."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance.vault.records.form import FORM
from tests.installed.container import Container

PLACE = "srv/packages"


@dataclass(frozen=True)
class Versions:
    """Those that a host can be given. The folders are as the host sees them."""

    here: str
    number: str

    def install(self, host: Container, *, back: bool = False, check: bool = True) -> str:
        """What dpkg says. back allows an older version in the place of a newer one."""
        allowed = "RENKEI_DOWNGRADE=yes " if back else ""
        return host.shell(f"{allowed}dpkg -i {self.here}/*.deb", check=check)


def built(packages: Path) -> Versions:
    """Those that `make deb` has built."""
    (common,) = packages.glob("renkei-common_*.deb")
    return Versions(str(packages), _said(common, "Version"))


def repacked(packages: Path, host: Container, number: str, form: int = FORM) -> Versions:
    """The same of another number, on a host; its records are of this form."""
    old = built(packages).number
    to = host.root / PLACE / number
    to.mkdir(parents=True)
    for package in sorted(packages.glob("*.deb")):
        tree = host.root / PLACE / package.stem
        subprocess.run(["dpkg-deb", "-R", str(package), str(tree)], check=True)
        _replace(tree / "DEBIAN/control", f"Version: {old}\n", f"Version: {number}\n")
        _replace(tree / "DEBIAN/control", f"(= {old})", f"(= {number})")
        for code in tree.glob("usr/lib/renkei/*/lib/*/site-packages/appliance"):
            _replace(code / "__init__.py", f'__version__ = "{old}"', f'__version__ = "{number}"')
            if (code / "vault").exists():
                _replace(code / "vault/records/form.py", f"FORM = {FORM}\n", f"FORM = {form}\n")
        (tree / "DEBIAN/md5sums").unlink()
        pack = ["dpkg-deb", "-b", "-Znone", "--root-owner-group", str(tree), str(to)]
        subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["rm", "-r", str(tree)], check=True)
    return Versions(f"/{PLACE}/{number}", number)


def states(host: Container) -> set[str]:
    """How dpkg has our packages, each as "version state"; none where it knows none."""
    asked = "dpkg-query -W -f '${Version} ${db:Status-Status}\\n' 'renkei-*' 2>/dev/null"
    return set(host.shell(asked, check=False).splitlines())


def _said(package: Path, name: str) -> str:
    asked = ["dpkg-deb", "-f", str(package), name]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _replace(file: Path, old: str, new: str) -> None:
    """In the files that have it."""
    if file.exists():
        text = file.read_text("utf-8")
        file.write_text(text.replace(old, new), "utf-8")
