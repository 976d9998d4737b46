# SPDX-License-Identifier: Apache-2.0
"""The mark at the path that browsers ask for unasked."""

from tests.appliance.web.conftest import Browser


async def test_it_is_the_mark_and_costs_nothing_the_second_time(console: Browser) -> None:
    first = await console.get("/favicon.ico", headers={"Accept-Encoding": "identity"})
    assert (first.status, first.headers["Content-Type"]) == (200, "image/svg+xml") and "<svg" in first.text
    assert (
        await console.get(
            "/favicon.ico", headers={"Accept-Encoding": "identity", "If-None-Match": first.headers["ETag"]}
        )
    ).status == 304
    assert console.vault.asked == []
