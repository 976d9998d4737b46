# SPDX-License-Identifier: Apache-2.0
"""A large notice as a ZIP, on real stores: no more than some pieces of it are ever in memory."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.model.words import NoticeState, Role, Site
from appliance.vault.records.tables import ZipPassword, notices, zip_passwords
from tests.appliance.vault.documents.opening_zips import PASSWORD, contents
from tests.appliance.vault.place import CONTRACT, Place, asked, clerk_token, user_token
from tests.appliance.vault.world import delivery, stream_of
from tests.pdf import pdf
from tests.ready import ready_office, ready_person

SIZE = 200 * 1024 * 1024
MEMORY = 16 * 1024 * 1024


@pytest.mark.lab
async def test_two_hundred_mebibytes_go_through_little_memory(tmp_path: Path) -> None:
    content = pdf(0, SIZE)
    async with Place.at(tmp_path).running() as vault:
        core = vault.core
        office = await ready_office(core, 1, CONTRACT)
        password = (await ready_person(core, office, "Yamada01", Role.OFFICE_ADMIN)).password
        row = ZipPassword(office, PASSWORD, 0, "admin")
        await core.commit(lambda txn: zip_passwords.put(txn, row))
        clerk = await clerk_token(vault)
        begun = (await asked(vault, Site.CONSOLE, m.BeginUpload(office, "a.pdf", SIZE, ""), clerk)).message
        for number, start in enumerate(range(0, SIZE, m.PART_SIZE)):
            part = stream_of(content[start : start + m.PART_SIZE])
            await asked(vault, Site.CONSOLE, m.PutPart(begun.upload, number), clerk, part)
        await asked(vault, Site.CONSOLE, delivery(begun.upload, content), clerk)
        user = await user_token(vault, password)
        package = tmp_path / "a.zip"
        tracemalloc.start()
        try:
            reply = await asked(vault, Site.PORTAL, m.DownloadNotice(begun.upload, packed=True), user)
            with package.open("wb") as file:
                async for piece in reply.stream:
                    file.write(piece)
            assert tracemalloc.get_traced_memory()[1] < MEMORY
        finally:
            tracemalloc.stop()
        assert package.stat().st_size == reply.message.size
        finished = m.DownloadFinished(reply.message.download, reply.message.size)
        await asked(vault, Site.PORTAL, finished, user)
        notice = await core.read(lambda snapshot: notices.get(snapshot, begun.upload))
        assert notice is not None
        assert notice.state is NoticeState.RECEIVED
    [(name, got)] = contents(package.read_bytes()).items()
    assert (name, hashlib.sha256(got).digest()) == ("a.pdf", hashlib.sha256(content).digest())
