# SPDX-License-Identifier: Apache-2.0
"""What upload.js does, step by step."""

import hashlib
import json
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from tests.appliance.web.conftest import Browser

PDF = b"%PDF-1.7\n" + bytes(100_000)
COMMAND = "c" * 26


@pytest.fixture
def script(console: Browser) -> "Script":
    """The script on the page of a clerk."""
    console.sign_in()
    return Script(console)


class Script:
    """Sends as static/upload.js does."""

    def __init__(self, console: Browser) -> None:
        self.console = console
        self.vault = console.vault

    async def send(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, Any]:
        """Status and object of the answer."""
        headers = {"Origin": self.console.origin, "X-Renkei-Form": self.console.form, "Content-Type": kind}
        answer = await self.console.send(method, path, headers, data=body)
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, json.loads(answer.body)

    async def post(self, path: str, **fields: str) -> tuple[int, Any]:
        """A small object."""
        return await self.send("POST", path, json.dumps(fields).encode(), "application/json")

    async def put(self, path: str, body: bytes) -> tuple[int, Any]:
        """A part."""
        return await self.send("PUT", path, body, "application/octet-stream")

    async def begin(self, size: int = len(PDF)) -> Any:
        """An upload."""
        office = self.vault.offices[0].id
        fields = {"office": office, "file_name": "通知書.pdf", "size": str(size), "command": COMMAND + "-begin"}
        return await self.post("/uploads", **fields)


async def test_a_notice_in_three_steps(script: Script) -> None:
    _, begun = await script.begin()
    assert begun["part_size"] == m.PART_SIZE
    assert await script.put(f"/uploads/{begun['upload']}/0", PDF) == (200, {"size": len(PDF)})
    end = {"type": "payment_notice", "period": "2026-05", "sha256": hashlib.sha256(PDF).hexdigest()}
    for _ in range(2):
        status, done = await script.post(f"/uploads/{begun['upload']}/deliver", **end, command=COMMAND + "-deliver")
        assert (status, done["next"]) == (200, "/notices?delivered=1")
    assert [script.vault.documents[row.id] for row in script.vault.notices] == [PDF]


async def test_a_part_goes_on_as_it_comes(script: Script) -> None:
    _, begun = await script.begin()
    await script.put(f"/uploads/{begun['upload']}/3", b"part")
    assert script.vault.asked[-1].message == m.PutPart(begun["upload"], 3)
    assert script.vault.asked[-1].form == script.console.form


async def test_more_than_a_part_is_refused_unread(script: Script) -> None:
    status, said = await script.put(f"/uploads/{'a' * 26}/0", bytes(m.PART_SIZE + 1))
    assert status == 413 and said["next"]
    assert "PutPart" not in script.vault.kinds()


@pytest.mark.parametrize("path", ["/uploads/x/0", f"/uploads/{'a' * 26}/-1", f"/uploads/{'a' * 26}/1234567"])
async def test_a_part_of_nothing_is_not_there(script: Script, path: str) -> None:
    assert (await script.put(path, b"x"))[0] == 404
    assert script.vault.asked == []


@pytest.mark.parametrize("missing", ["office", "file_name", "size", "command"])
async def test_a_missing_field_is_named_to_the_script(script: Script, missing: str) -> None:
    fields = {"office": script.vault.offices[0].id, "file_name": "a.pdf", "size": "1", "command": COMMAND}
    status, said = await script.post("/uploads", **{**fields, missing: ""})
    assert status in (404, 422) and set(said) == {"what", "why", "next", "number"}
    assert script.vault.asked == []


@pytest.mark.parametrize("sha256", ["", "00", "G" * 64, "é" * 64])
async def test_a_strange_hash_is_refused(script: Script, sha256: str) -> None:
    path = f"/uploads/{'a' * 26}/deliver"
    assert (await script.post(path, type="t", period="p", sha256=sha256, command=COMMAND))[0] == 422
    assert script.vault.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"a": 1}', b"{", b'{"a": "\\u0000"}', b"\xff", b'{"a": "\xff"}'])
async def test_what_is_no_small_object_of_texts_is_refused(script: Script, body: bytes) -> None:
    assert (await script.send("POST", "/uploads", body, "application/json"))[0] == 400


async def test_the_end_of_the_visit_is_said_as_an_object(script: Script) -> None:
    form = script.console.form
    script.vault.visits.clear()
    headers = {"Origin": script.console.origin, "X-Renkei-Form": form, "Content-Type": "application/octet-stream"}
    answer = await script.console.send("PUT", f"/uploads/{'a' * 26}/0", headers, data=b"x")
    assert answer.status == 401 and "ログイン" in json.loads(answer.body)["next"]


async def test_a_vault_that_is_away_may_be_tried_again(script: Script) -> None:
    script.vault.refusal[m.PutPart] = Refused(Why.AWAY)
    assert (await script.put(f"/uploads/{'a' * 26}/0", b"x"))[0] == 503
