# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when a site or an endpoint begins to listen, said with the key at fault and what to do."""

import errno
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.cli.failure import Failure
from appliance.config.settings import SiteSettings

OF_ERRORS = {
    errno.EADDRINUSE: "something listens there already; end it, or write another port",
    errno.EADDRNOTAVAIL: "this machine has no such address; write one that `ip address` shows",
    errno.EACCES: "ports below 1024 are for root and for units with CAP_NET_BIND_SERVICE; write a higher one",
}


@contextmanager
def listening(key: str, place: str) -> Iterator[None]:
    """Raises Failure where nothing can listen at place, "host:port", which key of the configuration says."""
    try:
        yield
    except OSError as error:
        if error.errno not in OF_ERRORS:
            raise
        raise Failure(f"{key}: cannot listen on {place}: {OF_ERRORS[error.errno]}") from error


@contextmanager
def listening_site(name: str, site: SiteSettings) -> Iterator[None]:
    """The same of a site, and of its certificate. Raises Failure."""
    try:
        with listening(f"sites.{name}", f"{site.address}:{site.port}"):
            yield
    except ssl.SSLError as error:
        raise Failure(misfit(name, site.certificate, error)) from error
    except FileNotFoundError as error:
        if Path(site.certificate).exists():
            raise
        raise Failure(f"sites.{name}.certificate: there is no file {site.certificate}") from error


def misfit(name: str, certificate: str, error: ssl.SSLError) -> str:
    """Why no TLS can be made of a certificate and the key of its site."""
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"sites.{name}.certificate: the secret tls-{name}.key is not the key of {certificate}"
    what = error.reason or "not readable"
    return f"sites.{name}.certificate: {certificate} and the secret tls-{name}.key have to be PEM files ({what})"
