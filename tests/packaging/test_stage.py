# SPDX-License-Identifier: Apache-2.0
"""How the packages are laid out: each file in one package, nothing that differs from build to build."""

import base64
import csv
import hashlib
import re
import tomllib
from pathlib import Path

import pytest
import shipped
import stage

from tests.architecture import tree
from tests.packaging.staged import SITE, distribution

PACKAGING = tree.ROOT / "packaging"
PINNED = re.compile(r"([a-z0-9.-]+)==([^ ;]+)")


def site(root: Path, python: str = "3.11") -> Path:
    """Where the modules of a package are, for a Python."""
    return root / SITE.format(python=python)


def test_the_version_of_the_packages_is_the_project_s() -> None:
    version = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (PACKAGING / "debian" / "changelog").read_text()
    assert changelog.startswith(f"renkei-gateway ({version}) ")


def test_every_package_of_the_rooms_is_one_of_debian() -> None:
    packages = set(re.findall(r"^Package: (\S+)$", (PACKAGING / "debian" / "control").read_text(), re.MULTILINE))
    assert packages == {*shipped.ROOMS, "renkei-gateway", "renkei-monitoring"}


def test_all_packages_come_in_one_version_or_not_at_all() -> None:
    for line in re.findall(r"^Depends: (.*)$", (PACKAGING / "debian" / "control").read_text(), re.MULTILINE):
        for package in re.findall(r"renkei-\w+(?: \([^)]*\))?", line):
            assert package.endswith("(= ${binary:Version})"), line


def test_what_the_packages_bring_is_what_the_tests_run_with() -> None:
    pins = {
        lock: dict(PINNED.findall((PACKAGING / lock).read_text())) for lock in ("requirements.lock", "runtime.lock")
    }
    assert pins["runtime.lock"].items() <= pins["requirements.lock"].items(), "run `make lock`"
    asked = set[str]().union(*(one.dependencies for one in tree.distributions()))
    assert {name for name in asked if not name.startswith("renkei-")} <= pins["runtime.lock"].keys()
    brought = {name for table in shipped.ROOMS.values() for name in table["libraries"]}
    windows = {"tzdata"}
    assert brought == pins["runtime.lock"].keys() - windows, "each library belongs to a package"
    assert sum(len(table["libraries"]) for table in shipped.ROOMS.values()) == len(brought), "and none to two"


def test_no_lock_names_a_place_on_the_network() -> None:
    assert "://" not in (PACKAGING / "runtime.lock").read_text()


@pytest.mark.parametrize(
    ("place", "package"),
    [
        ("appliance/web/static/renkei.css", "renkei-web"),
        ("appliance/vault/core.py", "renkei-vault"),
        ("appliance/gate/service.py", "renkei-gate"),
        ("appliance/cli/main.py", "renkei-common"),
        ("renkei_otp_totp/__init__.py", "renkei-vault"),
        ("renkei_gateway-0.1.0.dist-info/RECORD", "renkei-common"),
    ],
)
def test_a_file_of_ours_belongs_to_a_package(place: str, package: str) -> None:
    assert stage._room(place, shipped.ROOMS) == package


def test_a_file_that_belongs_to_none_stops_the_build() -> None:
    with pytest.raises(SystemExit, match=r"no package brings appliance/attic/x\.py"):
        stage._room("appliance/attic/x.py", shipped.ROOMS)


def test_a_library_that_belongs_to_none_stops_the_build(tmp_path: Path) -> None:
    distribution(tmp_path, "anywhere", "stranger", "", {"stranger.py": ""})
    with pytest.raises(SystemExit, match="no package brings stranger"):
        stage._split(site(tmp_path / "anywhere"), "3.11", tmp_path / "staged")


def test_files_go_where_their_library_goes(tmp_path: Path) -> None:
    distribution(tmp_path, "anywhere", "jinja2", "", {"jinja2/__init__.py": ""})
    distribution(tmp_path, "anywhere", "lmdb", "", {"lmdb/__init__.py": ""})
    stage._split(site(tmp_path / "anywhere"), "3.11", tmp_path / "staged")
    found = {
        path.relative_to(tmp_path / "staged").as_posix() for path in (tmp_path / "staged").rglob("__init__.py")
    }
    below = SITE.format(python="3.11")
    assert found == {f"renkei-web/{below}/jinja2/__init__.py", f"renkei-vault/{below}/lmdb/__init__.py"}


def test_what_an_installer_leaves_is_cleaned_away_and_record_says_what_is_there(tmp_path: Path) -> None:
    info = distribution(tmp_path, "x", "one", "", {"one.py": "#!/usr/bin/python\nprint()\n", "bin/one": "#!"})
    (info / "INSTALLER").write_text("uv")
    (info / "RECORD").write_text(
        f"{info.name}/INSTALLER,,\none.py,sha256=old,1\nbin/one,,\n{info.name}/METADATA,,\n"
    )
    (info.parent / "one.py").chmod(0o777)
    stage._clean(info.parent)
    assert not (info / "INSTALLER").exists()
    assert not (info.parent / "bin").exists()
    assert (info.parent / "one.py").stat().st_mode & 0o777 == 0o644
    with (info / "RECORD").open(newline="") as record:
        rows = {row[0]: row[1:] for row in csv.reader(record)}
    assert list(rows) == [f"{info.name}/METADATA", "one.py", f"{info.name}/RECORD"]
    content = (info.parent / "one.py").read_bytes()
    assert content == b"print()\n", "a script that nobody calls names no interpreter"
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    assert rows["one.py"] == [f"sha256={digest}", str(len(content))]


def test_what_is_the_same_for_both_pythons_takes_room_once(tmp_path: Path) -> None:
    distribution(tmp_path, "renkei-web", "one", "", {"one.py": "x = 1\n", "two.py": "x = 2\n"})
    (site(tmp_path / "renkei-web", "3.13") / "two.py").write_text("x = 3\n")
    stage._once(tmp_path)
    for name, links in (("one.py", 2), ("two.py", 1)):
        assert (site(tmp_path / "renkei-web") / name).stat().st_nlink == links
    assert (site(tmp_path / "renkei-web", "3.13") / "two.py").read_text() == "x = 3\n"


@pytest.mark.parametrize("python", stage.PYTHONS)
def test_an_environment_knows_no_folder_of_its_own(tmp_path: Path, python: str) -> None:
    stage._environment(python, tmp_path)
    home = tmp_path / "usr/lib/renkei" / f"python{python}"
    assert (home / "bin/python3").readlink() == Path(f"/usr/bin/python{python}")
    assert str(tmp_path) not in (home / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = false" in (home / "pyvenv.cfg").read_text()
