# SPDX-License-Identifier: Apache-2.0
"""Credentials and configurations that are wrong: they are named, what runs goes on, and what is mended heals."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.installed.fund import Fund

pytestmark = pytest.mark.installed
CONFIG, FOLDER = "/etc/renkei/config.toml", "/etc/renkei/credentials"
PORTAL, VAULT = "renkei-web@portal.service", "renkei-vault.service"
SECRET = "/srv/secret"
OTHER_HOST = (
    f"head -c 4096 /dev/urandom >{SECRET}; chmod 0400 {SECRET}; export SYSTEMD_CREDENTIAL_SECRET={SECRET}; "
)


def sealed(name: str, size: int) -> str:
    """A script that seals other bytes under a name."""
    seal = f"systemd-creds encrypt --with-key=host --name=renkei_{name} - {FOLDER}/new"
    return f"head -c {size} /dev/urandom | {seal}; chmod 0400 {FOLDER}/new; mv {FOLDER}/new {FOLDER}/{name}"


@dataclass(frozen=True)
class Harm:
    """What somebody did to a credential, which unit cannot start then, and what the log says of it."""

    name: str
    script: str
    unit: str
    log: str


HARMS = {
    "missing": Harm("master.key", f"rm {FOLDER}/master.key", VAULT, "/etc/renkei/credentials/master.key: this"),
    "missing-key-of-a-site": Harm("tls-portal.key", f"rm {FOLDER}/tls-portal.key", PORTAL, "243/CREDENTIALS"),
    "of-another-name": Harm(
        "master.key", f"cp -p {FOLDER}/pepper.key {FOLDER}/master.key", VAULT, "'renkei_master.key'"
    ),
    "of-another-host": Harm("journal.key", OTHER_HOST + sealed("journal.key", 32), VAULT, "243/CREDENTIALS"),
    "cut-off": Harm("pepper.key", sealed("pepper.key", 7), VAULT, "renkei: pepper.key: a key has 32 bytes"),
    "of-another-fund": Harm(
        "journal.key", sealed("journal.key", 32), VAULT, "renkei: journal.key: the checkpoint is"
    ),
}
# What can be seen without a look into the records.
CHECKED = {"missing", "missing-key-of-a-site", "of-another-name", "of-another-host"}


@contextmanager
def kept(fund: Fund, path: str) -> Iterator[None]:
    """A file or folder that is as before after the block."""
    fund.host.shell(f"rm -rf /srv/kept; cp -a {path} /srv/kept")
    try:
        yield
    finally:
        fund.host.shell(f"rm -rf {path}; mv /srv/kept {path}")


def said_since(fund: Fund, unit: str, script: str) -> str:
    """What a unit says while and after a script runs, which may fail."""
    cursor = fund.host.run("journalctl", "--quiet", "-n", "0", "--show-cursor").partition("cursor: ")[2].strip()
    fund.host.shell(script, check=False)
    fund.host.run("journalctl", "--sync")
    return fund.host.run("journalctl", "--quiet", "-o", "cat", "-u", unit, "--after-cursor", cursor)


def half_of(config: str) -> str:
    """The configuration up to the first letter of its last text: no TOML, however long it is."""
    return config[: config.rindex(' = "') + len(' = "x')]


@pytest.mark.parametrize("how", HARMS)
def test_a_wrong_credential_is_named_and_the_right_one_heals(fund: Fund, how: str) -> None:
    harm = HARMS[how]
    with kept(fund, FOLDER):
        fund.host.shell(harm.script)
        said = said_since(fund, harm.unit, f"systemctl restart {harm.unit}")
        assert harm.log in said
        assert "Traceback" not in said
        checked = fund.host.run("renkei", "check", check=False)
        assert (harm.name in checked) == (how in CHECKED), checked
    fund.host.until(f"systemctl is-active {harm.unit}")
    assert fund.is_up()
    assert fund.verified()


def test_half_a_configuration_stops_nothing_that_runs(fund: Fund) -> None:
    with kept(fund, CONFIG):
        fund.host.write(CONFIG, half_of(fund.host.run("cat", "/srv/kept")))
        fund.host.run("systemctl", "daemon-reload")
        assert fund.is_up()
        for word in ("check", "doctor"):
            assert f"{CONFIG}: not TOML: " in fund.host.run("renkei", word, check=False)
        said = said_since(fund, PORTAL, f"systemctl restart {PORTAL}")
        assert f"renkei: {CONFIG}: not TOML: " in said
        assert "(at line " in said
        assert fund.page(fund.clerk)[0] == 200, "the others go on"
    fund.host.until(f"systemctl is-active {PORTAL}")
    fund.host.run("systemctl", "daemon-reload")
    assert fund.is_up()


def test_a_word_that_is_not_understood_is_told_before_anything_is_stopped(fund: Fund) -> None:
    with kept(fund, CONFIG):
        fund.host.shell(f"sed -i s/visit_minutes/visit_minuets/ {CONFIG}")
        checked = fund.host.run("renkei", "check", check=False)
        assert "visit_minuets" in checked
        assert "did you mean `visit_minutes`" in checked
    assert fund.is_up()
