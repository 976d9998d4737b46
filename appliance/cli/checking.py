# SPDX-License-Identifier: Apache-2.0
"""`renkei check`: everything that can be said of a configuration without starting it."""

import argparse

from appliance.cli.init import SECRETS
from appliance.cli.places import config_path
from appliance.config.decode import did_you_mean
from appliance.config.load import load
from appliance.config.problems import problems
from appliance.config.settings import Settings
from appliance.host.catalogue import State, catalogue
from appliance.link.messages import MESSAGES


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but --config."""


def run(given: argparse.Namespace) -> int:
    """Print one line a problem; 0 if there is none."""
    path = config_path(given.config)
    settings = load(path)
    found = problems(settings, needed=SECRETS)
    found += ungrantable(settings)
    found += [f"[plugins.{one.name}]: {one.why}" for one in catalogue(settings, path) if one.state is State.REFUSED]
    for text in found:
        print(text)
    print(f"{path}: {_counted(len(found))}")
    return 1 if found else 0


def ungrantable(settings: Settings) -> list[str]:
    """A sentence for each word in `grants` that is no action: the plugin would be refused what was meant."""
    actions = tuple(sorted({row.action for row in MESSAGES if row.visit and row.action}))
    return [
        f"grants.{plugin}: `{word}` is no action; {did_you_mean(word, actions)}"
        for plugin, words in settings.grants.items()
        for word in words
        if word not in actions
    ]


def _counted(problems: int) -> str:
    return "ok" if not problems else "1 problem" if problems == 1 else f"{problems} problems"
