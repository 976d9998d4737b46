# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin pack`: a folder as the guide writes it becomes a wheel that the appliance takes."""

import shutil
from pathlib import Path

import pytest

from appliance.cli.failure import Failure
from appliance.cli.plugin_pack import Project, pack, read_project
from appliance.host.approvals import Point
from appliance.host.refused import StartRefused
from appliance.host.wheel import Wheel
from tests.examples.installed import EXAMPLES

WHOLE = """
[project]
name = "Renkei.Policy-Lunch"
version = "0.2"
dependencies = ["renkei-gateway", "aiohttp>=3"]
[project.entry-points."renkei.vault"]
lunch = "renkei_lunch:Lunch"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin with what lies about in the folder of somebody who works on it."""
    for path in ("renkei_lunch/__pycache__", "tests", "renkei_lunch.egg-info", "renkei_lunch/data"):
        (tmp_path / "lunch" / path).mkdir(parents=True)
    for path, text in {
        "pyproject.toml": WHOLE,
        "README.md": "no part of it",
        "renkei_lunch/__init__.py": "class Lunch: pass",
        "renkei_lunch/data/words.toml": "a = 1",
        "renkei_lunch/__pycache__/x.pyc": "",
        "renkei_lunch/.swp": "",
        "tests/__init__.py": "",
        "tests/test_lunch.py": "",
    }.items():
        (tmp_path / "lunch" / path).write_text(text)
    return tmp_path / "lunch"


def test_a_folder_becomes_a_wheel(folder: Path, tmp_path: Path) -> None:
    path = pack(folder, tmp_path)
    assert path.name == "renkei_policy_lunch-0.2-py3-none-any.whl"
    wheel = Wheel.read(path)
    assert {name for name in wheel.files if ".dist-info/" not in name} == {
        "renkei_lunch/__init__.py",
        "renkei_lunch/data/words.toml",
    }
    assert (wheel.name, wheel.native) == ("renkei-policy-lunch", ())
    assert wheel.requires == ["renkei-gateway", "aiohttp>=3"]
    assert wheel.points == (Point("renkei.vault", "lunch", "renkei_lunch:Lunch"),)


@pytest.mark.parametrize("link", ["renkei_lunch/secret.txt", "renkei_lunch/data/words2.toml", "renkei_lunch/more"])
def test_a_link_is_not_followed(folder: Path, tmp_path: Path, link: str) -> None:
    (folder / link).symlink_to("/etc")
    with pytest.raises(Failure, match=f"{link} is a link"):
        pack(folder, tmp_path)


@pytest.mark.parametrize("link", ["renkei_lunch", "another"])
def test_a_package_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path, link: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "__init__.py").touch()
    shutil.rmtree(folder / link, ignore_errors=True)
    (folder / link).symlink_to(tmp_path / "secret")
    with pytest.raises(Failure, match=f"{link} is a link"):
        pack(folder, tmp_path)


def test_two_packs_are_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path).read_bytes()
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    assert pack(copy, tmp_path).read_bytes() == first


@pytest.mark.parametrize("example", ["policy_lunch", "inquiry"])
def test_the_examples_can_be_packed(tmp_path: Path, example: str) -> None:
    assert Wheel.read(pack(EXAMPLES / example, tmp_path)).points


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[project]", "[project", "cannot be read"),
        ("[project]", "[other]", "has no 'name'"),
        ("[project]\n", "[project]\nx = 1\n[project2]\n", "has no 'name'"),
        ('version = "0.2"', "", "has no 'version'"),
        ('version = "0.2"', "version = 2", "is no line of text"),
        ('version = "0.2"', 'version = "1\\nName: evil"', "is no line of text"),
        ('version = "0.2"', 'version = "1/../../evil"', "of no name or version"),
        ("Renkei.Policy-Lunch", "/usr/bin/evil", "of no name or version"),
        ("Renkei.Policy-Lunch", "", "of no name or version"),
    ],
)
def test_a_pyproject_that_says_too_little(folder: Path, old: str, new: str, said: str) -> None:
    (folder / "pyproject.toml").write_text(WHOLE.replace(old, new))
    with pytest.raises(Failure, match=said):
        read_project(folder)


def test_a_folder_without_a_package_or_with_an_entry_point_that_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    (folder / "pyproject.toml").write_text(WHOLE.replace("renkei_lunch:", "renkei_dinner:"))
    with pytest.raises(StartRefused, match="which is not in the wheel"):
        pack(folder, tmp_path)
    shutil.rmtree(folder / "renkei_lunch")
    with pytest.raises(Failure, match="has no package"):
        pack(folder, tmp_path)


def test_names_of_files_are_as_installers_write_them() -> None:
    assert Project("A.b--C", "1.0").stem == "a_b_c-1.0"
