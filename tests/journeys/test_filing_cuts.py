# SPDX-License-Identifier: Apache-2.0
"""An office's connection breaks while it sends a filing: it goes on where it was, and files once."""

from collections import Counter

from appliance.link.messages import PART_SIZE
from appliance.model.journal import Kind, Result
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.filer import Filer, Package
from tests.journeys.installation import Installation
from tests.journeys.wire import Wire, wire

THREE_PARTS = Package(3, 2 * PART_SIZE + 5_000_000)
COMMAND = "command-that-is-cut"


async def put_and_cut(line: Wire, filer: Filer, upload: str, number: int, share: float) -> None:
    """Send so much of a part, then hang up."""
    part = THREE_PARTS.content[number * PART_SIZE : (number + 1) * PART_SIZE]
    lines = (
        f"PUT /uploads/{upload}/{number} HTTP/1.1",
        f"Host: {line.host}",
        f"Origin: https://{line.host}",
        f"Cookie: {filer.visitor.cookies}",
        f"X-Renkei-Form: {filer.form}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {len(part)}",
    )
    await line.send("\r\n".join((*lines, "", "")).encode())
    await line.send(part[: int(len(part) * share)])
    line.cut()


async def test_an_upload_that_was_cut_goes_on_with_its_part_and_files_once(fund: Installation) -> None:
    """Each part is cut at another place."""
    fund.start()
    async with fund.visitor(Site.PORTAL) as user:
        filer = await Filer.at(user, fund.user)
        upload, size = await filer.begin(THREE_PARTS, COMMAND)
        for number, share in enumerate((0.1, 0.5, 0.9)):
            async with wire(fund, Site.PORTAL) as line:
                await put_and_cut(line, filer, upload, number, share)
            await filer.put(upload, number, THREE_PARTS.content, size)
        filing = await filer.file(THREE_PARTS, COMMAND)
        assert await filer.submit(upload, THREE_PARTS, COMMAND) == filing, "and a repeat is told the same"
        assert (await user.ask("GET", f"/filings/{filing}/file")).body == THREE_PARTS.inside
    fund.end()
    done = [entry for entry in await journal(fund) if entry.result is Result.DONE]
    kinds = Counter(entry.kind for entry in done if not entry.reason)
    assert (kinds[Kind.UPLOAD_BEGUN], kinds[Kind.UPLOAD_PART], kinds[Kind.FILING_UPLOADED]) == (1, 3, 1)


async def test_one_that_is_not_whole_is_no_filing(fund: Installation) -> None:
    fund.start()
    async with fund.visitor(Site.PORTAL) as user:
        filer = await Filer.at(user, fund.user)
        upload, size = await filer.begin(THREE_PARTS, COMMAND)
        await filer.put(upload, 0, THREE_PARTS.content, size)
        answer = await filer.visitor.ask(
            "POST",
            f"/uploads/{upload}/submit",
            b'{"sha256":"' + b"0" * 64 + b'","command":"command-of-the-end"}',
            {"Origin": user.site, "X-Renkei-Form": filer.form, "Content-Type": "application/json"},
        )
        assert answer.status == 409
        assert THREE_PARTS.name.removesuffix(".zip") not in (await user.get("/filings")).page.text
        # What was there already is not lost by that.
        assert await filer.file(THREE_PARTS, COMMAND)
