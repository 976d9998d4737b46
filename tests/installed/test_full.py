# SPDX-License-Identifier: Apache-2.0
"""Disks that are full: what cannot be kept is refused politely, everything else goes on, and room heals."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.installed.fund import SERVICES, Fund
from tests.story.stage import StoryFailed

pytestmark = pytest.mark.installed
# Room is measured twice a minute.
MEASURED = 90.0
STATE, CREDENTIALS = "/var/lib/renkei/vault", "/etc/renkei/credentials"
UNITS = " ".join(f"{unit}.service" for unit in SERVICES)
ALIVE = f"systemctl is-active {UNITS}"


@contextmanager
def disk_of_its_own(fund: Fund, folder: str, megabytes: int) -> Iterator[None]:
    """A folder lies on a small disk until the block ends; then where it was, with what is in it by then."""
    host = fund.host
    host.shell(f"systemctl stop renkei-vault.service; cp -a {folder} /srv/moved")
    host.shell(f"mount -t tmpfs -o size={megabytes}m tmpfs {folder}; cp -aT /srv/moved {folder}")
    host.shell("rm -r /srv/moved; systemctl start renkei-vault.service")
    try:
        yield
    finally:
        host.shell(f"systemctl stop renkei-vault.service; rm -f {folder}/ballast; cp -a {folder} /srv/moved")
        # A timer's service may be reading there.
        host.until(f"umount {folder}")
        host.shell(f"cp -aT /srv/moved {folder}; rm -r /srv/moved")
        host.shell("systemctl start renkei-vault.service")
        host.until(ALIVE)


@contextmanager
def full(fund: Fund, folder: str) -> Iterator[None]:
    """There is not a byte of room on the disk of a folder."""
    fund.host.shell(f"cat /dev/zero >{folder}/ballast", check=False)
    assert fund.host.shell(f"df --output=avail {folder} | tail -1").strip() == "0"
    try:
        yield
    finally:
        fund.host.shell(f"rm {folder}/ballast")


def test_a_full_disk_of_the_vault_refuses_uploads_and_shows_what_is_there(fund: Fund) -> None:
    with disk_of_its_own(fund, STATE, 160):
        fund.deliver()
        before = fund.received()
        with full(fund, STATE):
            with pytest.raises(StoryFailed, match="507: ただいま新しい書類を受け付けられません"):
                fund.deliver()
            assert fund.received() == before
            fund.host.run("systemctl", "restart", "renkei-vault.service")
            assert fund.received() == before
            assert fund.is_up()
        fund.host.until("renkei status --json | grep -qE '\"blobs_ratio\": 0[.][0-7]'", MEASURED)
        fund.deliver()
        assert fund.received() == before, "the same document once more"
        assert fund.verified()
    assert fund.received() == before
    assert "Traceback" not in fund.host.journal()


def test_what_root_writes_to_a_full_disk_leaves_what_was_there(fund: Fund) -> None:
    kept = fund.host.run("sha256sum", *[f"{CREDENTIALS}/{name}.key" for name in ("master", "journal")])
    with disk_of_its_own(fund, "/etc/renkei", 1), full(fund, "/etc/renkei"):
        said = fund.host.shell("echo secret-1 | renkei credential set smtp-password 2>&1", check=False)
        assert said.startswith("renkei: "), said
        assert "Traceback" not in said
        assert not (fund.host.root / "etc/renkei/credentials/smtp-password").exists()
        assert fund.host.run("sha256sum", *[f"{CREDENTIALS}/{name}.key" for name in ("master", "journal")]) == kept
        fund.host.shell(f"systemctl restart {UNITS}")
        assert fund.is_up()


@contextmanager
def small(fund: Fund, folder: str) -> Iterator[None]:
    """The disk of /run, which is memory, or one below /var/log, of a few megabytes."""
    if folder == "/run":
        fund.host.shell("mount -o remount,size=32m /run")
        undo = "mount -o remount,size=20% /run"
    else:
        fund.host.shell(f"mount -t tmpfs -o size=16m tmpfs {folder}; mkdir -p {folder}/journal")
        fund.host.shell("systemctl restart systemd-journald; journalctl --flush")
        undo = f"umount --lazy {folder}; systemctl restart systemd-journald"
    try:
        yield
    finally:
        fund.host.shell(undo)


@pytest.mark.parametrize("folder", ["/run", "/var/log"])
def test_a_full_disk_of_the_system_stops_nobody(fund: Fund, folder: str) -> None:
    with small(fund, folder), full(fund, folder):
        fund.deliver()
        fund.host.run("kill", "-KILL", fund.host.property("renkei-web@portal.service", "MainPID"))
        assert fund.received()
        assert fund.is_up()
    assert fund.verified()
