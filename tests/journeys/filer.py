# SPDX-License-Identifier: Apache-2.0
"""Somebody of an office who sends filings as static/filings.js does, and whoever acts on them by their pages."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyzipper import WZ_AES, ZIP_STORED, AESZipFile

from tests.journeys.courier import Script, persist
from tests.journeys.installation import ZIP_PASSWORD, Installation
from tests.pdf import pdf
from tests.story.page import Page
from tests.story.stage import Login
from tests.story.story import sign_in
from tests.story.visitor import Answer, Visitor

TYPED = {"type": "acquisition", "filed_on": "2026-06-08", "event_on": "2026-06-01", "note": "", "follows": ""}
FORM = "加入者資格取得届"


@dataclass(frozen=True)
class Package:
    """A ZIP with one PDF, as an office makes it; each number has its own bytes. office is the office's number."""

    number: int
    size: int
    office: int = 1

    @property
    def name(self) -> str:
        """Of the ZIP; two filings of a day may have the same."""
        return f"20260608_{self.office:04}_{FORM}.zip"

    @cached_property
    def inside(self) -> bytes:
        """The PDF."""
        return pdf(self.number, self.size)

    @cached_property
    def content(self) -> bytes:
        """The ZIP, the same for this package; the next of the same number is salted in another way."""
        made = io.BytesIO()
        with AESZipFile(made, "w", ZIP_STORED, encryption=WZ_AES) as package:
            package.setpassword(ZIP_PASSWORD.encode())
            package.writestr(self.name.replace(".zip", ".pdf"), self.inside)
        return made.getvalue()


class Filer(Script):
    """One user of an office, signed in at the portal."""

    @classmethod
    async def at(cls, visitor: Visitor, login: Login) -> "Filer":
        """Sign in and open the form."""
        await sign_in(visitor, login)
        form = (await visitor.get("/filings/new")).page.form("/filings/new")
        return cls(visitor, form.fields["form"])

    async def file(self, package: Package, command: str) -> str:
        """The id of the filing, after as many tries as it takes."""
        upload, size = await persist(lambda: self.begin(package, command))
        await self.put_parts(upload, package.content, size)
        return await persist(lambda: self.submit(upload, package, command))

    async def begin(self, package: Package, command: str) -> tuple[str, int]:
        """The upload and the size of its parts. Raises Refused."""
        fields = {"file_name": package.name, "size": str(len(package.content)), "command": f"{command}-begin"}
        said = await self.post("/uploads", fields)
        return said["upload"], said["part_size"]

    async def submit(self, upload: str, package: Package, command: str) -> str:
        """The filing. Raises Refused, or AssertionError where there are problems."""
        said = await self.end(upload, package, command)
        assert not said["problems"], said
        (filed,) = said["filings"]
        return str(filed["id"])

    async def end(self, upload: str, package: Package, command: str) -> dict[str, Any]:
        """What came of an upload: filings or problems. Raises Refused."""
        sha256 = hashlib.sha256(package.content).hexdigest()
        fields = {**TYPED, "sha256": sha256, "command": f"{command}-submit"}
        return await self.post(f"/uploads/{upload}/submit", fields)


async def page_of(who: Visitor, filing: str) -> Page:
    """The filing's page."""
    return (await who.get(f"/filings/{filing}")).page


async def press(who: Visitor, filing: str, act: str, page: Page | None = None) -> Answer:
    """Press the first button of an act on the filing's page, as it is now or as it was seen before."""
    shown = page or await page_of(who, filing)
    return await who.send(shown.form(f"/filings/{filing}/{act}"), {})


async def filed(
    fund: Installation, visitor: Visitor, package: Package, command: str = "command-of-a-filing"
) -> str:
    """A filing of the first office, by its user."""
    return await (await Filer.at(visitor, fund.user)).file(package, command)
