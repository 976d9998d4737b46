# SPDX-License-Identifier: Apache-2.0
"""`renkei certificate`: shown, made anew without a new authority, and exchanged for one of the fund's."""

import subprocess
from pathlib import Path

import pytest

from tests.appliance.cli.command import Installation
from tests.appliance.cli.test_site_certificates import own


def kept(made: Installation) -> dict[str, bytes]:
    """Every certificate and key of the sites."""
    files = [*(made.root / "certificates").iterdir(), *(made.root / "credentials").glob("*tls*")]
    return {file.name: file.read_bytes() for file in files}


def test_what_each_site_shows(sown: Installation) -> None:
    rows = {row["site"]: row for row in sown.renkei("certificate", "show", "--json").json}
    assert [rows[site]["by"] for site in ("public", "console")] == ["itself"] * 2
    assert rows["portal"]["by"].startswith("CN=れんけい企業年金基金 Renkei CA")
    assert rows["portal"]["names"] == ["127.0.0.12"]
    lines = sown.renkei("certificate", "show").out.splitlines()
    assert lines[1].startswith(f"portal   until {rows['portal']['until']}  by CN=")


def test_all_of_our_own_are_made_anew(made: Installation) -> None:
    before = kept(made)
    ran = made.renkei("certificate", "renew")
    assert ran.code == 0 and "systemctl restart renkei-web@public renkei-web@portal renkei-web@console" in ran.out
    after = kept(made)
    assert {name for name in before if before[name] == after[name]} == {"authority.pem"}
    assert made.renkei("check").code == 0


def test_one_is_made_anew_and_the_others_stay(made: Installation) -> None:
    before = kept(made)
    ran = made.renkei("certificate", "renew", "portal")
    assert ran.code == 0 and "trusted.pem" not in ran.out
    assert {name for name, content in kept(made).items() if content != before[name]} == {
        "portal.pem",
        "tls-portal.key",
    }


def moved(made: Installation) -> None:
    """The portal goes inside of a VPN."""
    made.replace('address = "127.0.0.12"', 'address = "10.0.0.10"')
    made.replace('hosts = ["127.0.0.12', 'hosts = ["10.0.0.10')


def test_a_certificate_that_is_for_another_address_is_told(made: Installation) -> None:
    assert "is not for" not in made.renkei("check").out
    moved(made)
    ran = made.renkei("check")
    assert ran.code == 0
    assert "sites.portal.certificate is not for 10.0.0.10: `renkei certificate renew portal`" in ran.out


@pytest.mark.parametrize("words", [("portal",), ()])
def test_the_authority_vouches_for_nothing_that_its_pcs_would_refuse(
    made: Installation, words: tuple[str, ...]
) -> None:
    before = kept(made)
    moved(made)
    ran = made.renkei("certificate", "renew", *words)
    assert ran.code == 1 and "cannot vouch for 10.0.0.10" in ran.err and "--new-authority" in ran.err
    assert kept(made) == before


def test_another_authority_vouches_for_the_new_address_and_nothing_else(made: Installation) -> None:
    before = kept(made)
    moved(made)
    ran = made.renkei("certificate", "renew", "portal", "--new-authority")
    assert ran.code == 0 and "systemctl restart renkei-vault; offices install their kits anew" in ran.out
    after = kept(made)
    assert {name for name in before if before[name] != after[name]} == {
        "authority.pem",
        "portal.pem",
        "tls-portal.key",
        "trusted.pem",
    }
    folder = made.root / "certificates"
    verified = subprocess.run(
        ["openssl", "verify", "-CAfile", folder / "authority.pem", folder / "portal.pem"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr
    assert made.renkei("certificate", "renew").code == 0
    assert "is not for" not in made.renkei("check").out


def test_another_authority_is_for_the_portal_alone(made: Installation) -> None:
    before = kept(made)
    assert made.renkei("certificate", "renew", "console", "--new-authority").code == 2
    assert kept(made) == before


def test_one_of_the_funds_own_takes_its_place_and_stays(made: Installation, tmp_path: Path) -> None:
    certificate, key = own(tmp_path)
    words = ("--certificate", certificate, "--key", key)
    assert made.renkei("certificate", "put", "console", *words).code == 0
    assert (
        kept(made)["console.pem"] == certificate.read_bytes() and kept(made)["tls-console.key"] == key.read_bytes()
    )
    assert made.renkei("check").code == 0


def test_what_does_not_go_together_changes_nothing(made: Installation, tmp_path: Path) -> None:
    before = kept(made)
    certificate, _ = own(tmp_path)
    key = made.root / "credentials" / "tls-portal.key"
    ran = made.renkei("certificate", "put", "public", "--certificate", certificate, "--key", key)
    assert ran.code == 1 and "no certificate and key that go together" in ran.said
    assert kept(made) == before


def test_what_somebody_else_keeps_is_left_alone(made: Installation, tmp_path: Path) -> None:
    certificate, _ = own(tmp_path)
    made.replace(f"{made.root}/certificates/public.pem", str(certificate))
    (made.root / "certificates" / "public.pem").unlink()
    assert "which is kept by somebody else" in made.renkei("certificate", "renew", "public").said
    assert "new certificates: portal, console, until" in made.renkei("certificate", "renew").out
    row = made.renkei("certificate", "show", "--json").json[0]
    assert (row["site"], row["file"]) == ("public", str(certificate))


def test_where_none_is_of_our_own_nothing_is_made(made: Installation, tmp_path: Path) -> None:
    certificate, _ = own(tmp_path)
    for site in ("public", "portal", "console"):
        made.replace(f"{made.root}/certificates/{site}.pem", str(certificate))
    before = kept(made)
    ran = made.renkei("certificate", "renew")
    assert ran.code == 1 and "no certificate here is of our own" in ran.said
    assert kept(made) == before


def test_only_sites_of_this_host_are_shown_and_made_anew(made: Installation) -> None:
    text = made.config.read_text("utf-8")
    begin, end = text.index("[sites.public]"), text.index("[sites.portal]")
    made.config.write_text(text[:begin] + text[end:], "utf-8")
    assert {row["site"] for row in made.renkei("certificate", "show", "--json").json} == {"portal", "console"}
    assert "new certificates: portal, console, until" in made.renkei("certificate", "renew").out


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_named(made: Installation, content: bytes) -> None:
    (made.root / "certificates" / "public.pem").write_bytes(content)
    assert "public.pem: this is no certificate of a site" in made.renkei("certificate", "show").said
    assert "public site is not of our own" in made.renkei("certificate", "renew", "public").said
    assert made.renkei("certificate", "renew").code == 0
