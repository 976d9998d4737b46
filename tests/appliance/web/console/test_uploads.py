# SPDX-License-Identifier: Apache-2.0
"""What deliver.js does, step by step."""

import hashlib
import json
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.problems import Problem, Rule
from tests.appliance.web.conftest import Browser

PDF = b"%PDF-1.7\n" + bytes(100_000)
COMMAND = "c" * 26
END = {
    "type": "payment_notice",
    "period": "2026-05",
    "sha256": hashlib.sha256(PDF).hexdigest(),
    "command": COMMAND + "-deliver",
}


@pytest.fixture
def script(console: Browser) -> "Script":
    """The script on the page of a clerk."""
    console.sign_in()
    return Script(console)


class Script:
    """Sends as static/deliver.js does."""

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

    @property
    def whom(self) -> dict[str, str]:
        """The fields that say for whom it is."""
        return {"to": "one", "office": self.vault.offices[0].id, "numbers": "", "sure": ""}

    async def begin(self, file_name: str = "通知書.pdf", **changed: str) -> Any:
        """An upload."""
        file = {"file_name": file_name, "size": str(len(PDF)), "command": COMMAND + "-begin"}
        return await self.post("/uploads", **{**self.whom, **file, **changed})


async def test_a_notice_in_three_steps(script: Script) -> None:
    _, begun = await script.begin()
    assert begun["part_size"] == m.PART_SIZE
    assert await script.put(f"/uploads/{begun['upload']}/0", PDF) == (200, {"size": len(PDF)})
    for _ in range(2):
        status, done = await script.post(f"/uploads/{begun['upload']}/deliver", **script.whom, **END)
        assert (status, done["had"], done["rest"]) == (200, False, [])
    assert [script.vault.documents[row.id] for row in script.vault.notices] == [PDF]
    assert done["notice"] == script.vault.notices[0].id


async def test_the_other_offices_get_copies(script: Script) -> None:
    script.vault.instead[m.DeliverCopies] = lambda message: m.CopiesDelivered(len(message.offices))
    everybody = {**script.whom, "to": "several", "numbers": "12, 345"}
    _, begun = await script.begin(**everybody)
    await script.put(f"/uploads/{begun['upload']}/0", PDF)
    _, done = await script.post(f"/uploads/{begun['upload']}/deliver", **everybody, **END)
    assert done["rest"] == [script.vault.offices[1].id]
    copies = {"offices": ",".join(done["rest"]), "command": COMMAND + "-copies-0"}
    assert await script.post(f"/notices/{done['notice']}/copies", **copies) == (200, {"delivered": 1})
    assert script.vault.asked[-1].message == m.DeliverCopies(
        done["notice"], tuple(done["rest"]), COMMAND + "-copies-0"
    )


@pytest.mark.parametrize("offices", ["", "x", ",", "../x", "a" * 25])
async def test_copies_for_nobody_are_not_asked_for(script: Script, offices: str) -> None:
    status, _ = await script.post(f"/notices/{'a' * 26}/copies", offices=offices, command=COMMAND)
    assert status in (404, 422) and script.vault.asked == []


async def test_the_number_of_another_office_is_asked_about(script: Script) -> None:
    status, said = await script.begin("x_0345_y.pdf")
    assert (status, said["doubt"]) == (409, "0345") and "0345" in said["why"] and said["next"]
    assert "BeginUpload" not in script.vault.kinds()
    assert (await script.begin("x_0345_y.pdf", sure="0345"))[0] == 200


@pytest.mark.parametrize("whom", [{"to": "several", "numbers": "12, 13"}, {"to": "several"}, {"to": "x"}])
async def test_an_unknown_office_stops_it(script: Script, whom: dict[str, str]) -> None:
    status, said = await script.begin(**whom)
    assert status == 422 and said["next"] and "BeginUpload" not in script.vault.kinds()


async def test_problems_of_the_document_come_as_sentences(script: Script) -> None:
    problems = (Problem(Rule.PDF_ENCRYPTED, "a.pdf"),)
    script.vault.instead[m.DeliverNotice] = lambda message: m.NoticeDelivered("", problems)
    _, begun = await script.begin()
    status, done = await script.post(f"/uploads/{begun['upload']}/deliver", **script.whom, **END)
    assert status == 200 and [one["entry"] for one in done["problems"]] == ["a.pdf"]
    assert all(done["problems"][0][part] for part in ("what", "why", "next"))


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
    status, said = await script.begin(**{missing: ""})
    assert status == 422 and set(said) == {"what", "why", "next", "number"}
    assert "BeginUpload" not in script.vault.kinds()


@pytest.mark.parametrize("sha256", ["", "00", "G" * 64, "é" * 64])
async def test_a_strange_hash_is_refused(script: Script, sha256: str) -> None:
    path = f"/uploads/{'a' * 26}/deliver"
    assert (await script.post(path, **script.whom, **{**END, "sha256": sha256}))[0] == 422
    assert "DeliverNotice" not in script.vault.kinds()


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
