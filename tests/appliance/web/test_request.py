# SPDX-License-Identifier: Apache-2.0
"""A request that has passed the door."""

import pytest
from aiohttp.test_utils import make_mocked_request

from appliance.link.envelope import Asserted
from appliance.link.messages import DownloadNotice, ListOffices, OpenMenu
from appliance.web.request import Request
from tests.appliance.web.conftest import Browser


async def test_token_form_source_and_number_go_with_every_message(portal: Browser) -> None:
    portal.sign_in()
    token = next(iter(portal.vault.visits))
    asserted = Asserted(source="192.0.2.1")
    raw = make_mocked_request("GET", "/")
    request = Request(raw, portal.website.house, "n1", "/", {}, {}, asserted, token, "", portal.form)
    request.sends = (OpenMenu,)
    await request.ask(OpenMenu())
    (asked,) = portal.vault.asked
    assert (asked.token, asked.form, asked.asserted, asked.request) == (token, portal.form, asserted, "n1")
    assert request.site is portal.website.house.site


async def test_a_message_that_the_route_does_not_name_is_not_sent(portal: Browser) -> None:
    raw = make_mocked_request("GET", "/")
    request = Request(raw, portal.website.house, "n", "/offices", {}, {}, Asserted(), sends=(ListOffices,))
    with pytest.raises(TypeError, match="/offices does not say that it sends OpenMenu"):
        await request.ask(OpenMenu())
    with pytest.raises(TypeError, match="does not say that it sends DownloadNotice"):
        request.fetch(DownloadNotice("a" * 26))
    assert portal.vault.asked == []


async def test_no_secret_is_in_its_text(portal: Browser) -> None:
    raw = make_mocked_request("GET", "/")
    fields = {"password": "s3cret"}
    request = Request(raw, portal.website.house, "n", "/", {}, {}, Asserted(), "t0ken", "d00r", "f0rm", fields)
    assert not any(secret in repr(request) for secret in ("t0ken", "d00r", "f0rm", "s3cret"))
