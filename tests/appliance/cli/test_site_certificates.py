# SPDX-License-Identifier: Apache-2.0
"""Who vouches for which site, and for whom the portal's authority can vouch."""

import datetime as dt
import ipaddress
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.cli.certificates import Authority, Span, self_signed, site_names
from appliance.cli.failure import Failure
from appliance.cli.secret_files import SecretFiles
from appliance.cli.site_certificates import authority_of, brought, is_own
from appliance.model.words import WEB_SITES
from tests.appliance.cli.command import Installation, renkei
from tests.appliance.cli.test_certificates import talk

REAL = dt.datetime.now(dt.UTC)
PORTAL, OTHER = "127.0.0.12", "127.0.0.13"


def shaken(folder: Path, made: tuple[bytes, bytes], trusted: bytes, name: str) -> ssl.SSLObject:
    """A handshake of somebody who trusts only that, and looks strictly. Raises ssl.SSLError."""
    (folder / "chain.pem").write_bytes(made[0])
    (folder / "key.pem").write_bytes(made[1])
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    client = ssl.create_default_context(cadata=trusted.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    return talk(server, client, name)


@pytest.mark.parametrize("site", WEB_SITES)
def test_who_trusts_all_of_ours_reaches_each_site(sown: Installation, tmp_path: Path, site: str) -> None:
    folder = sown.root / "certificates"
    made = (folder / f"{site}.pem").read_bytes(), (sown.root / "credentials" / f"tls-{site}.key").read_bytes()
    address = sown.settings.sites.of(site).address  # type: ignore[arg-type]
    assert shaken(tmp_path, made, (folder / "trusted.pem").read_bytes(), address).version() == "TLSv1.3"
    assert is_own(folder / f"{site}.pem") is (site != "portal")


def test_the_pc_of_an_office_trusts_the_portal_and_nobody_else(sown: Installation, tmp_path: Path) -> None:
    folder = sown.root / "certificates"
    trusted = (folder / "authority.pem").read_bytes()
    made = (folder / "portal.pem").read_bytes(), (sown.root / "credentials" / "tls-portal.key").read_bytes()
    assert shaken(tmp_path, made, trusted, PORTAL).version() == "TLSv1.3"
    made = (folder / "console.pem").read_bytes(), (sown.root / "credentials" / "tls-console.key").read_bytes()
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tmp_path, made, trusted, OTHER)


@pytest.mark.parametrize(
    ("address", "hosts", "wanted"),
    [(OTHER, (), OTHER), (PORTAL, ("bank.example",), "bank.example"), ("::1", (), "::1")],
)
def test_a_stolen_key_of_the_authority_makes_no_other_site(
    sown: Installation, tmp_path: Path, address: str, hosts: tuple[str, ...], wanted: str
) -> None:
    authority = authority_of(sown.settings, sown.root / "certificates", SecretFiles.of(sown.settings))
    forged = authority.issue("somebody else", site_names(address, hosts))
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree violation"):
        shaken(tmp_path, forged, authority.pem, wanted)


def test_an_authority_of_a_name_vouches_for_that_name(tmp_path: Path) -> None:
    names = site_names(PORTAL, ("portal.example.jp",))
    authority = Authority("長い名前の基金" * 20, Span.around(REAL).longer(), names)
    assert shaken(tmp_path, authority.issue("portal", names), authority.pem, "portal.example.jp")
    constraints = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert constraints.value.permitted_subtrees == [
        x509.IPAddress(ipaddress.ip_network(PORTAL)),
        x509.DNSName("portal.example.jp"),
    ]


@pytest.mark.parametrize("hosts", [(), ("portal.example.jp",)])
@pytest.mark.parametrize(
    ("use", "purpose"),
    [("EMAIL_PROTECTION", "smimesign"), ("CLIENT_AUTH", "sslclient"), ("SERVER_AUTH", "sslserver")],
)
def test_a_stolen_key_vouches_for_no_program_letter_or_person(
    tmp_path: Path, hosts: tuple[str, ...], use: str, purpose: str
) -> None:
    """OpenSSL 3.0 cannot be asked about programs: there the authority's own word must do."""
    names = site_names(PORTAL, hosts)
    authority = Authority("基金", Span.around(REAL).longer(), names)
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    (tmp_path / "forged.pem").write_bytes(forged(authority, getattr(ExtendedKeyUsageOID, use)))
    words = ("openssl", "verify", "-CAfile", "authority.pem", "-purpose", purpose, "forged.pem")
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode == 0) is (use == "SERVER_AUTH"), said.stderr
    uses = authority.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [*uses] == [ExtendedKeyUsageOID.SERVER_AUTH]


def forged(authority: Authority, use: x509.ObjectIdentifier) -> bytes:
    """What a thief of the key signs: no name that it would be held against, and another use."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Some Company")])
    made = (
        x509.CertificateBuilder(authority.certificate.subject, subject, key.public_key(), 1)
        .not_valid_before(REAL - dt.timedelta(days=1))
        .not_valid_after(REAL + dt.timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([use]), False)
    )
    signed = made.sign(load_pem_private_key(authority.key, None), hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(Encoding.PEM)


def test_the_authority_outlives_what_it_issues(sown: Installation) -> None:
    folder = sown.root / "certificates"
    ends = {
        name: x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()).not_valid_after_utc
        for name in ("authority", "portal", "public")
    }
    assert ends["portal"] == ends["public"] < ends["authority"] - dt.timedelta(days=3600)


def own(folder: Path, *, days: int = 0) -> tuple[Path, Path]:
    """A certificate of somebody, days ago, and its key, as files."""
    made = self_signed("www", site_names("127.0.0.11", ()), Span.around(REAL - dt.timedelta(days=days)))
    files = folder / "www.pem", folder / "www.key"
    for file, content in zip(files, made, strict=True):
        file.write_bytes(content)
    return files


def test_the_public_site_takes_a_certificate_of_the_fund(folder: Path) -> None:
    certificate, key = own(folder)
    words = ("--public-certificate", certificate, "--public-key", key)
    assert renkei("init", "--root", folder / "r", "--demo", "--port", 8443, "--metrics", "", *words).code == 0
    assert (folder / "r" / "certificates" / "public.pem").read_bytes() == certificate.read_bytes()
    assert (folder / "r" / "credentials" / "tls-public.key").read_bytes() == key.read_bytes()


def test_what_cannot_serve_is_refused(tmp_path: Path) -> None:
    certificate, key = own(tmp_path)
    with pytest.raises(Failure, match="give both"):
        brought(certificate, None)
    with pytest.raises(Failure, match="give both"):
        brought(None, key)
    shutil.copy(certificate, tmp_path / "older.pem")
    own(tmp_path)
    with pytest.raises(Failure, match="no certificate and key that go together"):
        brought(tmp_path / "older.pem", key)
    with pytest.raises(Failure, match="no certificate and key"):
        brought(key, key)
    assert brought(None, None) is None


def test_a_certificate_that_is_over_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="this certificate ended on"):
        brought(*own(tmp_path, days=400))


def test_an_authority_whose_key_is_anothers(made: Installation) -> None:
    (made.root / "credentials" / "authority.key").unlink()
    shutil.copy(made.root / "credentials" / "tls-portal.key", made.root / "credentials" / "authority.key")
    with pytest.raises(Failure, match="do not go together"):
        authority_of(made.settings, made.root / "certificates", SecretFiles.of(made.settings))


def test_a_key_that_is_looked_at_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = own(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert brought(certificate, key) == (certificate.read_bytes(), key.read_bytes())
