# SPDX-License-Identifier: Apache-2.0
"""`make journeys`: a month at the screen in a real browser; its pictures go into appliance/web/static/screens.

Those that the PDFs for offices show are copied beside their texts: the vault may be installed without the sites.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser.cast import played
from tests.browser.inquiries import TABLE
from tests.browser.month import Month
from tests.examples.installed import installed, on_path
from tests.servers.chromium import browsing
from tests.story.stage import StoryFailed, free_port

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "appliance" / "web" / "static" / "screens"
ON_PAPER = ROOT / "appliance" / "vault" / "manuals" / "pictures"


async def journeys(root: Path, folder: Path, program: str, told: Callable[[str], None]) -> int:
    """Play below root, with pictures into folder; the exit code."""
    try:
        with on_path(installed("inquiry", root / "site")):
            fund, window = (
                played(root / "fund", free_port(), TABLE, told=False),
                browsing(program, root / "profile"),
            )
            async with fund as cast, window as tab:
                count = await Month(cast, tab, folder, told).play()
    except StoryFailed as failed:
        told(f"journeys failed: {failed}")
        return 1
    told(f"journeys complete: {count} screens")
    return 0


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Find the browser and play."""
    program = shutil.which("chromium")
    if program is None:
        say("journeys failed: chromium is not installed: `make apt`")
        return 1
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="renkei-journeys-") as root:
        code = asyncio.run(journeys(Path(root), SCREENS, program, say))
    for picture in ON_PAPER.glob("*.webp"):
        shutil.copyfile(SCREENS / picture.name, picture)
    return code


if __name__ == "__main__":
    sys.exit(main())
