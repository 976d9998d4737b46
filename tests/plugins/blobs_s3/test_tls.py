# SPDX-License-Identifier: Apache-2.0
"""Over a network the server proves who it is: the right authority, the right name, a time that has not run out."""

import datetime as dt
import ssl
from pathlib import Path

import pytest

from appliance.contracts.plugin import PluginError
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import MIB, pieces, whole
from tests.appliance.link.authority import Authority, Identity
from tests.plugins.blobs_s3.stores import PLAIN, opened, settings
from tests.servers.careless_s3 import CarelessS3
from tests.servers.s3_place import S3Place

ONE = id_from(bytes(16))
YESTERDAY = dt.timedelta(days=-1)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the certificate of the server."""
    return Authority(tmp_path_factory.mktemp("authority"))


def server_side(identity: Identity) -> ssl.SSLContext:
    """A certificate for localhost and no other name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    return context


async def refusal(place: S3Place, authority: Authority) -> str:
    """Why a start is refused."""
    with pytest.raises(PluginError) as refused:
        async with opened(settings(place, PLAIN, authority=str(authority.certificate), attempts=2)):
            raise AssertionError("it was believed")
    return str(refused.value)


async def test_blobs_go_over_tls(authority: Authority) -> None:
    blob = bytes(range(256)) * (3 * MIB // 256)
    server, trusted = CarelessS3(), str(authority.certificate)
    async with (
        server.running(server_side(authority.issue())) as place,
        opened(settings(place, PLAIN, authority=trusted)) as blobs,
    ):
        await blobs.save(ONE, pieces(blob))
        assert await whole(blobs, ONE) == blob
        await blobs.check()


async def test_another_name_is_refused(authority: Authority) -> None:
    async with CarelessS3().running(server_side(authority.issue())) as place:
        other = S3Place(place.endpoint.replace("localhost", "127.0.0.1"))
        assert "not valid for '127.0.0.1'" in await refusal(other, authority)


async def test_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    """By another name, or by the same, so that only its key is another."""
    async with CarelessS3().running(server_side(authority.issue())) as place:
        for name in ("another", "authority"):
            said = await refusal(place, Authority(tmp_path, name))
            assert "its certificate is not believed (" in said and "; see `authority`)" in said


async def test_a_certificate_that_has_run_out_is_refused(authority: Authority) -> None:
    old = authority.issue(start=YESTERDAY, end=YESTERDAY / 2)
    async with CarelessS3().running(server_side(old)) as place:
        assert "its certificate is not believed (certificate has expired" in await refusal(place, authority)


async def test_nothing_goes_to_a_server_without_tls(authority: Authority) -> None:
    server = CarelessS3()
    async with server.running() as place:
        other = S3Place(place.endpoint.replace("http://127.0.0.1", "https://localhost"))
        assert "it speaks no TLS that we do" in await refusal(other, authority)
    assert server.requests == []
