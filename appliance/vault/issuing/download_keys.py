# SPDX-License-Identifier: Apache-2.0
"""ダウンロードキー: made for people who copy from paper, kept as a verifier (R41, A3, T5)."""

from appliance.contracts.plugin import Random
from appliance.model.download_password import KEY_LENGTH
from appliance.model.time import Instant
from appliance.vault.core import Core
from appliance.vault.door.passwords import keyed_hash, readable
from appliance.vault.records.device_tables import DownloadKey, download_keys
from appliance.vault.records.transaction import Transaction

PURPOSE = "download key"


def new_download_key(random: Random) -> str:
    """A fresh one, in which nothing looks like anything else (A3)."""
    return readable(random, KEY_LENGTH)


def verifier_of(pepper: bytes, key: str) -> str:
    """What is kept of a key: a machine made it, so a keyed hash is safe enough (design §10)."""
    return keyed_hash(pepper, PURPOSE, key).hex()


def give_download_key(
    core: Core, txn: Transaction, office_id: str, key: str, now: Instant, *, imported: bool = False
) -> None:
    """From now on key opens /download/ and /activate/ for the office, and the one before does not (R45, R234).

    The budget of tries begins anew. imported: another system made it, so that its length may be another (T3).
    """
    verifier = verifier_of(core.pepper, key)
    download_keys.put(txn, DownloadKey(office_id, verifier, now, len(key), imported))
