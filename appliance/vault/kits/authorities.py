# SPDX-License-Identifier: Apache-2.0
"""The authority that PCs have to trust, so that a browser knows the portal: it goes into every kit.

On one host it lies beside the portal's certificate, where `renkei init` puts it, and counts as long as that
certificate is of it. A vault on a host of its own is told by `[devices] authority`.
"""

import logging
from pathlib import Path

from cryptography import x509

from appliance.config.settings import Settings

NAME = "authority.pem"
MOST = 64 * 1024
log = logging.getLogger("renkei.vault")


class NoAuthority(Exception):
    """The authority that was named cannot be used; the text, in English, says why."""


def authority_pem(settings: Settings) -> str:
    """Its certificate, PEM; "" where every browser knows the portal's. Blocks. Raises NoAuthority."""
    if settings.devices.authority:
        return _checked(Path(settings.devices.authority))
    portal = settings.sites.portal.certificate
    beside = Path(portal).parent / NAME
    if not portal or not beside.exists():
        return ""
    pem = _checked(beside)
    return pem if _is_of(Path(portal), pem) else ""


def _checked(path: Path) -> str:
    """The text of a file that holds certificates of authorities and nothing else."""
    try:
        text = path.read_text("ascii")
        found = x509.load_pem_x509_certificates(text.encode())
    except (OSError, ValueError) as error:
        raise NoAuthority(f"{path} cannot be read as certificates: {error}") from error
    if len(text) > MOST or "PRIVATE KEY" in text or not all(map(_is_authority, found)):
        raise NoAuthority(f"{path} must hold certificates of authorities, and nothing else")
    return text


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_of(portal: Path, authority: str) -> bool:
    """Whether the authority vouches for the portal: the fund may have brought a certificate of another."""
    try:
        issuer = x509.load_pem_x509_certificates(portal.read_bytes())[0].issuer
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read, so kits bring the authority beside it: %s", portal, error)
        return True
    return issuer in [one.subject for one in x509.load_pem_x509_certificates(authority.encode())]
