# SPDX-License-Identifier: Apache-2.0
"""What is broken, said as long as mail servers say it, does not push away what to do."""

import pytest

from tests.architecture.tree import nothing
from tests.browser.axe import look
from tests.browser.cast import Cast
from tests.browser.walk import show
from tests.servers.chromium import Tab

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

SAID = "mail server mail.example.jp:587 does not answer as a mail server: " + "[Errno 111] Connection refused; " * 4
# As the page's own template writes it, since nothing of the cast is broken.
SAY = """document.querySelector("tbody td[data-label=様子]").innerHTML +=
    "<small><code>%s</code></small>" """


async def test_what_to_do_stays_in_sight_beside_a_long_cause(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "system", "/health")
    await tab.run(SAY % SAID)
    nothing(await look(tab, "health"))
