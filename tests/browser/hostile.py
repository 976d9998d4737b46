# SPDX-License-Identifier: Apache-2.0
"""Somebody who types what payloads.toml holds into every field of a fund that people may type into."""

import datetime as dt
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import AddContract
from appliance.link.refusals import Refused, Why
from tests.browser.cast import Cast
from tests.pdf import pdf
from tests.story.filings import EVENT, FILED, FORM, newest
from tests.story.notices import PERIOD, TYPE
from tests.story.people import FOUNDERS, OFFICE, OTHER
from tests.story.visitor import Answer

PAYLOADS: tuple[str, ...] = tuple(
    payload
    for name, some in tomllib.loads(Path(__file__).with_name("payloads.toml").read_text("utf-8")).items()
    for payload in some
)
# Each field, and whether it takes any of them.
FIELDS = {
    "name of an office": True,
    "name of an admin": True,
    "name of a filing": True,
    "note of a filing": True,
    "name of a notice": True,
    "/own/name name": True,
    "/own/name kana": False,
    "/filings/{id}/return reason": True,
    "/notices/{id}/cancel reason": True,
    "/staff/new name": True,
    "/staff/new reason": True,
    "/banners banner_text": True,
    "/register/office short_name": False,  # with a password that was mistyped once, so that it comes back
}
KANA = "カナ　カナ"
_ID = re.compile("[a-z0-9]{26}")


def visible(text: str) -> str:
    """A text without what cannot be seen, as names and notes are kept and as a browser lays it out."""
    seen = (
        sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign)[0] != "C" or sign == "\n"
    )
    return " ".join("".join(seen).split())


@dataclass
class Hostile:
    """What was typed so far: kept is (field, payload), answers are the pages that came at once."""

    cast: Cast
    kept: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str, str]] = field(default_factory=set)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    filings: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """Every field, every payload; where a field can be filled in once, one."""
        await self.offices()
        await self.names()
        await self.filings_with_notes_and_reasons()
        await self.notices_with_names_and_reasons()
        await self.staff()
        await self.banners()
        await self.once()

    def came(self, what: str, payload: str, answer: Answer) -> bool:
        """Whether it was taken. Raises AssertionError where it is neither taken nor refused in words."""
        assert answer.status in (200, 422), f"{what} {payload!r}: {answer.status} {answer.page.text}"
        self.answers.append((f"{what} {payload!r}", answer))
        taken = answer.status == 200
        (self.kept if taken else self.refused).add((what, payload))
        return taken

    async def type(self, who: str, path: str, action: str, name: str, payload: str, /, **valid: str) -> bool:
        """Fill in one field of a form, the others as they may be."""
        form = (await self.cast[who].get(path)).page.form(action)
        what = f"{_ID.sub('{id}', action)} {name}"
        return self.came(what, payload, await self.cast[who].send(form, {**valid, name: payload}))

    async def offices(self) -> None:
        """New ones, by the administrator: names of offices and of their admins."""
        link = LinkClient(UnixTarget(self.cast.stage.config.parent / "run" / "vault" / "admin.sock"))
        for number, payload in enumerate(PAYLOADS):
            await self._added(link, "name of an office", payload, 1000 + number, payload, "普通 名前")
            await self._added(link, "name of an admin", payload, 2000 + number, "普通の事業所", payload)
        await link.close()

    async def _added(
        self, link: LinkClient, what: str, payload: str, number: int, office: str, person: str
    ) -> None:
        numbers = (number, f"123456-{number:07}", office, 1, f"evil{number}")
        try:
            await link.ask(AddContract(*numbers, person, KANA, f"evil{number}@example.jp"))
            self.kept.add((what, payload))
        except Refused as refused:
            assert refused.why is Why.INVALID
            self.refused.add((what, payload))

    async def names(self) -> None:
        """One's own, again and again; everybody keeps another one."""
        people = ("admin", "sharoshi", "other", "clerk", "desk", "system", "second", "auditor")
        for number, payload in enumerate(PAYLOADS):
            who = people[number % len(people)]
            await self.type(who, "/own/name", "/own/name", "name", payload, kana=KANA)
            await self.type(who, "/own/name", "/own/name", "kana", payload, name="普通 名前")
        # What somebody was called before stands nowhere any more but in the history.
        self.kept = {(what, payload) for what, payload in self.kept if what != "/own/name name"}
        for number, who in enumerate(people):
            await self.type(who, "/own/name", "/own/name", "name", PAYLOADS[number], kana=KANA)

    async def filings_with_notes_and_reasons(self) -> None:
        """Sent with a note and under a name, delivered, received, given back with a reason."""
        for number, payload in enumerate(PAYLOADS):
            await self._sent(number, "name of a filing", payload, as_name=f"{payload}.pdf".replace('"', "%22"))
            if not await self._sent(number + 100, "note of a filing", payload, note=payload):
                continue
            filing = newest((await self.cast["sharoshi"].get("/filings")).page)
            self.filings.append(filing)
            for who, act in (("admin", "approve"), ("clerk", "receive")):
                page = (await self.cast[who].get(f"/filings/{filing}")).page
                await self.cast[who].send(page.form(f"/filings/{filing}/{act}"), {})
            await self.type("clerk", f"/filings/{filing}/return", f"/filings/{filing}/return", "reason", payload)

    async def _sent(self, number: int, what: str, payload: str, *, note: str = "", as_name: str = "x.pdf") -> bool:
        form = (await self.cast["sharoshi"].get("/filings/new")).page.form("/filings/new")
        typed = {"filed_on": FILED, "event_on": EVENT, "type": form.choices["type"][FORM], "note": note}
        with document(number) as file:
            answer = await self.cast["sharoshi"].send(form, typed, ("file", file), as_name=as_name)
        return self.came(what, payload, answer)

    async def notices_with_names_and_reasons(self) -> None:
        """Delivered under a name, and taken back with a reason."""
        for number, payload in enumerate(PAYLOADS):
            form = (await self.cast["clerk"].get("/notices/new")).page.form("/notices/new")
            typed = {
                "office": next(value for words, value in form.choices["office"].items() if OTHER in words),
                "type": next(value for words, value in form.choices["type"].items() if TYPE in words),
                "period": PERIOD,
            }
            with document(number + 200) as file:
                name = f"{payload}.pdf".replace('"', "%22")
                answer = await self.cast["clerk"].send(form, typed, ("file", file), as_name=name)
            if self.came("name of a notice", payload, answer):
                cancel = next(
                    link for link in (await self.cast["clerk"].get("/notices")).page.links if "/cancel" in link
                )
                await self.type("clerk", cancel, cancel.partition("?")[0], "reason", payload)

    async def staff(self) -> None:
        """Proposed: names and reasons."""
        valid = {"mail": "evil@example.jp", "role": "fund_clerk", "name": "普通 名前", "reason": "異動"}
        for number, payload in enumerate(PAYLOADS):
            for name in ("name", "reason"):
                login = f"evil{name[0]}{number:02}"
                await self.type("system", "/staff/new", "/staff/new", name, payload, **{**valid, "login": login})

    async def banners(self) -> None:
        """What everybody is told: each is seen when it comes back, and the first stands on every page."""
        now = (await self.cast["clerk"].get("/banners")).page.now
        today = dt.datetime.fromtimestamp(now / 1000, dt.UTC).date()
        valid = {
            "weight": "important",
            "banner_sites.portal": "on",
            "banner_sites.console": "on",
            "banner_since": str(today - dt.timedelta(days=2)),
            "since_time": "08:00",
            "until_time": "08:00",
        }
        ends = [today + dt.timedelta(days=7), *[today - dt.timedelta(days=3)] * (len(PAYLOADS) - 1)]
        for payload, end in zip(PAYLOADS, ends, strict=True):
            path, name = "/banners", "banner_text"
            await self.type("clerk", path, path, name, payload, **valid, banner_until=str(end))

    async def once(self) -> None:
        """The name of an office at its registration."""
        password = FOUNDERS[OFFICE].zip_password
        for payload in PAYLOADS:
            valid = {"zip_password": password, "zip_password_again": "another"}
            await self.type("newcomer", "/register", "/register/office", "short_name", payload, **valid)


@contextmanager
def document(number: int) -> Iterator[Path]:
    """A PDF that nobody else has."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.pdf")
        file.write_bytes(pdf(number, 2000))
        yield file
