# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` finds."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.credentials import Credentials
from appliance.config.problems import problems, split_address
from appliance.config.settings import Gate, Groups, Link, Settings, Sites, SiteSettings, Vault
from appliance.model.words import Site, Tier

NAMES = ("public", "portal", "console")


@pytest.fixture
def good(tmp_path: Path) -> Settings:
    """Settings without a problem."""
    (tmp_path / "chain.pem").write_text("a certificate")
    for name in [f"tls-{site}.key" for site in NAMES] + ["link.key", "master.key"]:
        (tmp_path / name).write_bytes(b"key")
        (tmp_path / name).chmod(0o400)
    pem = str(tmp_path / "chain.pem")
    sites = {
        name: SiteSettings(f"127.0.0.{number}", hosts=(f"{name}.example.jp",), certificate=pem)
        for number, name in enumerate(NAMES, 11)
    }
    return Settings(
        state=str(tmp_path), credentials=str(tmp_path), sites=Sites(**sites), plugins={"policy_permissions": {}}
    )


def found(settings: Settings, *needed: str) -> list[str]:
    return problems(settings, Credentials(Path(settings.credentials)), needed)


def with_portal(settings: Settings, **changes: object) -> Settings:
    portal = replace(settings.sites.portal, **changes)  # type: ignore[arg-type]
    return replace(settings, sites=replace(settings.sites, portal=portal))


def test_good_settings_have_none(good: Settings) -> None:
    assert found(good, "master.key") == []


def test_a_site_needs_names_a_certificate_and_its_key(good: Settings, tmp_path: Path) -> None:
    assert "sites.portal.hosts is empty" in found(with_portal(good, hosts=()))[0]
    assert found(with_portal(good, certificate="")) == [
        "sites.portal.certificate is empty; write the path of a PEM file"
    ]
    assert "sites.portal.certificate: there is no file /nowhere" in found(with_portal(good, certificate="/nowhere"))
    (tmp_path / "tls-portal.key").unlink()
    assert "tls-portal.key: this credential is missing" in found(good)[0]


def test_needed_secrets_are_looked_for(good: Settings) -> None:
    [text] = found(good, "master.key", "pepper.key")
    assert "pepper.key: this credential is missing" in text


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ("127.0.0.1:9000", "127.0.0.1:9000", True),
        ("0.0.0.0:9000", "127.0.0.1:9000", True),
        ("127.0.0.1:9000", "[::]:9000", True),
        ("127.0.0.1:9000", "127.0.0.2:9000", False),
        ("127.0.0.1:9000", "127.0.0.1:9001", False),
        ("127.0.0.1:0", "127.0.0.1:0", False),
        ("", "", False),
    ],
)
def test_two_services_cannot_share_an_address(good: Settings, first: str, second: str, clash: bool) -> None:
    texts = found(replace(good, vault=Vault(metrics=first), gate=Gate(metrics=second)))
    assert bool(texts) is clash
    assert all(text.startswith("gate.metrics and vault.metrics both want") for text in texts)


def test_two_sites_on_one_address_are_told(good: Settings) -> None:
    [text] = found(with_portal(good, address="127.0.0.11"))
    assert text.startswith("sites.portal.port and sites.public.port both want 127.0.0.11:443")


def test_a_site_without_a_listener_is_told(good: Settings) -> None:
    [text] = found(with_portal(good, port=0))
    assert text.startswith("sites.portal.port: 0 is whichever port is free")


def test_a_malformed_address_is_told_by_its_key(good: Settings) -> None:
    [text] = found(replace(good, gate=Gate(metrics="9611")))
    assert text == "gate.metrics: '9611' is not host:port; write for example 127.0.0.1:9611"


@pytest.mark.parametrize("address", ["portal", "localhost", "10.0.0", "10.0.0.10:443", ""])
def test_a_site_listens_on_an_ip_address(good: Settings, address: str) -> None:
    text = f"sites.portal.address: {address!r} is no IP address; write for example 10.0.0.10"
    assert any(said.startswith(text) for said in found(with_portal(good, address=address)))
    assert found(with_portal(good, address="::1")) == []


def test_a_name_of_a_site_is_no_url(good: Settings) -> None:
    [text] = found(with_portal(good, hosts=("portal.example.jp:8443", "https://portal.example.jp/")))
    assert text.startswith("sites.portal.hosts: 'https://portal.example.jp/' is no name; leave https:// ")


def test_the_sockets_need_a_short_path(good: Settings) -> None:
    assert found(replace(good, run="/" + "r" * 87)) == []
    [text] = found(replace(good, run="/" + "r" * 88))
    assert text.startswith("run: it is too long for the names of sockets") and "at most 88 bytes" in text


def test_two_hosts_need_certificates_of_the_link(good: Settings) -> None:
    texts = found(replace(good, link=Link(vault_address="10.0.0.2:7000")))
    assert [text.partition(" ")[0] for text in texts] == ["link.authority", "link.certificate"]
    pem = good.sites.portal.certificate
    link = Link(vault_address="10.0.0.2:7000", authority=pem, certificate=pem)
    assert found(replace(good, link=link)) == []


def test_a_host_with_several_certificates_names_them_by_who_they_are(good: Settings) -> None:
    pem = good.sites.portal.certificate
    link = Link(gate_address="10.0.0.2:7000", authority=pem, certificate="/x/{who}.pem")
    assert found(replace(good, link=link)) == []
    assert link.identity(Site.PORTAL) == ("/x/portal.pem", "link-portal.key")
    assert replace(link, certificate="/x/host.pem").identity(Site.PORTAL) == ("/x/host.pem", "link.key")


def test_a_group_that_is_not_there_is_told(good: Settings) -> None:
    groups = Groups(portal="no-such-group", console="4711", vault="root")
    [text] = found(replace(good, link=Link(groups=groups)))
    assert text.startswith("link.groups.portal: there is no group no-such-group")
    assert (groups.of(Site.CONSOLE), groups.of(Tier.VAULT), groups.of(Site.ADMIN)) == ("4711", "root", None)


def test_the_rights_policy_must_be_configured(good: Settings) -> None:
    [text] = found(replace(good, plugins={}))
    assert text.startswith("vault.rights names `policy_permissions`, but there is no table")


def test_a_grant_to_a_plugin_that_does_not_run_is_told(good: Settings) -> None:
    assert found(replace(good, grants={"policy_permissions": ("notice.list",)})) == []
    [text] = found(replace(good, grants={"robott": ("notice.list",)}))
    assert text.startswith("grants.robott: there is no table [plugins.robott]")


def test_folders_are_absolute(good: Settings) -> None:
    [text] = found(replace(good, run="run/renkei"))
    assert text.startswith("run: run/renkei depends on where the service is started")


@pytest.mark.parametrize(
    ("text", "expected"), [("h:1", ("h", 1)), ("[::1]:0", ("::1", 0)), ("1.2.3.4:65535", ("1.2.3.4", 65535))]
)
def test_an_address_is_split(text: str, expected: tuple[str, int]) -> None:
    assert split_address(text) == expected


@pytest.mark.parametrize("text", ["", "h", "h:", ":1", "h:x", "h:65536", "h:-1", "h:１"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not host:port"):
        split_address(text)
