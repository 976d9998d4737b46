# SPDX-License-Identifier: Apache-2.0
"""Lays approved wheels out below the state, and takes away what the list no longer names.

Nothing here counts before the list says so: an install that is cut off anywhere leaves rests, and no half plugin.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.host.approvals import Approvals, Approved, folder_of
from appliance.host.durable import make_folder, sync_folder, write_new, write_whole
from appliance.host.refused import StartRefused
from appliance.host.site import SITE, WHEELS
from appliance.host.trust import refuse_untrusted
from appliance.host.wheel import Wheel

LOCK = ".lock"


@contextmanager
def alone(state: Path, owners: frozenset[int]) -> Iterator[None]:
    """Only one command changes the plugins at a time. Raises StartRefused, OSError."""
    folder = folder_of(state)
    make_folder(folder)
    refuse_untrusted(folder, owners)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartRefused("another command changes the plugins just now; come again when it is done") from error


def lay_out(state: Path, wheel: Wheel, content: bytes, one: Approved) -> None:
    """Unpack a wheel to where the list will say that it is, and keep the wheel itself. Raises OSError.

    The same wheel may be there already, and run: that stays until all of the new folder is durable.
    """
    folder = folder_of(state) / SITE / one.place
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    make_folder(folder.parent)
    for rest in (new, old):
        if rest.exists():
            shutil.rmtree(rest)
    make_folder(new)
    for path, text in wheel.files.items():
        make_folder((new / path).parent)
        write_new(new / path, text)
    for below in {(new / path).parent for path in wheel.files}:
        sync_folder(below)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)  # what is left of it is swept
    make_folder(folder_of(state) / WHEELS)
    write_whole(folder_of(state) / WHEELS / one.wheel, content)


def sweep(state: Path, approvals: Approvals) -> None:
    """Take away folders and wheels that the list does not name: versions before, and what was cut off."""
    places = {one.place for one in approvals.distributions}
    site = folder_of(state) / SITE
    for folder in site.glob("*/*") if site.is_dir() else ():
        if folder.relative_to(site) not in places:
            shutil.rmtree(folder)
    for empty in [folder for folder in site.glob("*") if not any(folder.iterdir())]:
        empty.rmdir()
    kept = {one.wheel for one in approvals.distributions}
    for file in (folder_of(state) / WHEELS).glob("*"):
        if file.name not in kept:
            file.unlink()


def kept_wheels(state: Path, approvals: Approvals, but: frozenset[str]) -> list[Wheel]:
    """The wheels of the approved distributions, except those in but. One that is gone or changed is left out."""
    found: list[Wheel] = []
    for one in approvals.distributions:
        if one.name not in but:
            try:
                wheel = Wheel.read(folder_of(state) / WHEELS / one.wheel)
            except (StartRefused, OSError):
                continue
            if wheel.sha256 == one.sha256:
                found.append(wheel)
    return found
