# SPDX-License-Identifier: Apache-2.0
"""The key ring: every key of the vault, kept in the record store, wrapped by the master key (design §5, §6).

    master key (a credential) ─┬─ record keys, by version ── values of the record store
                               ├─ index key ── pseudonyms in index keys; rotating the master key touches no index
                               ├─ office keys ──┐
                               └─ shred keys ───┴─ data key of a document: both are needed to open it

Each row `k/…` is wrapped with its primary key as associated data; `k/master` holds the id of the master key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.contracts.plugin import Random
from appliance.contracts.records import MAX_ROWS, Failed, RecordStore, Txn, View, Work
from appliance.vault.keys.sealing import KEY, NONCE, Master, Sealer, Unsealable, WrongMasterKey, unwrap, wrap
from appliance.vault.keys.shreds import ShredKeys

OFFICE_RANDOM = KEY + NONCE

_PREFIX, _END = b"k/", b"k0"
_MASTER = b"k/master"
_INDEX = b"k/index"
_RECORD = b"k/record/"
_RECORD_END = b"k/record0"
_OFFICE = b"k/office/"


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The data key of one document, and the form in which its record keeps it."""

    plain: bytes = field(repr=False)
    wrapped: bytes


class KeysMoved(Exception):
    """The key ring was changed while its master key was being rotated; nothing was rotated."""


class Keyring:
    """The opened keys. One vault process has one."""

    def __init__(
        self, store: RecordStore, master: Master, sealer: Sealer, random: Random, shreds: ShredKeys
    ) -> None:
        """Use open()."""
        self.sealer = sealer
        self.shreds = shreds
        self._store = store
        self._master = master
        self._random = random
        self._offices: dict[str, bytes] = {}

    @classmethod
    async def open(cls, store: RecordStore, master: bytes, random: Random, shreds: ShredKeys) -> "Keyring":
        """The key ring of this store; what is missing in an empty one is made and durable first.

        master is the credential, 32 bytes. Loads shreds, too. Raises WrongMasterKey, and Unsealable if a key is
        damaged.
        """
        by = Master(master)
        if await store.read(lambda view: view.get(_MASTER)) is None:
            await _write(store, _first_keys(by, random))
        rows = await store.read(_rows)
        _check_master(rows[_MASTER], by)
        await shreds.load()
        keys = {_version(key): _opened(rows, key, by) for key in rows if key.startswith(_RECORD)}
        if not keys:
            raise Unsealable("the key ring has no record key: bring back a backup of the records")
        sealer = Sealer(keys, max(keys), _opened(rows, _INDEX, by), random)
        return cls(store, by, sealer, random, shreds)

    def add_office(self, txn: Txn, office: str, random_bytes: bytes) -> None:
        """Give an office its key, in the transaction that writes the office.

        random_bytes are OFFICE_RANDOM fresh ones: the function may be run twice.
        Raises ValueError if it has one, WrongMasterKey if the master key was rotated under this process.
        """
        row = _office_row(office)
        if txn.get(row) is not None:
            raise ValueError(f"the office {office} has a key")
        self._require_master(txn)
        key, nonce = random_bytes[:KEY], random_bytes[KEY:]
        txn.put(row, self._master.wrap(row, key, nonce))

    async def add_record_key(self) -> int:
        """Seal with a new record key from now on; its version. Old rows stay readable."""
        key, nonce = self._random.bytes(KEY), self._random.bytes(NONCE)

        def work(txn: Txn) -> int:
            self._require_master(txn)
            [(newest, _)] = txn.scan(_RECORD, _RECORD_END, limit=1, reverse=True)
            row = _record_row(_version(newest) + 1)
            txn.put(row, self._master.wrap(row, key, nonce))
            return _version(row)

        version = await _write(self._store, work)
        assert isinstance(version, int)
        self.sealer.add_key(version, key)
        return version

    async def new_document_key(self, office: str, month: str, document: str) -> DocumentKey:
        """A fresh data key for a document of this office and purge month; the month's shred key is durable.

        Raises Unsealable if the office has no key, Shredded, ValueError for a month that is none.
        """
        plain = self._random.bytes(KEY)
        return DocumentKey(plain, await self._wrapped(office, month, document, plain))

    async def open_document_key(self, office: str, month: str, document: str, wrapped: bytes) -> bytes:
        """The data key of a document. Raises Unsealable, Shredded."""
        shred_key = self.shreds.get(month)
        return unwrap_document_key(await self._office_key(office), shred_key, document, wrapped)

    async def move_document_key(
        self, office: str, old_month: str, new_month: str, document: str, wrapped: bytes
    ) -> bytes:
        """The data key of a document, wrapped anew: it goes with another purge month, whose shred key is durable.

        The old wrapping still opens until its row is overwritten. Raises Unsealable, Shredded, ValueError.
        """
        plain = await self.open_document_key(office, old_month, document, wrapped)
        return await self._wrapped(office, new_month, document, plain)

    async def share_document_key(
        self, office: str, to_office: str, month: str, document: str, wrapped: bytes, *, to_month: str = ""
    ) -> bytes:
        """The data key of a document, wrapped for another office that gets the same one, to be purged in to_month.

        document is the id under which its bytes are sealed. Without to_month it is purged with the first one.
        Raises Unsealable, Shredded, ValueError.
        """
        plain = await self.open_document_key(office, month, document, wrapped)
        return await self._wrapped(to_office, to_month or month, document, plain)

    async def _wrapped(self, office: str, month: str, document: str, plain: bytes) -> bytes:
        office_key = await self._office_key(office)
        shred_key = await self.shreds.get_or_make(month)
        return wrap_document_key(office_key, shred_key, document, plain, self._random.bytes(NONCE))

    async def _office_key(self, office: str) -> bytes:
        key = self._offices.get(office)
        if key is None:
            row = _office_row(office)
            wrapped = await self._store.read(lambda view: view.get(row))
            if wrapped is None:
                raise Unsealable(f"the office {office} has no key")
            key = self._offices[office] = self._master.unwrap(row, wrapped)
        return key

    def _require_master(self, view: View) -> None:
        _check_master(view.get(_MASTER) or b"", self._master)


def wrap_document_key(office_key: bytes, shred_key: bytes, document: str, key: bytes, nonce: bytes) -> bytes:
    """A document's data key, wrapped by the office key and that by the shred key; nonce is 12 fresh bytes."""
    purpose = _document_purpose(document)
    return wrap(shred_key, purpose, wrap(office_key, purpose, key, nonce), nonce)


def unwrap_document_key(office_key: bytes, shred_key: bytes, document: str, wrapped: bytes) -> bytes:
    """The data key of this document. Raises Unsealable."""
    purpose = _document_purpose(document)
    return unwrap(office_key, purpose, unwrap(shred_key, purpose, wrapped))


async def rotate_master(store: RecordStore, old: bytes, new: bytes, random: Random) -> int:
    """Wrap every key of the store by the new master key, in one transaction; how many that were.

    Rotate the shred keys first (shreds.rotate_shreds). Where the new key holds already, nothing is done, so that
    both may be called again after a crash. No Keyring of this store may stay in use.
    Raises WrongMasterKey if neither key fits, KeysMoved, Unsealable.
    """
    before, after = Master(old), Master(new)
    rows = await store.read(_rows)
    if rows.get(_MASTER) == after.id:
        return 0
    _check_master(rows.get(_MASTER, b""), before)
    fresh = {
        row: after.wrap(row, _opened(rows, row, before), random.bytes(NONCE)) for row in rows if row != _MASTER
    }

    def work(txn: Txn) -> None:
        if _rows(txn) != rows:
            raise KeysMoved("a key was added during the rotation; stop the vault and rotate again")
        for row, wrapped in fresh.items():
            txn.put(row, wrapped)
        txn.put(_MASTER, after.id)

    await _write(store, work)
    return len(fresh)


def _first_keys(master: Master, random: Random) -> Work:
    keys = {row: master.wrap(row, random.bytes(KEY), random.bytes(NONCE)) for row in (_INDEX, _record_row(1))}

    def work(txn: Txn) -> None:
        if txn.scan(_PREFIX, _END, limit=1):
            raise Unsealable("the key ring has keys, but does not say of which master key: bring back a backup")
        for row, wrapped in keys.items():
            txn.put(row, wrapped)
        txn.put(_MASTER, master.id)

    return work


def _rows(view: View) -> dict[bytes, bytes]:
    """The whole key ring, page by page."""
    rows: dict[bytes, bytes] = {}
    start = _PREFIX
    while page := view.scan(start, _END, limit=MAX_ROWS):
        rows.update(page)
        start = page[-1][0] + b"\0"
    return rows


async def _write(store: RecordStore, work: Work) -> object:
    [outcome] = await store.write([work])
    if isinstance(outcome, Failed):
        raise outcome.error
    return outcome.value


def _opened(rows: Mapping[bytes, bytes], row: bytes, master: Master) -> bytes:
    try:
        return master.unwrap(row, rows[row])
    except (KeyError, Unsealable):
        raise Unsealable(
            f"the key {row.decode()} is missing or damaged: bring back a backup of the records"
        ) from None


def _check_master(kept: bytes, master: Master) -> None:
    if kept != master.id:
        raise WrongMasterKey(
            "the keys of this record store are wrapped by another master key: give the credential `master.key` "
            "that belongs to it"
        )


def _record_row(version: int) -> bytes:
    return _RECORD + b"%05d" % version


def _version(row: bytes) -> int:
    return int(row[len(_RECORD) :])


def _office_row(office: str) -> bytes:
    return _OFFICE + office.encode()


def _document_purpose(document: str) -> bytes:
    return f"document {document}".encode()
