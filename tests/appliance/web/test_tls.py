# SPDX-License-Identifier: Apache-2.0
"""The TLS of a site."""

import ssl
from pathlib import Path

import pytest

from appliance.web.tls import ends_at, tls_context
from tests.appliance.web.conftest import Browser, Certificate


def test_old_versions_tickets_compression_and_renegotiation_are_off(certificate: Certificate) -> None:
    context = tls_context(certificate.file, certificate.key)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.num_tickets == 0
    for option in (ssl.OP_NO_TICKET, ssl.OP_NO_COMPRESSION, ssl.OP_NO_RENEGOTIATION):
        assert context.options & option


def test_only_ciphers_with_forward_secrecy_are_offered(certificate: Certificate) -> None:
    names = [cipher["name"] for cipher in tls_context(certificate.file, certificate.key).get_ciphers()]
    assert names and all(name.startswith(("ECDHE-", "TLS_")) for name in names)


def test_the_key_may_be_a_file(certificate: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "site.key"
    file.write_bytes(certificate.key)
    tls_context(certificate.file, file)


def test_a_key_of_another_certificate_is_refused(certificate: Certificate) -> None:
    with pytest.raises(ssl.SSLError):
        tls_context(certificate.file, b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")


async def test_tls_1_1_is_not_spoken(public: Browser) -> None:
    public.tls.minimum_version = ssl.TLSVersion.TLSv1_3
    assert b"200 OK" in await public.talk(b"GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    public.tls = old
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await public.talk(b"GET / HTTP/1.1\r\n\r\n")


def test_of_a_chain_the_first_that_ends_counts(certificate: Certificate, tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificate.file.read_bytes() * 2)
    assert ends_at(chain) == ends_at(certificate.file) > 0
