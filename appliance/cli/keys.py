# SPDX-License-Identifier: Apache-2.0
"""`renkei keys rotate`: another master key, with the vault stopped.

1. The new key is durable as `master.key.new` before anything is wrapped by it.
2. Shred keys are wrapped first, then the key ring in one transaction; both leave alone what is done already.
3. Only then the new key takes the place of `master.key`; the old one stays as `master.key.old`.
4. The vault is opened with the new key and journals the rotation; only then the old key is removed.

After a break anywhere the same command goes on from where it was, with the same new key.
"""

import argparse
import asyncio
import hmac
import os
from pathlib import Path

from appliance.cli.failure import Failure
from appliance.cli.ownership import ROOT, give, given_back
from appliance.cli.places import config_path
from appliance.cli.secret_files import SecretFiles
from appliance.config.credentials import Credentials
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.contracts.plugin import Services
from appliance.host.host import Host
from appliance.host.services import plugin_services
from appliance.host.system import SystemClock, SystemRandom
from appliance.metrics.registry import Metrics
from appliance.model.journal import Kind
from appliance.model.words import Tier

MASTER, NEW, OLD = "master.key", "master.key.new", "master.key.old"
KEY_BYTES = 32


def arguments(parser: argparse.ArgumentParser) -> None:
    """The word below `keys`."""
    parser.add_subparsers(dest="word", required=True).add_parser(
        "rotate", help="wrap all keys by a new master key; the vault must not run"
    )


def run(given: argparse.Namespace) -> int:
    """Rotate, or finish a rotation that was broken off."""
    path = config_path(given.config)
    settings = load(path)
    secrets = _writable(settings)
    with given_back(settings):
        rotate(settings, path, secrets)
    secrets.remove(OLD)
    print(f"every key is wrapped by the new {secrets.folder / MASTER}, and the old one is removed")
    print("next: copy the credentials to where you keep them, and make a new backup: older ones need the old key")
    return 0


def rotate(settings: Settings, path: Path, secrets: SecretFiles) -> None:
    """Everything but the removal of the old key."""
    if not secrets.has(NEW) and not secrets.has(OLD):
        asyncio.run(prove(settings, path))
        secrets.write(NEW, SystemRandom().bytes(KEY_BYTES))
    if secrets.has(NEW):
        if not _is_in_place(secrets):
            asyncio.run(wrap_all(settings, path, secrets.credentials))
        put_in_place(secrets)
    asyncio.run(journal(settings, path))


def _writable(settings: Settings) -> SecretFiles:
    """Where the secrets are kept; a copy that systemd hands over cannot be changed."""
    if "CREDENTIALS_DIRECTORY" in os.environ or (not settings.credentials and os.geteuid() != ROOT):
        raise Failure("the new key must be kept: run this as root, and outside of a unit")
    return SecretFiles.of(settings)


def _is_in_place(secrets: SecretFiles) -> bool:
    """Whether a rotation was broken off just after the new key had come into its place."""
    return secrets.has(OLD) and hmac.compare_digest(secrets.credentials.get(NEW), secrets.credentials.get(MASTER))


async def prove(settings: Settings, path: Path) -> None:
    """Raise for a master key that is wrong or a vault that runs, before anything is changed."""
    from appliance.vault.service import opened

    async with opened(settings, path):
        return


async def wrap_all(settings: Settings, path: Path, credentials: Credentials) -> None:
    """Wrap every key by the new master key (promise 2), while the record store is ours."""
    from appliance.vault.keys.keyring import rotate_master
    from appliance.vault.keys.sealing import Unsealable, WrongMasterKey
    from appliance.vault.keys.shreds import rotate_shreds

    old, new = credentials.get(MASTER), credentials.get(NEW)
    shreds, random = Path(settings.state) / "vault" / "shreds", SystemRandom()
    host = _host(settings, path, credentials)
    host.load()
    await host.start()
    try:
        await rotate_shreds(shreds, old, new, random)
        give(shreds, os.geteuid())  # the vault's user must be able to read them, whatever comes after
        await rotate_master(host.one("records"), old, new, random)
    except (WrongMasterKey, Unsealable) as error:
        raise Failure(str(error)) from error
    finally:
        await host.stop()


def _host(settings: Settings, path: Path, credentials: Credentials) -> Host:
    """The vault's plugins without the vault, which would not open while only some keys are wrapped anew."""
    metrics = Metrics(process=False)

    def services(name: str) -> Services:
        return plugin_services(
            name, clock=SystemClock(), random=SystemRandom(), metrics=metrics, credentials=credentials
        )

    return Host(Tier.VAULT, settings, services, metrics, config_file=path)


def put_in_place(secrets: SecretFiles) -> None:
    """The new key becomes `master.key`, in one step; the old one stays beside it (promise 3)."""
    if not _is_in_place(secrets):
        secrets.write(OLD, secrets.credentials.get(MASTER))
        secrets.write(MASTER, secrets.credentials.get(NEW))
    secrets.remove(NEW)


async def journal(settings: Settings, path: Path) -> None:
    """Prove that the vault opens with the key that is in place, and write that it is new (promise 4)."""
    from appliance.vault.caller import ADMIN
    from appliance.vault.service import opened

    async with opened(settings, path) as vault:
        entry = vault.core.own_entry(Kind.KEYS_ROTATED, actor=ADMIN)
        await vault.core.commit(lambda txn: txn.journal(entry), vital=True)
