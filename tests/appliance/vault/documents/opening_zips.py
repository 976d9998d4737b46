# SPDX-License-Identifier: Apache-2.0
"""An office's ZIP password, and what it opens."""

import io

from pyzipper import AESZipFile

from appliance.vault.records.tables import ZipPassword, zip_passwords
from tests.appliance.vault.world import World

PASSWORD = "Sakura#2026"


async def register(world: World, office: str, password: str = PASSWORD) -> None:
    """As the admin does at the first sign-in."""
    row = ZipPassword(office, password, world.clock.now(), "admin")
    await world.core.commit(lambda txn: zip_passwords.put(txn, row))


def contents(package: bytes, password: str = PASSWORD) -> dict[str, bytes]:
    """Name and bytes of all that is in it."""
    with AESZipFile(io.BytesIO(package)) as opened:
        opened.setpassword(password.encode())
        return {name: opened.read(name) for name in opened.namelist()}
