# SPDX-License-Identifier: Apache-2.0
"""Uploads as portal and console have them in common, without a server around them."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any, cast

import msgspec
import pytest
from aiohttp.web import BaseRequest, Response

from appliance.config.settings import Settings
from appliance.link import messages as m
from appliance.link.envelope import Asserted
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.testing.clock import FakeRandom
from appliance.web import uploading
from appliance.web.banner_board import BannerBoard
from appliance.web.house import House
from appliance.web.limits import TurnedAway
from appliance.web.multipart import ComingFile
from appliance.web.request import Request
from appliance.web.texts import Texts
from appliance.web.uploading import FormUpload, form_file
from tests.appliance.web.fake_vault import FakeVault

COMMAND = "c" * 26
BODY = b"%PDF-1.7\n" + hashlib.shake_256(b"body").digest(100_000)
SENDS = (m.BeginUpload, m.PutPart, m.DeliverNotice)


async def in_pieces(body: bytes, piece: int = 7_001) -> AsyncIterator[bytes]:
    """The body as it comes from a browser."""
    for start in range(0, len(body), piece):
        yield body[start : start + piece]


def coming(body: bytes = BODY, name: str = "通知書.pdf", field: str = "file", **changed: Any) -> ComingFile:
    """The file of a form."""
    return ComingFile(field, name, changed.get("size", len(body)), changed.get("pieces", in_pieces(body)))


@pytest.fixture
def vault() -> FakeVault:
    """The vault behind it."""
    return FakeVault()


def asked(vault: FakeVault, file: ComingFile | None = None, fields: dict[str, str] | None = None) -> Request:
    """A request that has passed the door."""
    nothing = cast(Any, None)
    house = House(
        Site.CONSOLE, Settings(), vault, FakeRandom("web"), Texts.load(), nothing, nothing, BannerBoard(vault)
    )
    token = vault.visit(of_fund=True)
    request = Request(cast(BaseRequest, None), house, "1", "/x", {}, {}, Asserted(), token)
    request.form, request.sends, request.file = vault.visits[token].form, SENDS, file
    request.fields = {"command": COMMAND, **(fields or {})}
    return request


def delivered(upload: str, sha256: bytes) -> m.DeliverNotice:
    """How an upload ends in these tests."""
    return m.DeliverNotice(upload, "payment_notice", "2026-05", sha256, COMMAND + "-deliver")


def object_of(answer: Any) -> Any:
    """What the script reads."""
    assert isinstance(answer, Response) and isinstance(answer.body, bytes)
    return msgspec.json.decode(answer.body)


@pytest.mark.parametrize("office", ["", "a" * 26])
async def test_a_script_begins_for_the_office_that_its_page_says(vault: FakeVault, office: str) -> None:
    request = asked(vault, fields={"file_name": "C:\\書類\\通知書.pdf", "size": "12", "office": "b" * 26})
    begun = object_of(await uploading.begin(request, office))
    assert vault.uploads[begun["upload"]].message == m.BeginUpload(office, "通知書.pdf", 12, COMMAND)
    assert begun["part_size"] == m.PART_SIZE


@pytest.mark.parametrize(
    "missing",
    [{"file_name": ""}, {"size": ""}, {"size": "1.5"}, {"size": "9" * 16}, {"size": "-1"}, {"command": ""}],
)
async def test_a_script_that_says_too_little_is_told_which_field(vault: FakeVault, missing: dict[str, str]) -> None:
    request = asked(vault, fields={"file_name": "a.pdf", "size": "1", **missing})
    with pytest.raises(Refused) as refused:
        await uploading.begin(request)
    assert (refused.value.why, refused.value.values) == (Why.INVALID, {"field": next(iter(missing))})
    assert vault.asked == []


async def test_the_end_of_an_upload_has_the_hash_and_the_command(vault: FakeVault) -> None:
    upload = object_of(await uploading.begin(asked(vault, fields={"file_name": "a.pdf", "size": "3"})))["upload"]
    vault.uploads[upload].message = m.BeginUpload(vault.offices[0].id, "a.pdf", 3, COMMAND)
    vault.uploads[upload].parts[0] = b"abc"
    request = asked(vault, fields={"sha256": hashlib.sha256(b"abc").hexdigest()})
    request.values = {"id": upload}
    assert (await uploading.end(request, delivered)).reply.notice == vault.notices[0].id
    assert vault.asked[-1].timeout == uploading.END_SECONDS


async def test_the_end_of_a_form_has_time_to_be_judged_and_scanned(vault: FakeVault) -> None:
    await FormUpload(asked(vault), coming(), vault.offices[0].id).run(delivered)
    assert [one.timeout for one in vault.asked] == [None, None, uploading.END_SECONDS]


@pytest.mark.parametrize("fields", [{}, {"sha256": "AB"}, {"sha256": "0" * 64, "command": ""}])
async def test_an_end_without_them_is_refused(vault: FakeVault, fields: dict[str, str]) -> None:
    request = asked(vault, fields=fields)
    request.values = {"id": "a" * 26}
    with pytest.raises(Refused) as refused:
        await uploading.end(request, delivered)
    assert refused.value.why is Why.INVALID and vault.asked == []


@pytest.mark.parametrize("values", [{"id": "x", "number": "0"}, {"id": "a" * 26, "number": "１"}])
async def test_a_part_of_nothing_is_not_there(vault: FakeVault, values: dict[str, str]) -> None:
    request = asked(vault)
    request.values = values
    with pytest.raises(Refused) as refused:
        await uploading.put_part(request)
    assert refused.value.why is Why.NOT_FOUND and vault.asked == []


async def test_the_file_of_a_form_arrives_byte_for_byte(vault: FakeVault) -> None:
    office = vault.offices[1].id
    answered = await FormUpload(asked(vault, coming()), coming(), office).run(delivered)
    assert vault.documents[answered.reply.notice] == BODY
    assert vault.notices[0].office_number == 345
    assert vault.kinds() == ["BeginUpload", "PutPart", "DeliverNotice"]


@pytest.mark.parametrize("size", [1, m.PART_SIZE - 1, m.PART_SIZE, m.PART_SIZE + 1, 2 * m.PART_SIZE + 5])
async def test_it_goes_on_in_parts(vault: FakeVault, size: int) -> None:
    body = bytes(size)
    file = coming(body, pieces=in_pieces(body, 1_000_003))
    answered = await FormUpload(asked(vault), file, vault.offices[0].id).run(delivered)
    assert vault.kinds().count("PutPart") == -(-size // m.PART_SIZE)
    assert vault.documents[answered.reply.notice] == body


async def test_a_form_that_comes_twice_has_the_first_outcome(vault: FakeVault) -> None:
    request = asked(vault)
    office = vault.offices[0].id
    first, second = [await FormUpload(request, coming(), office).run(delivered) for _ in range(2)]
    assert first.reply == second.reply and len(vault.notices) == 1


@pytest.mark.parametrize("why", [Why.NOT_FOUND, Why.CONFLICT])
async def test_an_upload_that_is_gone_and_never_ended_is_refused_as_it_was(vault: FakeVault, why: Why) -> None:
    vault.refusal[m.PutPart] = Refused(why, "upload.differs")
    vault.refusal[m.DeliverNotice] = Refused(Why.INVALID)
    with pytest.raises(Refused) as refused:
        await FormUpload(asked(vault), coming(), vault.offices[0].id).run(delivered)
    assert (refused.value.why, refused.value.text) == (why, "upload.differs")


async def test_another_refusal_ends_it_at_once(vault: FakeVault) -> None:
    vault.refusal[m.PutPart] = Refused(Why.FULL)
    with pytest.raises(Refused):
        await FormUpload(asked(vault), coming(), vault.offices[0].id).run(delivered)
    assert vault.kinds() == ["BeginUpload", "PutPart"]


async def test_more_than_was_announced_is_no_upload(vault: FakeVault) -> None:
    async def longer() -> AsyncIterator[bytes]:
        yield BODY
        yield b"more"

    with pytest.raises(TurnedAway):
        await FormUpload(asked(vault), coming(pieces=longer()), vault.offices[0].id).run(delivered)
    assert vault.notices == []


@pytest.mark.parametrize("file", [None, coming(b"", size=0), coming(name=""), coming(name="..")])
def test_nobody_chose_a_file(vault: FakeVault, file: ComingFile | None) -> None:
    assert form_file(asked(vault, file)) is None


def test_a_chosen_file_is_there(vault: FakeVault) -> None:
    file = coming()
    assert form_file(asked(vault, file)) is file


@pytest.mark.parametrize("command", ["", "short", "x" * 49, "c" * 20 + "/"])
def test_a_file_without_a_command_is_none_of_our_forms(vault: FakeVault, command: str) -> None:
    with pytest.raises(TurnedAway):
        form_file(asked(vault, coming(), {"command": command}))


def test_a_file_in_another_field_is_none_of_our_forms(vault: FakeVault) -> None:
    with pytest.raises(TurnedAway):
        form_file(asked(vault, coming(field="other")))
