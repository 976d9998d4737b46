# SPDX-License-Identifier: Apache-2.0
"""The life of the plugin, and what it says where it cannot begin."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from renkei_blobs_s3 import BlobsS3

from appliance.contracts.blobs import BlobError
from appliance.contracts.plugin import PluginError
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import pieces, whole
from tests.plugins.blobs_s3.stores import PLAIN, plugin, services, settings
from tests.servers.careless_s3 import CarelessS3
from tests.servers.s3_place import S3Place

ONE = id_from(bytes(16))
NOWHERE = S3Place("http://127.0.0.1:1")


async def test_its_life() -> None:
    async with CarelessS3().running() as place:
        mine = plugin(settings(place, PLAIN))
        [blobs] = mine.register_blobs()
        with pytest.raises(BlobError, match="closed"):
            await blobs.ids()
        await mine.start()
        await mine.check()
        await blobs.save(ONE, pieces(b"x"))
        assert await whole(blobs, ONE) == b"x"
        await mine.stop()
        for attempt in (blobs.ids(), blobs.save(ONE, pieces(b"x")), blobs.delete(ONE), whole(blobs, ONE)):
            with pytest.raises(BlobError, match="closed"):
                await attempt


async def test_stop_after_a_start_that_never_was() -> None:
    mine = plugin(settings(NOWHERE, PLAIN))
    await mine.stop()
    await mine.stop()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
async def test_authorities_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    mine = plugin(settings(S3Place("https://127.0.0.1:1"), PLAIN, authority=str(file)))
    with pytest.raises(PluginError, match=r"`authority` is .*authorities.pem', which is no PEM file"):
        await mine.start()
    await mine.stop()


async def test_credentials_that_are_missing_stop_the_start() -> None:
    mine = plugin(settings(NOWHERE, PLAIN), services(secrets={"s3-access.key": b"x"}))
    with pytest.raises(KeyError, match=r"s3-secret\.key"):
        await mine.start()
    await mine.stop()


@pytest.mark.parametrize("name", ["s3-access.key", "s3-secret.key", "s3-token"])
@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"sesame\r\nX-Evil: 1", b"two\nsesame", b"sesame\0"])
async def test_credentials_that_are_no_keys(name: str, content: bytes) -> None:
    secrets = {"s3-access.key": b"x", "s3-secret.key": b"x", "s3-token": b"x"} | {name: content}
    mine = plugin(settings(NOWHERE, PLAIN, session_token="s3-token"), services(secrets=secrets))
    with pytest.raises(
        PluginError, match=f"the credential `{name}` is no key of S3: write the key alone"
    ) as caught:
        await mine.start()
    assert "sesame" not in str(caught.value)
    await mine.stop()


def test_the_vault_finds_it() -> None:
    [entry] = [entry for entry in entry_points(group="renkei.vault") if entry.name == "blobs_s3"]
    assert entry.load() is BlobsS3
