# SPDX-License-Identifier: Apache-2.0
"""The channel: a letter becomes a mail, and the server's answer an outcome."""

from appliance.contracts.notifier import Delivery, Outcome, OutLetter, Returned
from appliance.contracts.plugin import Services
from renkei_mail_smtp.bounces import Bounces
from renkei_mail_smtp.connections import Away, Connections, Refused
from renkei_mail_smtp.message import Sender, Unsendable, composed


class Smtp:
    """The notifier. 4xx for a recipient or a text is later, 5xx never; all that is about us and the way is away."""

    def __init__(
        self, connections: Connections, sender: Sender, bounces: Bounces | None, services: Services
    ) -> None:
        """bounces is None where nothing comes back."""
        self._connections = connections
        self._sender = sender
        self._bounces = bounces
        self._services = services
        self._is_away = False

    async def send(self, letter: OutLetter) -> Delivery:
        """Hand one letter to the server."""
        try:
            message = composed(letter, self._sender, self._services.clock.now())
            said = await self._connections.hand_over(self._sender.address, letter.to, message)
        except Unsendable as error:
            return Delivery(Outcome.NEVER, str(error))
        except Away as error:
            self._note_away(str(error))
            return Delivery(Outcome.AWAY, str(error))
        except Refused as error:
            return Delivery(Outcome.NEVER if error.final else Outcome.LATER, str(error))
        self._is_away = False
        self._services.metrics.gauge("away", 0)
        return Delivery(Outcome.SENT, said)

    async def returns(self) -> list[Returned]:
        """What came back into the Maildir."""
        return [] if self._bounces is None else await self._bounces.take()

    def _note_away(self, said: str) -> None:
        """Once for each time that the server goes away, loudly: somebody has to do something."""
        self._services.metrics.gauge("away", 1)
        if not self._is_away:
            self._services.log.error("%s; letters wait until it takes them", said)
        self._is_away = True
