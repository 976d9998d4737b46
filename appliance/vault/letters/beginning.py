# SPDX-License-Identifier: Apache-2.0
"""What the vault runs for letters: a sender, and the look for what came back, over the notifier of mail."""

import logging
from collections.abc import Sequence

from appliance.config.settings import Letters
from appliance.contracts.jobs import Job
from appliance.contracts.notifier import Notifier
from appliance.host.host import Provided
from appliance.host.refused import StartRefused
from appliance.vault.core import Core
from appliance.vault.letters.returns import take_returns
from appliance.vault.letters.sending import Sender
from appliance.vault.letters.texts import UnusableTexts, load_texts

RETURNS_SECONDS = 60
WAITING = (
    "there is no notifier: letters, one-time passwords among them, wait in the outbox until they are too late; "
    "add [plugins.mail_smtp], or another plugin that carries mail, and name it in letters.mail"
)
_log = logging.getLogger("renkei.vault.letters")


def letters_of(core: Core) -> tuple[Sender, Job] | None:
    """The sender and the job that looks for returns; None without a notifier. Raises StartRefused."""
    settings = core.settings.letters
    try:
        texts = load_texts(settings.templates)
    except UnusableTexts as error:
        raise StartRefused(f"[letters]: {error}") from error
    notifier = carrier(settings, core.providers.all("notifier"))
    if notifier is None:
        _log.warning(WAITING)
        return None
    job = Job("letters.returns", RETURNS_SECONDS, lambda: take_returns(core, notifier))
    return Sender(core, notifier, texts), job


def carrier(settings: Letters, provided: Sequence[Provided]) -> Notifier | None:
    """The notifier that carries mail: the one that is named, else the only one. Raises StartRefused."""
    by_name: dict[str, Notifier] = {one.plugin: one.provider for one in provided}
    if settings.mail:
        if settings.mail not in by_name:
            raise StartRefused(f"[letters]: `mail` names {settings.mail}, which is no configured notifier")
        return by_name[settings.mail]
    if len(by_name) > 1:
        raise StartRefused(f"[letters]: set `mail` to one of the notifiers: {', '.join(sorted(by_name))}")
    return next(iter(by_name.values()), None)
