# SPDX-License-Identifier: Apache-2.0
"""The certificates of an installation: who vouches for each site, and where certificate and key lie.

1. The portal's is of an authority of our own, which can vouch for the portal's names and addresses and no others:
   the PCs of the offices trust it. Its key is kept, for renewals.
2. The public site's is the fund's, of an authority that everybody trusts; until then it vouches for itself.
3. The console's vouches for itself.
4. `trusted.pem` holds all of ours, for the fund's own PCs; the PCs of offices need `authority.pem` alone.
"""

import datetime as dt
import os
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cryptography import x509

from appliance.cli.certificates import Authority, Span, self_signed, site_names
from appliance.cli.failure import Failure
from appliance.cli.secret_files import SecretFiles
from appliance.config.settings import Settings
from appliance.host.durable import write_whole
from appliance.host.system import SystemClock
from appliance.model.time import SECOND
from appliance.model.words import WEB_SITES, Site

AUTHORITY, AUTHORITY_KEY, TRUSTED = "authority.pem", "authority.key", "trusted.pem"


def now() -> dt.datetime:
    """By the machine's clock: browsers have no other, whatever a demo's vault thinks."""
    return dt.datetime.fromtimestamp(SystemClock().now() / SECOND, dt.UTC)


def span_of(settings: Settings) -> Span:
    """From when until when certificates hold that are made now."""
    moments = [now()]
    if settings.demo.enabled:
        moments.append(dt.datetime.fromisoformat(settings.demo.clock_start))
    return Span.around(*moments)


def make_certificates(
    settings: Settings, folder: Path, secrets: SecretFiles, public: tuple[bytes, bytes] | None
) -> None:
    """The portal's authority, and a certificate for each site; public is the fund's own certificate and its key."""
    authority = new_authority(settings, folder, secrets)
    for site in WEB_SITES:
        if site is Site.PUBLIC and public is not None:
            put(folder, secrets, site, public)
        else:
            put(folder, secrets, site, issued(settings, site, authority))
    write_trusted(folder)


def new_authority(settings: Settings, folder: Path, secrets: SecretFiles) -> Authority:
    """One for the portal's names and addresses as they are now; whatever was there before is forgotten."""
    authority = Authority(
        f"{settings.fund.name} Renkei CA", span_of(settings).longer(), names_of(settings, Site.PORTAL)
    )
    secrets.write(AUTHORITY_KEY, authority.key)
    write_whole(folder / AUTHORITY, authority.pem, 0o644)
    return authority


def issued(settings: Settings, site: Site, authority: Authority) -> tuple[bytes, bytes]:
    """A new certificate for a site and its key, both PEM."""
    # No name of a machine: OpenSSL would hold it against the names that the authority may vouch for.
    called, names = f"{settings.fund.name} {site}", names_of(settings, site)
    if site is Site.PORTAL:
        return authority.issue(called, names, span_of(settings))
    return self_signed(called, names, span_of(settings))


def put(folder: Path, secrets: SecretFiles, site: Site, made: tuple[bytes, bytes]) -> None:
    """Bring a certificate and its key into their places."""
    chain, key = made
    secrets.write(f"tls-{site}.key", key)
    write_whole(folder / f"{site}.pem", chain, 0o644)


def write_trusted(folder: Path) -> None:
    """Everything of ours that somebody has to trust (promise 4)."""
    own = [folder / f"{site}.pem" for site in WEB_SITES if is_own(folder / f"{site}.pem")]
    pems = [folder / AUTHORITY, *own]
    write_whole(folder / TRUSTED, b"".join(pem.read_bytes() for pem in pems), 0o644)


def is_own(file: Path) -> bool:
    """Whether a certificate vouches for itself; what is no certificate vouches for nobody."""
    found = loaded(file)
    return found is not None and found.subject == found.issuer


def is_ours(file: Path) -> bool:
    """Whether a certificate vouches for itself, or the authority beside it does."""
    found, authority = loaded(file), loaded(file.parent / AUTHORITY)
    return is_own(file) or (found is not None and authority is not None and found.issuer == authority.subject)


def loaded(file: Path) -> x509.Certificate | None:
    """The first certificate of a file; None for a file without one, and for none."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (ValueError, FileNotFoundError):
        return None


def authority_of(settings: Settings, folder: Path, secrets: SecretFiles) -> Authority:
    """The portal's, as it is kept. Raises Failure, ConfigError."""
    try:
        pem = (folder / AUTHORITY).read_bytes()
        return Authority.kept(pem, secrets.credentials.get(AUTHORITY_KEY), span_of(settings))
    except ValueError as error:
        raise Failure(
            f"{folder / AUTHORITY} and the credential {AUTHORITY_KEY} do not go together: {error}"
        ) from error


def brought(certificate: Path | None, key: Path | None) -> tuple[bytes, bytes] | None:
    """A certificate and key of the fund's own; None where there are none. Raises Failure for what cannot serve."""
    if certificate is None or key is None:
        if certificate is not key:
            raise Failure("--public-certificate and --public-key go together: give both, or none to begin without")
        return None
    chain, secret = certificate.read_bytes(), key.read_bytes()
    _refuse_unfit(certificate, chain, secret)
    return chain, secret


def _refuse_unfit(file: Path, chain: bytes, key: bytes) -> None:
    """Raise Failure unless the two serve TLS today. OpenSSL wants a file: this one is in memory alone."""
    with os.fdopen(os.memfd_create("both.pem", os.MFD_CLOEXEC), "wb") as both:
        both.write(chain + b"\n" + key)
        both.flush()
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(f"/proc/self/fd/{both.fileno()}", password="")
            ends = x509.load_pem_x509_certificate(chain).not_valid_after_utc
        except (ssl.SSLError, ValueError) as error:
            raise Failure(
                f"{file}: no certificate and key that go together, without a password: {error}"
            ) from error
    if ends < now():
        raise Failure(f"{file}: this certificate ended on {ends:%Y-%m-%d}; bring the one that follows it")


def unnamed(settings: Settings) -> list[str]:
    """A sentence for each certificate of our own that was made for other names than its site has now."""
    return [text for site in settings.sites.here for text in _unnamed(settings, site)]


def _unnamed(settings: Settings, site: Site) -> Iterator[str]:
    file = Path(settings.sites.of(site).certificate)
    found = loaded(file)
    if found is None or not is_ours(file):
        return
    with suppress(x509.ExtensionNotFound):
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if missing := [str(name.value) for name in names_of(settings, site) if name not in list(known)]:
            yield f"sites.{site}.certificate is not for {', '.join(missing)}: `renkei certificate renew {site}`"


def names_of(settings: Settings, site: Site) -> list[x509.GeneralName]:
    """The names and addresses of a site, as its certificate has them."""
    chosen = settings.sites.of(site)
    return site_names(chosen.address, chosen.hosts)
