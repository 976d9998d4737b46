# SPDX-License-Identifier: Apache-2.0
"""May clamd be believed? It has to show so, again after each update and every ten minutes.

A clamd without signatures calls everything clean; so does one with Debian's default settings, of a document that it
did not look into. Neither is noticed otherwise.
"""

import io
import zipfile
from collections.abc import AsyncIterator
from functools import cache

from appliance.contracts.scanner import Scanned, ScannerAway, Verdict
from renkei_scan_clamav.answers import scanned_of
from renkei_scan_clamav.clamd import Clamd

# clamd takes at most 100 for MaxRecursion.
TOO_DEEP = 110


class Unfit(ScannerAway):
    """It answers, and must not be believed; the text says what to do."""


async def need_trust(clamd: Clamd, max_bytes: int, *, knows_test: bool) -> None:
    """Put clamd to the test. knows_test: it must find the EICAR text. Raises ScannerAway, Unfit."""
    if not await clamd.takes(max_bytes):
        raise Unfit(
            f"{clamd} takes no documents of `max_mib` = {max_bytes >> 20}; "
            f"set StreamMaxLength {max_bytes >> 20}M in clamd.conf and restart clamd, or lower `max_mib`"
        )
    if knows_test and (await _said(clamd, eicar())).verdict is not Verdict.INFECTED:
        raise Unfit(
            f"{clamd} does not find the EICAR test text: it has not ClamAV's signatures; run freshclam, "
            "or set `self_test = false` where your own signatures are meant"
        )
    await _need_three_values(clamd, "AlertExceedsMax", nested())
    await _need_three_values(clamd, "AlertEncrypted", locked())


async def _need_three_values(clamd: Clamd, option: str, sample: bytes) -> None:
    """Something that nobody can look into must not be called clean."""
    if (await _said(clamd, sample)).verdict is Verdict.CLEAN:
        raise Unfit(
            f"{clamd} calls clean what it cannot look into; set {option} yes in clamd.conf and restart clamd"
        )


async def _said(clamd: Clamd, content: bytes) -> Scanned:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return scanned_of(await clamd.scan(chunks()))


def eicar() -> bytes:
    """The harmless text that every scanner finds (eicar.org). In parts here, or this file would be found."""
    return rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@cache
def nested() -> bytes:
    """A small ZIP in a ZIP and so on, deeper than clamd can be told to go."""
    content = b"the innermost"
    for _ in range(TOO_DEEP):
        content = _zipped(content)
    return content


@cache
def locked() -> bytes:
    """A ZIP whose one entry says that it is encrypted."""
    content = bytearray(_zipped(b"sixteen bytes or"))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    return bytes(content)


def _zipped(content: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(zipfile.ZipInfo("inner.zip"), content)
    return kept.getvalue()
