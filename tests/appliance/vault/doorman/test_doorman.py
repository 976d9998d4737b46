# SPDX-License-Identifier: Apache-2.0
"""What the vault is answered, and that a worker that fails, hangs or vanishes accepts nothing."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from appliance.model.problems import Rule
from appliance.model.words import Format
from appliance.vault.doorman.asked import Asked
from appliance.vault.doorman.doorman import Doorman, Judged
from tests.appliance.vault.doorman.making import CSV_NAME, NAME, PASSWORD, aes_zip, asked_of, pieces, small_pdf


@pytest.fixture
async def doorman() -> AsyncIterator[Doorman]:
    made = Doorman()
    yield made
    await made.close()


async def contents_of(judged: Judged) -> list[bytes]:
    found = [b""] * len(judged.documents)
    async for number, piece in judged.contents():
        found[number] += piece
    return found


async def rules(doorman: Doorman, package: bytes, asked: Asked) -> list[Rule]:
    async with doorman.judging(asked, pieces(package)) as judged:
        assert judged.package == hashlib.sha256(package).digest()
        assert not (judged.problems and judged.documents)
        return [problem.rule for problem in judged.problems]


async def test_a_container_is_opened_and_handed_over(doorman: Doorman) -> None:
    inside = {NAME: small_pdf(), CSV_NAME: "番号,氏名\n1,山田\n".encode("cp932")}
    package = aes_zip(inside)
    async with doorman.judging(asked_of(package), pieces(package, 100)) as judged:
        assert judged.problems == ()
        assert await contents_of(judged) == list(inside.values())
    assert [(one.name, one.format, one.size) for one in judged.documents] == [
        (NAME, Format.PDF, len(inside[NAME])),
        (CSV_NAME, Format.CSV, len(inside[CSV_NAME])),
    ]
    assert [one.sha256 for one in judged.documents] == [hashlib.sha256(one).digest() for one in inside.values()]


async def test_a_bare_document_is_handed_back(doorman: Doorman) -> None:
    async with doorman.judging(asked_of(small_pdf(), name=NAME), pieces(small_pdf())) as judged:
        assert judged.problems == ()
        assert await contents_of(judged) == [small_pdf()]
        assert judged.documents[0].name == NAME


async def test_the_password_is_needed(doorman: Doorman) -> None:
    package = aes_zip({NAME: small_pdf()})
    for wrong in ("", PASSWORD + "x", "\u3042"):
        assert await rules(doorman, package, asked_of(package, password=wrong)) == [Rule.PASSWORD]


async def test_what_is_no_zip_is_refused(doorman: Doorman) -> None:
    assert await rules(doorman, b"", asked_of(b"")) == [Rule.CONTENT_EMPTY]
    assert await rules(doorman, b"x" * 100, asked_of(b"x" * 100)) == [Rule.ZIP_NONE]


async def test_bytes_that_are_too_few_or_too_many_are_a_fault_of_the_caller(doorman: Doorman) -> None:
    asked = asked_of(b"x" * 100)
    for size in (99, 101):
        with pytest.raises(ValueError, match="to come"):
            await rules(doorman, b"x" * size, asked)
