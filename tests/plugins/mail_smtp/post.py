# SPDX-License-Identifier: Apache-2.0
"""The plugin before a port, with short verbs."""

from collections.abc import Mapping
from typing import Any

from renkei_mail_smtp import MailSmtp, Security, Settings

from appliance.contracts.notifier import Delivery, Notifier, OutLetter
from appliance.testing.clock import FakeClock
from appliance.testing.services import FakeMetrics, fake_services

SENDER = "renkei@fund.example.jp"
TO = "yamada@example.jp"
LETTER = OutLetter("b" * 26, TO, "【電子連携サービス】お知らせ", "こんにちは\n", 1_780_966_800_000)


class Post:
    """One plugin. more are its settings."""

    def __init__(self, port: int, secrets: Mapping[str, bytes] | None = None, **more: Any) -> None:
        given = {"host": "127.0.0.1", "sender": SENDER, "port": port, "security": Security.NONE, **more}
        self.clock = FakeClock()
        self.services = fake_services(clock=self.clock, secrets=secrets)
        self.plugin = MailSmtp(Settings(**given), self.services)
        self.notifier: Notifier
        (self.notifier,) = self.plugin.register_notifier()

    @property
    def gauges(self) -> dict[str, float]:
        """What the plugin shows."""
        assert isinstance(self.services.metrics, FakeMetrics)
        return self.services.metrics.gauges

    async def send(self, to: str = TO) -> Delivery:
        """Send one letter."""
        return await self.notifier.send(OutLetter(LETTER.id, to, LETTER.subject, LETTER.text, LETTER.not_after))

    async def __aenter__(self) -> "Post":
        await self.plugin.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.plugin.stop()
