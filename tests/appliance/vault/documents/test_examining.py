# SPDX-License-Identifier: Apache-2.0
"""A document that cannot be read any more is nobody's fault but ours."""

import logging

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction, DocumentType
from appliance.model.things import Upload
from appliance.model.words import Format, ScanState
from appliance.vault.documents.examining import examined
from appliance.vault.documents.scanning import Looked
from appliance.vault.records.tables import uploads
from tests.appliance.vault.world import Person, World

PDF_OR_TABLE = DocumentType("test", "試験", Direction.TO_OFFICE, formats=(Format.PDF, Format.CSV))


@pytest.fixture
async def upload(world: World, clerk: Person, office: str) -> Upload:
    """A complete one."""
    id = await clerk.upload(office)
    found = await world.core.read(lambda snapshot: uploads.get(snapshot, id))
    assert found is not None
    return found


async def test_what_is_as_it_should_be_goes_to_the_scanners(world: World, upload: Upload) -> None:
    assert await examined(world.core, upload, PDF_OR_TABLE) == Looked(ScanState.UNSCANNED)


async def test_a_blob_that_is_gone(world: World, upload: Upload, caplog: pytest.LogCaptureFixture) -> None:
    await world.blobs.delete(upload.parts[0].blob)
    with caplog.at_level(logging.ERROR), pytest.raises(Refused) as caught:
        await examined(world.core, upload, PDF_OR_TABLE)
    assert caught.value.why is Why.BROKEN
    assert upload.id in caplog.text
    assert await world.core.read(lambda snapshot: uploads.get(snapshot, upload.id)) == upload
