# SPDX-License-Identifier: Apache-2.0
"""An installation for each journey, made once and copied, so that a journey begins in a few milliseconds."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.link.messages import MoveClock
from appliance.model.words import Role, Site
from appliance.vault.records.tables import ZipPassword, zip_passwords
from appliance.vault.service import opened
from tests.journeys.guests import guest
from tests.journeys.installation import (
    CONTRACT,
    OFFICE_NAME,
    OTHER_CONTRACT,
    STAFF_NAME,
    TRACEBACK,
    USER_NAME,
    ZIP_PASSWORD,
    Installation,
)
from tests.personal import quoted
from tests.ready import ready_office, ready_person
from tests.story.stage import Login, command, free_port


@pytest.fixture(scope="session")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The installation that all others are copies of; it never runs."""
    return asyncio.run(_made(tmp_path_factory.mktemp("sown"), free_port()))


async def _made(root: Path, port: int) -> Installation:
    words = ("init", "--root", str(root), "--demo", "--port", str(port), "--metrics", "", "--json")
    await command(*words)
    passwords = []
    nobody = Login("", "", "")
    made = Installation(root, port, nobody, nobody, nobody)
    made.config.write_text(f'log_level = "debug"\n{made.config.read_text("utf-8")}', "utf-8")
    async with opened(made.settings, made.config) as vault:
        for number, contract in ((1, CONTRACT), (2, OTHER_CONTRACT)):
            office = await ready_office(vault.core, number, contract, OFFICE_NAME.format(number))
            user = await ready_person(vault.core, office, f"user000{number}", Role.OFFICE_ADMIN, name=USER_NAME)
            kept = ZipPassword(office, ZIP_PASSWORD, vault.core.clock.now(), user.account)
            await vault.core.commit(lambda txn, kept=kept: zip_passwords.put(txn, kept))  # type: ignore[misc]
            passwords.append(user.password)
        clerk = await ready_person(vault.core, "", "clerk", Role.FUND_CLERK, name=STAFF_NAME)
    made.staff = Login("", "clerk", clerk.password)
    made.user = Login(CONTRACT, "user0001", passwords[0])
    made.other = Login(OTHER_CONTRACT, "user0002", passwords[1])
    return made


@pytest.fixture
def fund(sown: Installation, journey_dir: Path) -> Iterator[Installation]:
    """A fresh installation that is not running.

    Whatever the journey does to it, its log has no fault of ours, and nothing that is anybody's.
    """
    yield from _copied(sown, journey_dir)


@pytest.fixture(scope="module")
def standing(sown: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that runs, all of it, for a whole file; of its log the same is true."""
    for installation in _copied(sown, tmp_path_factory.mktemp("standing")):
        installation.start()
        yield installation


@pytest.fixture
async def running(standing: Installation) -> Installation:
    """The one that runs, for tests that leave it as it was. Each begins a minute later: apps have codes again."""
    async with guest(standing, Site.ADMIN) as admin:
        await admin.ask(MoveClock(60))
    return standing


def _copied(sown: Installation, folder: Path) -> Iterator[Installation]:
    installation = sown.copy(folder, free_port())
    yield installation
    installation.end()
    assert installation.faulty or TRACEBACK not in installation.log, installation.log
    assert quoted(installation.log, installation.personal) == [], installation.log
