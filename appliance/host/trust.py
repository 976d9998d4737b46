# SPDX-License-Identifier: Apache-2.0
"""May a file be believed? Only if none but trusted users can change it, or any folder on the way to it."""

import os
import stat
from pathlib import Path

from appliance.host.refused import StartRefused


def refuse_untrusted(path: Path, owners: frozenset[int]) -> None:
    """Raise StartRefused unless every component from `/` to path belongs to owners and no other user can change it.

    A link is refused wherever it stands. A folder on the way may be open to all if it is sticky, as /tmp is: there
    nobody can take away what belongs to another. Raises OSError where path is not there.
    """
    whole = path.absolute()
    for folder in reversed(whole.parents):
        facts = folder.lstat()
        refuse_unsafe(folder, facts, owners, may_be_sticky=bool(facts.st_mode & stat.S_ISVTX))
    refuse_unsafe(whole, whole.lstat(), owners)


def refuse_unsafe(
    path: Path, facts: os.stat_result, owners: frozenset[int], *, may_be_sticky: bool = False
) -> None:
    """The same for one component whose facts are known."""
    if stat.S_ISLNK(facts.st_mode):
        raise StartRefused(f"{path} is a link; put the file or folder itself there, or mount it there")
    if facts.st_uid not in owners:
        raise StartRefused(f"{path} belongs to user {facts.st_uid}; `chown root {path}` if you trust it")
    if facts.st_mode & 0o022 and not may_be_sticky:
        mode = stat.S_IMODE(facts.st_mode)
        raise StartRefused(
            f"{path} can be changed by others (mode {mode:04o}); `chmod go-w {path}` if you trust it"
        )
