# SPDX-License-Identifier: Apache-2.0
"""What is said when nothing can listen."""

import errno
import ssl
from pathlib import Path

import pytest

from appliance.cli.failure import Failure
from appliance.cli.listening import listening, listening_site, misfit
from appliance.config.settings import SiteSettings


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EADDRINUSE, "something listens there already; end it, or write another port"),
        (errno.EADDRNOTAVAIL, "this machine has no such address; write one that `ip address` shows"),
        (errno.EACCES, "ports below 1024 are for root and for units with CAP_NET_BIND_SERVICE; write a higher one"),
    ],
)
def test_the_key_and_what_to_do_are_named(number: int, said: str) -> None:
    with pytest.raises(Failure) as caught, listening("vault.metrics", "127.0.0.1:9611"):
        raise OSError(number, "the kernel's words")
    assert str(caught.value) == f"vault.metrics: cannot listen on 127.0.0.1:9611: {said}"


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(OSError, match="disk") as caught, listening("vault.metrics", "127.0.0.1:9611"):
        raise OSError(errno.EIO, "disk")
    assert not isinstance(caught.value, Failure)


def test_a_site_names_the_certificate_that_is_not_there(tmp_path: Path) -> None:
    site = SiteSettings("127.0.0.12", certificate=str(tmp_path / "portal.pem"))
    with pytest.raises(Failure) as caught, listening_site("portal", site):
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(site.certificate)
    assert str(caught.value) == f"sites.portal.certificate: there is no file {tmp_path}/portal.pem"


def test_a_file_that_is_missing_elsewhere_is_not_blamed_on_the_certificate(tmp_path: Path) -> None:
    (tmp_path / "portal.pem").touch()
    with (
        pytest.raises(FileNotFoundError),
        listening_site("portal", SiteSettings("127.0.0.12", certificate=str(tmp_path / "portal.pem"))),
    ):
        (tmp_path / "nowhere").read_bytes()


def test_a_site_names_the_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "portal.pem").write_text("a certificate")
    site = SiteSettings("127.0.0.12", certificate=str(tmp_path / "portal.pem"))
    with pytest.raises(Failure) as caught, listening_site("portal", site):
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(site.certificate)
    assert str(caught.value).startswith(
        f"sites.portal.certificate: {tmp_path}/portal.pem and the secret tls-portal.key"
    )


def test_an_error_without_a_reason_has_words_all_the_same() -> None:
    error = ssl.SSLError()
    error.reason = ""
    assert misfit("portal", "/x.pem", error).endswith("have to be PEM files (not readable)")
