# SPDX-License-Identifier: Apache-2.0
"""The packages as files: silent to lintian, complete, apart from each other, the same however they are built."""

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import licences
import pytest
import sbom
import shipped

from tests.architecture import tree

pytestmark = pytest.mark.installed
OURS = (*shipped.ROOMS, *licences.OTHERS)
HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
# Compiled by the build: what every installer for Windows begins with.
BASE = Path("renkei_kit_windows/base/base.exe")
# What the build reads.
SOURCES = "appliance plugins packaging systemd docs pyproject.toml config.example.toml *.md LICENSE"


@pytest.fixture(scope="module")
def unpacked(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each package with its files."""
    folder = tmp_path_factory.mktemp("unpacked")
    for name in OURS:
        (package,) = packages.glob(f"{name}_*.deb")
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder / name)], check=True)
    return folder


def site(root: Path, python: str = "3.11") -> Path:
    """Where the modules of an unpacked package are."""
    return root / f"usr/lib/renkei/python{python}/lib/python{python}/site-packages"


def is_of_a_plugin(path: Path) -> bool:
    """Whether a file of the checkout lies in what a plugin is imported as."""
    return path.parts[0] == "plugins" and len(path.parts) > 3 and path.parts[2].startswith("renkei_")


def imported(root: Path, module: str) -> str:
    """What importing a module from a host says that has nothing else; nothing if all is well."""
    python = HERE.removeprefix("python")
    code = f"import sys; sys.path.insert(0, {str(site(root, python))!r}); import {module}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_lintian_is_silent(packages: Path, program: Callable[[str], str]) -> None:
    (changes,) = packages.glob("*.changes")
    command = [program("lintian"), "--allow-root", "--tag-display-limit", "0", str(changes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("tier", "module", "others"),
    [
        ("renkei-web", "appliance.web.service", ("vault", "gate", "testing")),
        ("renkei-vault", "appliance.vault.service", ("web", "gate")),
        ("renkei-gate", "appliance.gate.service", ("web", "vault", "testing")),
    ],
)
def test_a_tier_comes_alone_and_runs_alone(
    unpacked: Path, tmp_path: Path, tier: str, module: str, others: tuple[str, ...]
) -> None:
    for name in ("renkei-common", tier):
        subprocess.run(["cp", "-a", f"{unpacked / name}/.", str(tmp_path)], check=True)
    assert not [other for other in others if (site(tmp_path) / "appliance" / other).exists()]
    plugins = [path.name for path in site(tmp_path).glob("renkei_*") if path.suffix != ".dist-info"]
    of_engines = [name for name in plugins if name.startswith("renkei_tunnel_")]
    assert bool(plugins) == (tier != "renkei-web"), "a host of sites has no plugin's code"
    assert of_engines == (plugins if tier == "renkei-gate" else []), (
        "engines are the gate's, all others the vault's"
    )
    assert imported(tmp_path, module) == ""
    assert imported(tmp_path, "appliance.cli.main") == ""
    assert "ModuleNotFoundError" in imported(tmp_path, f"appliance.{others[0]}.service")


def test_no_file_is_in_two_packages(unpacked: Path) -> None:
    seen: dict[Path, str] = {}
    twice = []
    for name in OURS:
        for path in (path for path in (unpacked / name).rglob("*") if not path.is_dir()):
            file = path.relative_to(unpacked / name)
            twice += [f"{file}: {seen[file]}, {name}"] if file in seen else []
            seen[file] = name
    assert twice == []


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_everything_of_ours_is_shipped(unpacked: Path, python: str) -> None:
    code = [path for path in tree.files() if path.parts[0] == "appliance"]
    # What a plugin is made from lies beside its import package; what it has become lies in it.
    code += [Path(*path.parts[2:]) for path in tree.files() if is_of_a_plugin(path)]
    code += [BASE]
    assert {".webp", ".mo", ".toml", ".html", ".css", ".js", ".svg"} <= {path.suffix for path in code}
    there = {
        path.relative_to(site(unpacked / name, python))
        for name in OURS
        for path in site(unpacked / name, python).rglob("*")
    }
    assert sorted({path for path in code if path.suffix != ".pyc"} - there) == []
    assert (site(unpacked / "renkei-vault", python) / BASE).read_bytes().startswith(b"MZ")


def test_every_unit_is_shipped_once(unpacked: Path) -> None:
    folders = (tree.ROOT / "systemd", tree.ROOT / "systemd" / "engines")
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    written = {path.name for path in files if path.suffix != ".conf"}
    there = [path.name for path in unpacked.glob("*/usr/lib/systemd/system*/*") if path.is_file()]
    assert sorted(there) == sorted(written - {"renkei.service"})


def test_documents_and_alarms_are_shipped(unpacked: Path) -> None:
    papers = unpacked / "renkei-common/usr/share/doc/renkei-common"
    assert (papers / "config.example.toml").read_bytes() == (tree.ROOT / "config.example.toml").read_bytes()
    for page in (tree.ROOT / "docs").rglob("*.md"):
        place = page.relative_to(tree.ROOT / "docs")
        assert place.parts[0] == "screens" or (papers / place).is_file(), place
    alarms = unpacked / "renkei-monitoring/usr/share/renkei/monitoring"
    for name in (
        "rules/renkei.yml",
        "dashboards/renkei.json",
        "scrape-snippet.yml",
        "targets.json",
        "runbooks/README.md",
    ):
        assert (alarms / name).is_file(), name


@pytest.mark.parametrize("name", OURS)
def test_nothing_asks_about_configuration(packages: Path, name: str) -> None:
    (package,) = packages.glob(f"{name}_*.deb")
    listed = subprocess.run(["dpkg-deb", "-I", str(package)], capture_output=True, text=True, check=True).stdout
    assert "conffiles" not in listed
    files = subprocess.run(["dpkg-deb", "-c", str(package)], capture_output=True, text=True, check=True).stdout
    assert " ./etc/" not in files
    assert "__pycache__" not in files


def test_all_packages_have_the_version_of_the_project(packages: Path) -> None:
    (version,) = {one.version for one in tree.distributions() if one.name == "renkei-gateway"}
    assert {path.name.split("_")[1] for path in packages.glob("*.deb")} == {version}


def test_the_copyright_files_tell_of_everything(unpacked: Path) -> None:
    for one in shipped.distributions(unpacked):
        text = (unpacked / one.room / "usr/share/doc" / one.room / "copyright").read_text()
        places = set(re.findall(r"usr/lib/renkei/\*/site-packages/(\S+)", text))
        assert one.is_ours or set(one.tops()) <= places, one.name


def test_what_is_said_to_be_inside_is_there(unpacked: Path) -> None:
    for row in shipped.SAID["inside"]:
        files = [path for name in OURS for path in site(unpacked / name).glob(row["file"])]
        assert len(files) == 1, row["file"]
        assert row["sign"].encode() in files[0].read_bytes(), f"{row['name']} has another version: licences.toml"


def test_every_library_that_psycopg_brings_is_told_of(unpacked: Path) -> None:
    told = {row["name"] for row in shipped.SAID["inside"] if row["of"] == "psycopg-binary"}
    of = {
        "libcrypto": "openssl",
        "libssl": "openssl",
        "libldap": "openldap",
        "liblber": "openldap",
        "libpq": "libpq",
    }
    of |= dict.fromkeys(("libkrb5", "libkrb5support", "libk5crypto", "libgssapi_krb5"), "krb5")
    of |= {
        "libsasl2": "cyrus-sasl-lib",
        "libkeyutils": "keyutils-libs",
        "libcrypt": "libcrypt",
        "libcom_err": "libcom_err",
    }
    files = {
        path.name.rpartition("-")[0] for path in (site(unpacked / "renkei-vault") / "psycopg_binary.libs").iterdir()
    }
    assert {of[name] for name in files} == told


def test_the_bill_of_materials_proves_every_file(unpacked: Path) -> None:
    bill = json.loads((unpacked / "renkei-common" / sbom.PLACE).read_text())
    parts = [bill["metadata"]["component"], *bill["components"]]
    assert {part["name"] for part in parts} == {one.name for one in shipped.distributions(unpacked)}
    assert all(part["licenses"][0]["expression"] for part in parts)
    for record in (part for one in parts for part in one["components"] if part["type"] == "file"):
        (file,) = (path for name in OURS if (path := unpacked / name / record["name"].lstrip("/")).is_file())
        assert hashlib.sha256(file.read_bytes()).hexdigest() == record["hashes"][0]["content"]
        prove(file, unpacked)


def prove(record: Path, unpacked: Path) -> None:
    """That what a RECORD lists is there, in one package or another, with the hash that it says."""
    inside = record.parents[1].relative_to(next(path for path in record.parents if path.parent == unpacked))
    with record.open(newline="") as rows:
        for place, digest, _ in csv.reader(rows):
            (file,) = (path for name in OURS if (path := unpacked / name / inside / place).is_file())
            found = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
            assert digest in ("", f"sha256={found}"), file


@pytest.fixture(scope="module")
def twice(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The hashes of two builds, in other folders and time zones, with other rights; not packed: that takes long."""
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there") / "deeper"
    subprocess.run(["sh", "-euc", f"cp -r --parents {SOURCES} {here}"], cwd=tree.ROOT, check=True)
    subprocess.run(["sh", "-euc", f"umask 077; cp -r {here} {there}"], check=True)
    return [built(here, "UTC", "022"), built(there, "Asia/Tokyo", "077")]


def built(folder: Path, zone: str, umask: str) -> dict[str, str]:
    """The hash of each package that a copy of the checkout gives."""
    (folder / ".venv").symlink_to(tree.ROOT / ".venv")
    environment = {**os.environ, "TZ": zone, "DPKG_DEB_COMPRESSOR_TYPE": "none"}
    command = ["sh", "-euc", f"umask {umask}; packaging/deb.sh out"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "out").glob("*.deb")}
    shutil.rmtree(folder)
    return hashes


def test_two_builds_are_the_same_to_the_last_bit(twice: list[dict[str, str]]) -> None:
    first, again = twice
    assert len(first) == len(OURS)
    assert first == again
