# SPDX-License-Identifier: Apache-2.0
"""The keys of the PC, made and used by its own openssl command; the private ones never leave their files."""

import base64
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from renkei_kit_linux.on_pc.order import Order, Trouble
from renkei_kit_linux.on_pc.places import OWN_ONLY, Places, write_own

BITS = 2048
DAYS = 3653
_SECONDS = 120
_X25519 = 32
_CONFIG = """\
[req]
prompt = no
distinguished_name = subject
x509_extensions = device
[subject]
CN = {name}
[device]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
"""


def make_keys(places: Places, order: Order) -> None:
    """Device key, its certificate, and a key of WireGuard where openssl can make one; those that there are stay.

    A key whose certificate is of another seat is made anew.
    """
    if places.key.exists() and places.certificate.exists() and common_name(places) == order.name:
        return
    with TemporaryDirectory(dir=places.own) as folder:
        key, config = Path(folder) / "key", Path(folder) / "config"
        _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{BITS}", "-out", str(key))
        config.write_text(_CONFIG.format(name=order.name), "utf-8")
        words = ("-config", str(config), "-key", str(key), "-sha256", "-days", str(DAYS))
        certificate = _openssl("req", "-new", "-x509", *words)
        write_own(places.key, key.read_bytes(), OWN_ONLY)
        write_own(places.certificate, certificate)
    _make_wireguard(places)


def _make_wireguard(places: Places) -> None:
    try:
        write_own(places.wireguard, _openssl("genpkey", "-algorithm", "X25519"), OWN_ONLY)
    except Trouble as trouble:
        if trouble.word != "openssl_failed":
            raise
        places.wireguard.unlink(missing_ok=True)  # an openssl without X25519: the engine has the certificate


def common_name(places: Places) -> str:
    """The name in the certificate, "" for one that cannot be read."""
    try:
        subject = _openssl("x509", "-in", str(places.certificate), "-noout", "-subject", "-nameopt", "multiline")
    except Trouble:
        return ""
    return subject.decode(errors="replace").rpartition("=")[2].strip()


def certificate_line(places: Places) -> str:
    """The certificate, base64 of DER."""
    return base64.b64encode(_openssl("x509", "-in", str(places.certificate), "-outform", "DER")).decode()


def wireguard_line(places: Places) -> str:
    """The public key of WireGuard, base64; "" where there is none."""
    if not places.wireguard.exists():
        return ""
    public = _openssl("pkey", "-in", str(places.wireguard), "-pubout", "-outform", "DER")
    return base64.b64encode(public[-_X25519:]).decode()


def wireguard_private(places: Places) -> str:
    """The private key of WireGuard as its programs take it, base64. Raises Trouble where there is none."""
    if not places.wireguard.exists():
        raise Trouble("no_wireguard")
    private = _openssl("pkey", "-in", str(places.wireguard), "-outform", "DER")
    return base64.b64encode(private[-_X25519:]).decode()


def signature(places: Places, signed: bytes) -> str:
    """RSASSA-PKCS1-v1_5 with SHA-256 by the device key, base64."""
    return base64.b64encode(_openssl("dgst", "-sha256", "-sign", str(places.key), given=signed)).decode()


def _openssl(*words: str, given: bytes = b"") -> bytes:
    """What openssl says. Raises Trouble."""
    program = which("openssl")
    if program is None:
        raise Trouble("no_openssl")
    try:
        done = _done([program, *words], given)
    except subprocess.TimeoutExpired as error:
        raise Trouble("openssl_failed", detail=f"{words[0]}: {_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble("openssl_failed", detail=f"{words[0]}: {said[-1] if said else done.returncode}")
    return done.stdout


def _done(command: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    """Whatever openssl writes is for nobody else; its configuration and modules are the PC's own defaults."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENSSL_")}
    return subprocess.run(
        command, input=given, env=clean, capture_output=True, timeout=_SECONDS, check=False, umask=0o077
    )
