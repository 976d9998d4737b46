# SPDX-License-Identifier: Apache-2.0
"""Which authority goes into kits: the one that vouches for the portal, and nothing secret."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.certificates import Authority, Span, self_signed, site_names
from appliance.cli.site_certificates import now
from appliance.config.office_settings import Devices
from appliance.config.settings import Settings, Sites, SiteSettings
from appliance.vault.kits.authorities import NoAuthority, authority_pem

OURS = Authority("基金 Renkei CA", Span.around(now()), site_names("10.0.0.10", []))
OTHER = Authority("Somebody else", Span.around(now()))
NAMES = site_names("10.0.0.10", [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "authority.pem").write_bytes(OURS.pem)
    (tmp_path / "portal.pem").write_bytes(OURS.issue("portal", NAMES)[0])
    return tmp_path


def settings(folder: Path, authority: str = "") -> Settings:
    portal = SiteSettings(address="10.0.0.10", certificate=str(folder / "portal.pem"))
    return Settings(sites=replace(Sites(), portal=portal), devices=Devices(authority=authority))


def test_the_one_beside_the_portals_certificate(folder: Path) -> None:
    assert authority_pem(settings(folder)) == OURS.pem.decode()


def test_none_where_the_fund_brought_a_certificate_of_another_authority(folder: Path) -> None:
    (folder / "portal.pem").write_bytes(OTHER.issue("portal", NAMES)[0])
    assert authority_pem(settings(folder)) == ""


def test_none_where_there_is_none(folder: Path) -> None:
    (folder / "authority.pem").unlink()
    assert authority_pem(settings(folder)) == ""
    assert authority_pem(Settings()) == ""


def test_the_one_that_is_named_counts_first(folder: Path) -> None:
    named = folder / "named.pem"
    named.write_bytes(OTHER.pem)
    assert authority_pem(settings(folder, str(named))) == OTHER.pem.decode()


def test_a_portal_whose_certificate_cannot_be_read_keeps_the_authority(folder: Path) -> None:
    """It is renewed at this very moment, perhaps; a kit without the authority would be of no use."""
    (folder / "portal.pem").write_bytes(b"half")
    assert authority_pem(settings(folder)) == OURS.pem.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not PEM",
        self_signed("portal", NAMES, Span.around(now()))[0],
        OURS.pem + OURS.key,
        OURS.pem + "基金".encode(),
        OURS.pem * 200,
    ],
    ids=["empty", "no PEM", "no authority", "with its key", "with a word", "a book"],
)
def test_what_must_not_go_into_kits(folder: Path, content: bytes) -> None:
    named = folder / "named.pem"
    named.write_bytes(content)
    with pytest.raises(NoAuthority, match=r"named\.pem"):
        authority_pem(settings(folder, str(named)))


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(NoAuthority, match="cannot be read"):
        authority_pem(settings(folder, str(folder / "gone.pem")))
