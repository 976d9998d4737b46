# SPDX-License-Identifier: Apache-2.0
"""A clamd that would call everything clean is found out before it is believed."""

import hashlib
import io
import zipfile

import pytest
from renkei_scan_clamav.clamd import Clamd
from renkei_scan_clamav.trust import Unfit, eicar, locked, need_trust, nested

from appliance.contracts.scanner import ScannerAway
from tests.plugins.scan_clamav.fake_clamd import LIMIT, FakeClamd, says

SMALL = 64 * 1024


async def need(fake: FakeClamd, size: int = LIMIT, *, knows_test: bool = True) -> None:
    await need_trust(Clamd(str(fake.path), 10), size, knows_test=knows_test)


async def test_a_good_one(fake: FakeClamd) -> None:
    await need(fake)
    assert set(fake.asked) == {"INSTREAM"} and len(fake.asked) == 4


async def test_one_that_takes_less_than_it_should(fake: FakeClamd) -> None:
    with pytest.raises(Unfit, match="StreamMaxLength 9M"):
        await need(fake, 9 * 1024 * 1024)


async def test_one_without_signatures(fake: FakeClamd) -> None:
    del fake.found[eicar()]
    with pytest.raises(Unfit, match="run freshclam"):
        await need(fake)
    await need(fake, knows_test=False)


@pytest.mark.parametrize(("sample", "option"), [(nested(), "AlertExceedsMax"), (locked(), "AlertEncrypted")])
async def test_one_that_calls_clean_what_it_cannot_see(fake: FakeClamd, sample: bytes, option: str) -> None:
    del fake.found[sample]
    with pytest.raises(Unfit, match=f"set {option} yes"):
        await need(fake, knows_test=False)


async def test_one_that_answers_nothing_is_away_and_not_unfit(fake: FakeClamd) -> None:
    fake.plays["INSTREAM"] = says(b"stream: Can't allocate memory ERROR\0")
    with pytest.raises(ScannerAway) as said:
        await need(fake)
    assert not isinstance(said.value, Unfit)


def test_the_samples_are_what_they_should_be() -> None:
    assert hashlib.md5(eicar(), usedforsecurity=False).hexdigest() == "44d88612fea8a8f36de82e1278abb02f"
    assert max(len(nested()), len(locked())) < SMALL
    with zipfile.ZipFile(io.BytesIO(locked())) as archive:
        assert [info.flag_bits & 1 for info in archive.infolist()] == [1]
    content, depth = nested(), 0
    while zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (info,) = archive.infolist()
            content, depth = archive.read(info), depth + 1
    assert depth > 100
