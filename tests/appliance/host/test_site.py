# SPDX-License-Identifier: Apache-2.0
"""The fund's own distributions: what was approved runs, and nothing else does, whatever lies on the disk."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.host.approvals import Approvals
from appliance.host.found import Found
from appliance.host.hooks import families_of, may_be_missing
from appliance.host.refused import StartRefused
from appliance.host.site import Site
from appliance.host.wheel import Wheel
from appliance.model.words import Tier
from tests.appliance.host.wheels import JOB, OWNERS, POLICY, approve, write_wheel

pytestmark = pytest.mark.usefixtures("own_path")


def site_of(state: Path, *wheels: Path) -> Site:
    """A site with these wheels approved."""
    return Site(state, approve(state, *wheels), OWNERS)


def only(site: Site) -> Found:
    """Its one plugin."""
    [found] = site.found()
    return found


def test_what_was_approved_is_found_and_runs(tmp_path: Path) -> None:
    found = only(site_of(tmp_path, write_wheel(tmp_path, "own_good")))
    assert (found.name, found.tier, found.version) == ("own_good", Tier.VAULT, "1.0")
    assert found.source == "renkei-own-good (renkei_own_good:Mine)"
    assert [family.id for family in families_of(found.load())] == ["jobs"]
    assert may_be_missing(found.text())


def test_finding_imports_nothing_and_loading_writes_nothing(tmp_path: Path) -> None:
    site = site_of(tmp_path, write_wheel(tmp_path, "own_quiet"))
    found = only(site)
    assert "renkei_own_quiet" not in sys.modules
    found.load()
    assert not list(tmp_path.rglob("__pycache__"))
    only(site).load()


def test_the_folder_comes_last_so_that_nothing_is_replaced(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "own_late", files={"colorsys.py": b"EVIL = True"})
    site = site_of(tmp_path, path)
    only(site).load()
    assert sys.path[-1] == str(site.folder(site.approvals.distributions[0]))
    import colorsys

    assert not hasattr(colorsys, "EVIL")


def test_a_module_that_the_appliance_brings_since_is_not_taken_for_the_plugin(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "renkei_own_twin.py").write_text("class Mine: pass")
    sys.path.insert(0, str(earlier))
    found = only(site_of(tmp_path, write_wheel(tmp_path, "own_twin")))
    with pytest.raises(StartRefused, match="which comes first; rename the module"):
        found.load()


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "renkei_own_bad/__init__.py").write_text(JOB + "#"), "is not what was approved"),
        (lambda folder: (folder / "renkei_own_bad/__init__.py").unlink(), "__init__.py is gone"),
        (lambda folder: (folder / "renkei_own_bad/more.py").write_text(""), "more.py is not what was approved"),
        (lambda folder: next(folder.glob("*/RECORD")).write_text(""), "its RECORD is not the one"),
        (lambda folder: next(folder.glob("*/RECORD")).unlink(), "its RECORD is not the one"),
        (lambda folder: (folder / "renkei_own_bad/__init__.py").chmod(0o666), "can be changed by others"),
        (lambda folder: (folder / "renkei_own_bad").chmod(0o777), "can be changed by others"),
        (lambda folder: folder.parent.chmod(0o777), "can be changed by others"),
        (lambda folder: (folder / "renkei_own_bad/a.py").symlink_to("/etc/passwd"), "a.py is a link"),
        (lambda folder: folder.rename(folder.parent / "x").parent.joinpath("x"), "cannot be read"),
        (shutil.rmtree, "cannot be read"),
    ],
)
def test_what_was_changed_does_not_run(tmp_path: Path, spoil: Spoil, said: str) -> None:
    site = site_of(tmp_path, write_wheel(tmp_path, "own_bad"))
    spoil(site.folder(site.approvals.distributions[0]))
    found = only(site)
    with pytest.raises(StartRefused, match=said):
        found.load()
    assert "renkei_own_bad" not in sys.modules
    assert may_be_missing(found.text())  # the wheel that was approved tells, not what lies there


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_foreign_owner_is_refused(tmp_path: Path) -> None:
    site = site_of(tmp_path, write_wheel(tmp_path, "own_given"))
    os.chown(site.folder(site.approvals.distributions[0]) / "renkei_own_given/__init__.py", 12345, -1)
    with pytest.raises(StartRefused, match="belongs to user 12345"):
        only(site).load()


def test_what_the_list_does_not_name_is_not_there(tmp_path: Path) -> None:
    site_of(tmp_path, write_wheel(tmp_path, "own_forgotten"))
    assert Site(tmp_path, Approvals(), OWNERS).found() == []


def test_a_library_of_the_fund_is_checked_with_the_plugin_that_needs_it(tmp_path: Path) -> None:
    library = write_wheel(tmp_path, "own_library", text="VALUE = 1")
    user = write_wheel(
        tmp_path, "own_user", requires=("renkei-own-library",), text=f"import renkei_own_library\n{JOB}"
    )
    site = site_of(tmp_path, library, user)
    found = next(found for found in site.found() if found.name == "own_user")
    assert families_of(found.load())
    folder = site.folder(site.approvals.distributions[0])
    (folder / "renkei_own_library/__init__.py").write_text("VALUE = 2")
    with pytest.raises(StartRefused, match="is not what was approved"):
        found.load()


def test_without_its_wheel_nobody_knows_what_would_be_missing(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "own_wheel")
    found = only(site_of(tmp_path, path))
    kept = tmp_path / "plugins" / "wheels" / path.name
    kept.write_bytes(write_wheel(tmp_path, "own_wheel", text=POLICY).read_bytes())
    assert found.text() == b""
    kept.unlink()
    assert found.text() == b"" and not may_be_missing(b"")


def test_native_code_of_another_python_is_refused(tmp_path: Path) -> None:
    site = site_of(tmp_path, write_wheel(tmp_path, "own_native"))
    one = site.approvals.distributions[0]
    other = type(one)(one.name, one.version, one.wheel, one.sha256, one.record, one.points, python="3.2")
    with pytest.raises(StartRefused, match=r"native code for Python 3\.2"):
        only(Site(tmp_path, Approvals((other,)), OWNERS)).load()


def test_points_of_a_group_only_for_what_is_configured(tmp_path: Path) -> None:
    site = site_of(tmp_path, write_wheel(tmp_path, "own_word", group="renkei.cli"))
    assert site.points("renkei.cli", frozenset()) == []
    [point] = site.points("renkei.cli", frozenset({"own_word"}))
    assert point.name == "own_word" and isinstance(point.load(), type)


def test_each_wheel_has_a_folder_of_its_own(tmp_path: Path) -> None:
    first = site_of(tmp_path, write_wheel(tmp_path, "own_twice")).approvals.distributions[0]
    second = site_of(tmp_path, write_wheel(tmp_path, "own_twice", version="2.0")).approvals.distributions
    assert [one.version for one in second] == ["2.0"] and second[0].place != first.place
    assert Wheel.read(tmp_path / "plugins" / "wheels" / second[0].wheel).version == "2.0"
