# SPDX-License-Identifier: Apache-2.0
"""The headers on everything that goes out."""

import pytest

from appliance.web import answers
from tests.appliance.web.conftest import Browser

KINDS = ["/", "/sign-in", "/notices", "/static/renkei.css", "/nothing", "/favicon.ico", "/a%2fb"]


@pytest.mark.parametrize("path", KINDS)
async def test_every_answer_is_strict(portal: Browser, path: str) -> None:
    portal.sign_in()
    answer = await portal.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    for directive in ("script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert directive in policy.split("; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["Server"] == "renkei"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/notices", "/nothing"])
async def test_no_page_is_kept_and_none_holds_script_or_style_of_its_own(portal: Browser, path: str) -> None:
    portal.sign_in()
    answer = await portal.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<style" not in answer.text and "style=" not in answer.text
    assert all(tag.startswith(' src="/static/') for tag in answer.text.split("<script")[1:])
    assert not any(f" on{event}=" in answer.text for event in ("click", "load", "submit", "error"))


async def test_the_report_goes_out_once_and_after_the_answer() -> None:
    reports: list[str] = []

    async def report() -> None:
        reports.append("sent")

    answer = answers.AnswerThenReport(answers.page(b"page", 400), report)
    assert (answer.status, answer.body) == (400, b"page")
    with pytest.raises(AssertionError):
        await answer.write_eof()  # not prepared: there is nobody to answer; the report goes all the same
    with pytest.raises(AssertionError):
        await answer.write_eof()
    assert reports == ["sent"]
