# SPDX-License-Identifier: Apache-2.0
"""Authenticode by osslsigncode, for a fund that has a certificate for it (R71).

The time of the signature is the certificate's first day, so that the same kit is signed by the same bytes. There is
no timestamp of an authority, which would need the Internet: the publisher is known until the certificate ends.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.contracts.kit import KitNotBuilt
from appliance.contracts.plugin import PluginError

PROGRAM = "osslsigncode"
SECONDS = 50.0
MISSING = "`apt-get install osslsigncode`, or take `certificate` out of [plugins.kit_windows]"


@dataclass(frozen=True)
class Signed:
    """A kit after signing: what stands before the client now, and what stands behind it; sha256 of the whole."""

    front: bytes
    back: bytes
    size: int
    sha256: bytes


class Signer:
    """Signs whole files; knows key and certificate."""

    def __init__(self, chain: bytes, key: bytes) -> None:
        """chain and key are PEM. Raises PluginError for what does not fit together, or cannot sign programs."""
        try:
            certificate = x509.load_pem_x509_certificates(chain)[0]
            private = load_pem_private_key(key, None)
        except (ValueError, TypeError) as error:
            raise PluginError(f"`certificate` or its key cannot be read as PEM: {error}") from error
        _need_fit(certificate, private)
        self._chain, self._key = chain, key
        self._time = int(certificate.not_valid_before_utc.timestamp())
        self.fingerprint = hashlib.sha256(chain).digest()

    def signed(self, pieces: Callable[[Path], None], before: int, after: int) -> Signed:
        """The kit that pieces writes to a file; its first before bytes and its last after are its own. Blocks.

        Raises KitNotBuilt.
        """
        with tempfile.TemporaryDirectory(prefix="renkei-kit-") as name:
            unsigned, done, chain = (Path(name) / part for part in ("unsigned.exe", "signed.exe", "chain.pem"))
            pieces(unsigned)
            chain.write_bytes(self._chain)
            self._run(unsigned, done, chain)
            return _signed(done, before, unsigned.stat().st_size - before - after)

    def _run(self, unsigned: Path, done: Path, chain: Path) -> None:
        """The key goes to the program in memory: no file ever holds it."""
        handle = os.memfd_create("key", 0)
        try:
            os.write(handle, self._key)
            words = ["-certs", chain, "-key", f"/proc/self/fd/{handle}", "-h", "sha256", "-time", self._time]
            _run([PROGRAM, "sign", *map(str, words), "-in", str(unsigned), "-out", str(done)], handle)
        finally:
            os.close(handle)


def is_there() -> bool:
    """Whether the program is installed."""
    return shutil.which(PROGRAM) is not None


def _need_fit(certificate: x509.Certificate, key: object) -> None:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise PluginError("the key of `certificate` must be RSA: other signatures are different each time")
    if key.public_key() != certificate.public_key():
        raise PluginError("the first certificate in `certificate` is not that of the key")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or ExtendedKeyUsageOID.CODE_SIGNING not in usage:
        raise PluginError("`certificate` is not for programs: its extended key usage has no code signing")


def _run(words: list[str], handle: int) -> None:
    try:
        ended = subprocess.run(  # noqa: S603 - words of our own
            words, pass_fds=(handle,), capture_output=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise KitNotBuilt(f"{PROGRAM} is not there; {MISSING}") from error
    except subprocess.TimeoutExpired as error:
        raise KitNotBuilt(f"{PROGRAM} took more than {SECONDS:g} seconds") from error
    if ended.returncode:
        said = (ended.stderr or ended.stdout).decode(errors="replace").strip().splitlines()
        raise KitNotBuilt(f"{PROGRAM} did not sign: {said[0] if said else ended.returncode}")


def _signed(file: Path, before: int, client: int) -> Signed:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").digest()
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        front = opened.read(before)
        opened.seek(before + client)
        return Signed(front, opened.read(), size, digest)
