# SPDX-License-Identifier: Apache-2.0
"""The TLS of a site."""

import os
import ssl
from pathlib import Path

from cryptography import x509

_CIPHERS_OF_TLS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20"


def tls_context(certificate: Path, key: bytes | Path) -> ssl.SSLContext:
    """A server's context: TLS 1.2 and 1.3, forward secrecy only, no tickets, no compression, no renegotiation.

    certificate is the PEM chain, key a PEM file or its bytes. Raises ssl.SSLError or OSError when they do not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS_OF_TLS_1_2)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    if isinstance(key, Path):
        context.load_cert_chain(certificate, key)
    else:
        _load_from_memory(context, certificate, key)
    return context


def ends_at(certificate: Path) -> float:
    """When the first certificate of a PEM chain ends, in seconds since 1970. Raises OSError or ValueError."""
    chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    return min(one.not_valid_after_utc.timestamp() for one in chain)


def _load_from_memory(context: ssl.SSLContext, certificate: Path, key: bytes) -> None:
    """OpenSSL wants a file; this one has no place on any disk."""
    descriptor = os.memfd_create("tls-key", os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(key)
        context.load_cert_chain(certificate, f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
