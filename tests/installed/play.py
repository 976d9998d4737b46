# SPDX-License-Identifier: Apache-2.0
"""Plays the story on a host in a container: run in its network, with the pid of its init; the login is on stdin."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.servers.mailbox import mailbox
from tests.story.stage import SITES, Login, Stage, StoryFailed, post_to
from tests.story.story import Story


class InstalledStage(Stage):
    """A stage whose command runs inside."""

    leader: int = 0

    async def renkei(self, *words: str) -> str:
        """What the command prints inside. Raises StoryFailed with what it says when it fails."""
        outside = f"/proc/{self.leader}/root"
        return await inside(self.leader, "renkei", *(word.removeprefix(outside) for word in words))


async def inside(leader: int, *words: str) -> str:
    """What a command prints inside. Raises StoryFailed."""
    clean = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")
    program = await asyncio.create_subprocess_exec(
        *("nsenter", "-t", str(leader), "-a", *clean, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await program.communicate()
    if program.returncode != 0:
        raise StoryFailed(f"{' '.join(words[:3])}: {(err or out).decode().strip()}")
    return out.decode().strip()


@asynccontextmanager
async def installed(leader: int, made: dict[str, str]) -> AsyncIterator[Stage]:
    """The stage, with its units started."""
    root = Path(f"/proc/{leader}/root")
    async with mailbox() as box:
        stage = InstalledStage(
            config=root / "etc/renkei/config.toml",
            authority=root / "etc/renkei/certificates/trusted.pem",
            addresses={site: f"https://{address}" for site, address in SITES.items()},
            staff=Login("", made["login"], made["password"]),
            mailbox=box,
        )
        stage.leader = leader
        post_to(box, stage.config)
        await inside(leader, "systemctl", "restart", "renkei.target")
        yield stage


async def play(leader: int, made: dict[str, str]) -> int:
    """The exit code."""
    try:
        async with installed(leader, made) as stage:
            steps = await Story(stage, print).play()
    except (StoryFailed, aiohttp.ClientError) as failed:
        print(f"story failed: {failed}")
        return 1
    print(f"story complete: {steps} steps")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(play(int(sys.argv[1]), json.load(sys.stdin))))
