# SPDX-License-Identifier: Apache-2.0
"""What the services write into the journal of a real systemd: by fields, and nothing of anybody's."""

import asyncio
import json
import ssl
from pathlib import Path

import pytest

from tests.installed.container import Container
from tests.installed.fund import SERVICES, Fund
from tests.pdf import pdf
from tests.personal import quoted
from tests.story.notices import TYPE, Notices
from tests.story.people import CLERK, FOUNDERS, OFFICE
from tests.story.stage import SITES

pytestmark = pytest.mark.installed
ADMIN = FOUNDERS[OFFICE]
PERSONAL = [
    *FOUNDERS,
    *(
        word
        for one in (ADMIN, CLERK)
        for word in (one.name, one.kana, one.user, one.mail, one.contract, one.password)
    ),
    *(ADMIN.zip_password, "large.pdf"),
]


def entries(host: Container, unit: str) -> list[dict[str, str]]:
    """What a service itself has written, oldest first."""
    lines = host.run("journalctl", "--quiet", "-o", "json", "-u", f"{unit}.service", "SYSLOG_IDENTIFIER=renkei")
    return [json.loads(line) for line in lines.splitlines() if '"LOGGER"' in line]


def test_every_service_writes_its_fields_from_inside_its_sandbox(fund: Fund) -> None:
    for unit in SERVICES:
        ready = [one for one in entries(fund.host, unit) if one["MESSAGE"].startswith("ready: ")][-1]
        tier = unit.removeprefix("renkei-").partition("@")[0]
        assert (ready["RENKEI_TIER"], ready["PRIORITY"]) == (tier, "6")
        assert (ready["LOGGER"], ready["CODE_FUNC"]) == ("appliance.cli.serving", "serve")
        assert (ready["_TRANSPORT"], ready["_SYSTEMD_UNIT"]) == ("journal", f"{unit}.service")


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
def test_a_line_leads_to_its_request(fund: Fund, tmp_path: Path) -> None:
    """By the number that a person reads out on the telephone, or an administrator finds in the journal of acts."""
    document = tmp_path / "large.pdf"
    document.write_bytes(pdf(1, 64_000_000))
    notices = Notices(fund.stage, lambda said: None, fund.clerk, fund.office, fund.office)
    fund.inside.run(notices.deliver(document, TYPE, OFFICE))
    fund.inside.run(begin_and_hang_up(fund))
    fund.host.until("journalctl --quiet -u renkei-web@portal.service RENKEI_SITE=portal | grep ' cut after '")
    [cut] = [one for one in entries(fund.host, "renkei-web@portal") if " cut after " in one["MESSAGE"]]
    assert (cut["RENKEI_MESSAGE"], cut["PRIORITY"]) == ("/notices/{id}/file", "4")
    assert f"download {cut['RENKEI_REQUEST']} cut" in cut["MESSAGE"]
    found = fund.host.run("journalctl", "--quiet", "-o", "cat", f"RENKEI_REQUEST={cut['RENKEI_REQUEST']}")
    assert cut["MESSAGE"] in found.splitlines()


async def begin_and_hang_up(fund: Fund) -> None:
    """Ask for the newest document, read its beginning, and go."""
    links = (await fund.office.get("/notices")).page.links
    path, host = next(link for link in links if link.endswith("/file")), SITES["portal"]
    context = ssl.create_default_context(cafile=str(fund.stage.authority))
    reader, writer = await asyncio.open_connection(host, 443, ssl=context)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {fund.office.cookies}\r\n\r\n".encode())
    await reader.readexactly(1_000)
    writer.transport.abort()


def test_nothing_of_anybody_is_in_the_journal(fund: Fund) -> None:
    said = "".join(str(one) for unit in SERVICES for one in entries(fund.host, unit))
    assert "ready: " in said
    assert quoted(said, PERSONAL) == []
    assert quoted(fund.host.journal(), PERSONAL) == []
