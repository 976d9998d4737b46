# SPDX-License-Identifier: Apache-2.0
"""The vault's own keys, as its credentials hold them: those with which its records were written, or none."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.config.credentials import Credentials
from appliance.contracts.plugin import Random
from appliance.contracts.records import RecordStore
from appliance.host.refused import StartRefused
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.note import BadNote
from appliance.vault.keys.keyring import Keyring
from appliance.vault.keys.sealing import KEY, Unsealable, WrongMasterKey
from appliance.vault.keys.shreds import ShredKeys


@dataclass(frozen=True)
class OwnKeys:
    """What `renkei init` has made for the vault."""

    master: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    journal: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, credentials: Credentials) -> "OwnKeys":
        """Those of the credentials. Raises ConfigError for one that is missing, StartRefused for half a one."""
        master, pepper, journal = (_whole(credentials, f"{name}.key") for name in ("master", "pepper", "journal"))
        return cls(master, pepper, Ed25519PrivateKey.from_private_bytes(journal))

    async def keyring(self, records: RecordStore, random: Random, shreds: Path) -> Keyring:
        """The key ring of these records. Raises StartRefused for those of another master key."""
        try:
            return await Keyring.open(records, self.master, random, ShredKeys(shreds, self.master, random))
        except (WrongMasterKey, Unsealable) as error:
            raise StartRefused(f"master.key: {error}") from error


def _whole(credentials: Credentials, name: str) -> bytes:
    secret = credentials.get(name)
    if len(secret) != KEY:
        raise StartRefused(f"{name}: a key has {KEY} bytes, not {len(secret)}: give the credential as it was made")
    return secret


async def refuse_other_signer(checkpoints: Checkpoints) -> None:
    """Raise StartRefused for a journal that another key has signed: nobody could prove what comes after."""
    try:
        await checkpoints.need_own()
    except BadNote as error:
        raise StartRefused(
            f"journal.key: {error}: give the credential `journal.key` that belongs to these records"
        ) from error
