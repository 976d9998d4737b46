# SPDX-License-Identifier: Apache-2.0
"""The appliance's certificates, judged by a TLS library and not by the code that made them."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from appliance.cli.certificates import Authority, Span, site_names

NOW = dt.datetime(2026, 6, 9, 1, 0, tzinfo=dt.UTC)
REAL = dt.datetime.now(dt.UTC)
HOST = "portal.example.jp"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """One whose certificates hold now, as OpenSSL sees it."""
    return Authority("試験基金 Renkei CA", Span.around(REAL, NOW))


def verifier(authority: Authority, at: dt.datetime = REAL) -> PolicyBuilder:
    """Trusts this authority and nobody else."""
    return PolicyBuilder().store(Store([authority.certificate])).time(at)


def issued(authority: Authority, *hosts: str) -> x509.Certificate:
    """A site's certificate."""
    return x509.load_pem_x509_certificate(authority.issue("127.0.0.12", site_names("127.0.0.12", hosts))[0])


def talk(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """Shake hands in memory; the client's end. Raises ssl.SSLError."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(down, up, server_hostname=name)
    far = server.wrap_bio(up, down, server_side=True)
    for _ in range(4):
        for end in (near, far):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    far.write(b"x")
    near.read(1)
    return near


def contexts(authority: Authority, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server and a client that both show a certificate and ask for one."""
    chain, key = authority.issue("127.0.0.12", site_names("127.0.0.12", (f"{HOST}:8443",)))
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(key)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.verify_mode = ssl.CERT_REQUIRED
    for context in (server, client):
        context.load_verify_locations(cadata=authority.pem.decode())
        context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    return server, client


@pytest.mark.parametrize("name", ["127.0.0.12", HOST])
def test_a_library_of_tls_takes_them_for_both_sides(authority: Authority, tmp_path: Path, name: str) -> None:
    end = talk(*contexts(authority, tmp_path), name)
    assert end.version() == "TLSv1.3"


def test_a_name_that_is_not_in_them_is_refused(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        talk(*contexts(authority, tmp_path), "console.example.jp")


def test_another_authority_of_the_same_name_does_not_vouch_for_them(authority: Authority) -> None:
    other = Authority("試験基金 Renkei CA", Span.around(REAL))
    good = issued(authority)
    subject = x509.IPAddress(ipaddress.ip_address("127.0.0.12"))
    verifier(authority).build_server_verifier(subject).verify(good, [])
    with pytest.raises(VerificationError):
        verifier(other).build_server_verifier(subject).verify(good, [])


def test_a_certificate_cannot_issue_another(authority: Authority) -> None:
    basic = issued(authority).extensions.get_extension_for_class(x509.BasicConstraints)
    usage = issued(authority).extensions.get_extension_for_class(x509.KeyUsage).value
    assert basic.critical and not basic.value.ca
    assert usage.digital_signature and not usage.key_cert_sign and not usage.crl_sign
    top = authority.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert top.ca and top.path_length == 0


@pytest.mark.parametrize("moments", [(NOW,), (NOW, REAL), (REAL, NOW), (NOW, NOW - dt.timedelta(days=4000))])
def test_they_hold_around_every_clock(moments: tuple[dt.datetime, ...]) -> None:
    span = Span.around(*moments)
    assert span.start == min(moments) - dt.timedelta(days=1)
    assert span.end == max(moments) + dt.timedelta(days=366)
    made = issued(Authority("a", span))
    assert all(made.not_valid_before_utc <= moment <= made.not_valid_after_utc for moment in moments)


def test_serial_numbers_and_keys_differ(authority: Authority) -> None:
    made = [authority.issue("x", site_names("127.0.0.12", ())) for _ in range(3)]
    chains = [x509.load_pem_x509_certificate(chain) for chain, _ in made]
    assert len({chain.serial_number for chain in chains}) == len({key for _, key in made}) == 3
    for chain, (_, key) in zip(chains, made, strict=True):
        assert load_pem_private_key(key, None).public_key() == chain.public_key()


@pytest.mark.parametrize(
    ("address", "hosts", "addresses", "names"),
    [
        ("127.0.0.12", ("127.0.0.12:8443",), ["127.0.0.12"], []),
        ("127.0.0.12", ("127.0.0.12", HOST, f"{HOST}:8443"), ["127.0.0.12"], [HOST]),
        ("10.0.0.10", ("192.0.2.1:8443", "b.example.jp"), ["10.0.0.10", "192.0.2.1"], ["b.example.jp"]),
        ("::1", ("[::1]:8443", "[2001:db8::1]"), ["::1", "2001:db8::1"], []),
    ],
)
def test_the_names_of_a_site(address: str, hosts: tuple[str, ...], addresses: list[str], names: list[str]) -> None:
    san = x509.SubjectAlternativeName(site_names(address, hosts))
    assert [str(one) for one in san.get_values_for_type(x509.IPAddress)] == addresses
    assert san.get_values_for_type(x509.DNSName) == names


@pytest.mark.parametrize(
    ("only", "names", "outside"),
    [
        (["10.0.0.10"], ["10.0.0.10"], []),
        (["10.0.0.10"], ["10.0.0.11", "portal.example.jp"], ["10.0.0.11", "portal.example.jp"]),
        (["portal.example.jp", "10.0.0.10"], ["10.0.0.10", "PORTAL.example.jp", "a.portal.example.jp"], []),
        (["portal.example.jp"], ["myportal.example.jp", "fd00::1"], ["myportal.example.jp", "fd00::1"]),
        ([], ["anything.example.jp"], []),
    ],
)
def test_what_an_authority_cannot_vouch_for(only: list[str], names: list[str], outside: list[str]) -> None:
    def of(texts: list[str]) -> list[x509.GeneralName]:
        return [name for text in texts for name in site_names(text, [])]

    assert Authority("Renkei CA", Span.around(NOW), of(only)).outside(of(names)) == outside
