# SPDX-License-Identifier: Apache-2.0
"""Words to systemd (sd_notify(3)); without it they go nowhere."""

import asyncio
import logging
import os
import socket

log = logging.getLogger(__name__)


def notify(state: str) -> None:
    """Tell the service manager, if there is one. If it does not listen, the service goes on all the same."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.connect(address)
            out.send(state.encode())
    except OSError as error:
        log.warning("%s could not be told to the service manager: %s", state, error)


async def tick_watchdog() -> None:
    """Tick at half the interval that systemd asks for, from the loop, so that a loop that hangs is noticed."""
    interval = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    while interval:
        notify("WATCHDOG=1")
        await asyncio.sleep(interval / 2)
