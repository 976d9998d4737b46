# SPDX-License-Identifier: Apache-2.0
"""What is not let in on an installed host, and what is not believed there: each is told with its cure."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.appliance.host.wheels import JOB, POLICY, Tamper, tampered, write_wheel
from tests.installed.container import Container
from tests.installed.fund import Fund
from tests.installed.fund_it import DROP_INS, SITE, FundIt, at_work

pytestmark = pytest.mark.installed
Make = Callable[[Path], Path]
MODULE, INFO = "renkei_bad/__init__.py", "renkei_bad-1.0.dist-info"


@pytest.fixture(scope="module")
def it(fund: Fund) -> Iterator[FundIt]:
    """Fund IT; a plugin of its own is there, and the vault runs without its table."""
    with at_work(fund) as fund_it:
        write_wheel(fund_it.work, "mine")
        (fund_it.work / "alone.py").write_text(f'TIER = "vault"\n{JOB}')
        fund_it.does("renkei plugin install *.whl alone.py")
        yield fund_it


# --- what is not let in -------------------------------------------------------------------------------------------


def changed(tamper: Tamper, *, recorded: bool = True) -> Make:
    """A wheel whose files were changed; with recorded its RECORD says so."""
    return lambda folder: tampered(write_wheel(folder, "bad"), tamper, recorded=recorded)


def holding(path: str, content: bytes = b"") -> Make:
    """A wheel with one more file."""
    return changed(lambda files: files.update({path: content}))


def needing(requirement: str) -> Make:
    """A wheel that needs something."""
    return lambda folder: write_wheel(folder, "bad", requires=(requirement,))


def linked(folder: Path) -> Path:
    """A wheel with a symbolic link in it."""
    path = write_wheel(folder, "bad")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("renkei_bad/link.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/renkei/credentials/master.key")
    return path


def bomb(folder: Path) -> Path:
    """A small file that would fill the disk."""
    path = write_wheel(folder, "bad")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("renkei_bad/zeros.txt", bytes(101 << 20))
    assert path.stat().st_size < 1 << 20
    return path


def crowd(folder: Path) -> Path:
    """More files than any plugin has."""
    return write_wheel(folder, "bad", files={f"renkei_bad/{number}.txt": b"" for number in range(5001)})


BAD: dict[str, tuple[Make, str]] = {
    "wrong hash": (changed(lambda files: files.update({MODULE: b"changed"}), recorded=False), "has a wrong hash"),
    "file that RECORD lacks": (
        changed(lambda files: files.update({"a/b.py": b""}), recorded=False),
        "does not name",
    ),
    "file that is not there": (changed(lambda files: files.pop(MODULE), recorded=False), "which is not there"),
    "path above": (holding("../../../etc/cron.d/evil"), "would lie outside of its folder"),
    "path from the root": (holding("/etc/cron.d/evil"), "would lie outside of its folder"),
    "path of another system": (holding("renkei_bad\\..\\evil.py"), "would lie outside of its folder"),
    "scripts": (holding("renkei_bad-1.0.data/scripts/evil"), "belongs elsewhere in the system"),
    "link": (linked, "is a link"),
    "native code": (holding("renkei_bad/fast.cpython-311-x86_64-linux-gnu.so", b"\x7fELF"), "--allow-native"),
    "compiled": (holding("renkei_bad/hidden.pyc"), "nobody can read it"),
    "path file": (holding("evil.pth", b"import os"), "belongs to no package"),
    "second aiohttp": (
        holding("aiohttp/__init__.py"),
        "brings the module aiohttp, which aiohttp of the appliance has",
    ),
    "part of the appliance": (holding("appliance/web/evil.py"), "which renkei-gateway of the appliance has"),
    "module of Python": (holding("json/__init__.py"), "brings the module json, which Python of the appliance has"),
    "version that does not fit": (needing("aiohttp<3"), "it needs aiohttp<3, and here is aiohttp 3."),
    "library that is not there": (needing("requests>=2"), "name the wheel of requests in the same command"),
    "library from an address": (needing("aiohttp @ file:///tmp/x.whl"), "from an address, and nothing is fetched"),
    "bomb": (bomb, "more than 5000 files or 100 MiB"),
    "crowd": (crowd, "more than 5000 files or 100 MiB"),
    "tier that is not there": (
        lambda folder: write_wheel(folder, "bad", group="renkei.vaults"),
        "name renkei.vaults",
    ),
    "name that is taken": (
        holding(f"{INFO}/entry_points.txt", b"[renkei.vault]\npolicy_permissions = renkei_bad:Mine\n"),
        "there is a plugin `policy_permissions`",
    ),
    "half": (lambda folder: cut(write_wheel(folder, "bad")), "no wheel that can be opened"),
}


def cut(path: Path) -> Path:
    """The first half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.mark.parametrize("what", BAD)
def test_a_bad_wheel_is_refused_and_leaves_no_trace(it: FundIt, what: str) -> None:
    make, said = BAD[what]
    before, files = it.approved(), files_of(it.host)
    path = make(it.work)
    try:
        assert said in it.refused("install", path.name)
        assert (it.approved(), files_of(it.host)) == (before, files)
    finally:
        path.unlink()


def test_a_bad_wheel_takes_a_good_one_with_it(it: FundIt) -> None:
    bad = changed(lambda files: files.update({MODULE: b"changed"}), recorded=False)(it.work)
    good = write_wheel(it.work, "good")
    before = it.approved()
    assert "has a wrong hash" in it.refused("install", good.name, bad.name)
    assert it.approved() == before
    bad.unlink()
    good.unlink()


def files_of(host: Container) -> str:
    """Everything below the folders of plugins, and what a wheel might have left elsewhere."""
    return host.shell(f"find /var/lib/renkei/plugins /{DROP_INS} /etc/cron.d /tmp | sort")


# --- what is not believed -----------------------------------------------------------------------------------------

# In the words of the shell, as the folder has the hash of its wheel in its name.
FOLDER = f"$(echo /{SITE}/renkei-mine/*)"
FILE, DROPPED = f"{FOLDER}/renkei_mine/__init__.py", f"/{DROP_INS}/alone.py"
AWAY = "file={0}; mv $file /srv/away; ln -s /srv/away $file"
TAMPERED = {
    f"chown 1 {FILE}": "belongs to user 1; `chown root",
    f"chown -R renkei-vault {FOLDER}": "belongs to user",
    f"chown renkei-vault /{SITE}": "belongs to user",
    f"chmod g+w {FILE}": "can be changed by others (mode 0664); `chmod go-w",
    f"chmod o+w {FOLDER}/renkei_mine": "can be changed by others (mode 0757)",
    AWAY.format(FILE): "is a link; put the file or folder itself there",
    AWAY.format(FOLDER): "is a link; put the file or folder itself there",
    f"echo >>{FILE}": "is not what was approved; `renkei plugin install` it again",
    f"rm {FILE}": "is gone; `renkei plugin install` it again",
    f"echo 1 >{FOLDER}/renkei_mine/more.py": "is not what was approved",
    f"sed -i s/mine/evil/ {FOLDER}/*.dist-info/RECORD": "its RECORD is not the one of renkei-mine",
    f"chown 1 {DROPPED}": "belongs to user 1; `chown root",
    f"chmod g+w {DROPPED}": "can be changed by others (mode 0664); `chmod go-w",
    AWAY.format(DROPPED): "it is a file and no link",
    f"echo >>{DROPPED}": "was changed since it was approved; read it, then `renkei plugin install",
}


@pytest.fixture
def kept(it: FundIt) -> Iterator[FundIt]:
    """The same; afterwards the files are as they were."""
    it.host.shell(
        f"rm -rf /srv/kept /srv/away; mkdir /srv/kept; cp -a /var/lib/renkei/plugins /{DROP_INS} /srv/kept"
    )
    yield it
    it.host.shell(f"rm -rf /var/lib/renkei/plugins /{DROP_INS}")
    it.host.shell("cd /srv/kept; cp -a plugins /var/lib/renkei; cp -a *.d /etc/renkei")


@pytest.mark.parametrize("tamper", TAMPERED)
def test_what_is_not_as_it_was_approved_is_not_loaded(kept: FundIt, tamper: str) -> None:
    name = "alone" if DROPPED in tamper else "mine"
    with kept.configured(f"[plugins.{name}]\noptional = true"):
        assert kept.rows()[name]["state"] == "configured"
        kept.host.shell(tamper)
        row = kept.rows()[name]
        assert row["state"] == "optional-failed" and TAMPERED[tamper] in row["why"], row


def test_the_vault_goes_on_without_an_optional_one_and_not_without_a_policy(kept: FundIt) -> None:
    with kept.configured("[plugins.mine]\noptional = true"):
        kept.host.shell(f"chown 1 {FILE}")
        kept.restart()
        assert kept.running("mine") == "0.0" and kept.fund.is_up()
    write_wheel(kept.work, "needed", text=POLICY)
    kept.plugin("install", "renkei_needed-1.0-*.whl")
    needed = f"/{SITE}/renkei-needed/*/renkei_needed/__init__.py"
    with kept.configured("[plugins.needed]"):
        kept.host.shell(f"chmod g+w {needed}")
        said = kept.cannot_start()
        assert "config.toml: [plugins.needed]: " in said and "can be changed by others" in said
        kept.host.shell(f"chmod g-w {needed}")
        kept.host.until("systemctl is-active renkei-vault.service")
        assert kept.running("needed") == "1.0"


def test_a_folder_that_others_can_write_stops_every_start(kept: FundIt) -> None:
    kept.host.shell(f"chmod o+w /{DROP_INS}")
    assert f"/{DROP_INS} can be changed by others (mode 0757); `chmod go-w" in kept.cannot_start()
    kept.host.shell(f"chmod o-w /{DROP_INS}")
    kept.host.until("systemctl is-active renkei-vault.service")


def test_a_damaged_list_stops_every_start(kept: FundIt) -> None:
    before = kept.approved()
    kept.host.shell("echo '{' >/var/lib/renkei/plugins/approved.json")
    assert "approved.json is damaged" in kept.cannot_start()
    (kept.host.root / "var/lib/renkei/plugins/approved.json").write_text(before)
    kept.host.until("systemctl is-active renkei-vault.service")
