# SPDX-License-Identifier: Apache-2.0
"""`make manual`: the operation manual of portal and console, each printed as one PDF by Debian's Chromium."""

import asyncio
import base64
import shutil
import sys
import tempfile
from pathlib import Path

from tests.browser.__main__ import say
from tests.servers.chromium import Tab, browsing
from tests.story.stage import StoryFailed, free_port, opened

DIST = Path(__file__).parents[2] / "dist"
SITES = ("portal", "console")
# A4, in inches; the margins leave room for the foot.
PAPER = {"paperWidth": 8.27, "paperHeight": 11.69, "marginTop": 0.7, "marginBottom": 0.8}
FOOT = """<div style="width: 100%; padding: 0 12mm; font: 8pt sans-serif; color: #444; display: flex">
<span class="title" style="flex: 1"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span>
</span></div>"""
# A picture that is far below is fetched when somebody comes near it; paper wants all of them.
ALL_PICTURES = """Promise.all([...document.images].map((one) => {
    one.loading = "eager";
    return one.decode().then(() => one.naturalWidth);
})).then((widths) => widths.every((width) => width > 0))"""


async def printed(tab: Tab, address: str) -> bytes:
    """A page as a PDF with its headings as outline, numbered. Raises AssertionError where a picture is missing."""
    await tab.go(address)
    assert await tab.run(ALL_PICTURES), "a picture of the manual cannot be seen"
    made = await tab.call(
        "Page.printToPDF",
        displayHeaderFooter=True,
        headerTemplate="<span></span>",
        footerTemplate=FOOT,
        generateDocumentOutline=True,
        generateTaggedPDF=True,
        **PAPER,
    )
    return base64.b64decode(made["data"])


async def manuals(root: Path, folder: Path, program: str) -> list[Path]:
    """Print those of a fresh installation below root into folder."""
    files = []
    async with opened(root, free_port()) as stage, browsing(program, root / "profile") as tab:
        for site in SITES:
            file = folder / f"renkei-manual-{site}.pdf"
            file.write_bytes(await printed(tab, f"{stage.addresses[site]}/manual"))
            files.append(file)
    return files


def main() -> int:
    """Find the browser and print."""
    program = shutil.which("chromium")
    if program is None:
        say("manual failed: chromium is not installed: `make apt`")
        return 1
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="renkei-manual-") as root:
        try:
            files = asyncio.run(manuals(Path(root), DIST, program))
        except StoryFailed as failed:
            say(f"manual failed: {failed}")
            return 1
    for file in files:
        say(f"{file.relative_to(DIST.parent)} ({file.stat().st_size:,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
