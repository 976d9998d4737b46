# SPDX-License-Identifier: Apache-2.0
"""The form of what the vault keeps, a number: what a newer version has written no older one opens.

    \\0form    the form of all rows, and the first version that knew it

The number rises with a change that older versions would misread; a field that they pass over is none. The row is
not sealed, for the form of the key ring is part of it, and is never copied (copying/marks.py).
"""

from dataclasses import dataclass

import msgspec

from appliance import __version__
from appliance.contracts.records import RecordStore
from appliance.host.refused import StartRefused
from appliance.vault.copying.marks import written

FORM = 1
ROW = b"\0form"


@dataclass(frozen=True, slots=True)
class Form:
    """The number of a form, and the version of Renkei Gateway that brought it here."""

    number: int
    version: str


async def form_of(records: RecordStore) -> Form:
    """The form that is there; 0 where no vault has written yet. Raises StartRefused for a row without sense."""
    raw = await records.read(lambda view: view.get(ROW))
    if raw is None:
        return Form(0, "")
    try:
        return msgspec.json.decode(raw, type=Form)
    except msgspec.DecodeError as error:
        raise StartRefused(f"the record store says something of its form that cannot be read: {error}") from error


async def refuse_newer(records: RecordStore) -> None:
    """Raise StartRefused for what a newer version has written, and touch nothing."""
    found = await form_of(records)
    if found.number > FORM:
        raise StartRefused(
            f"Renkei Gateway {found.version} has written these records in a form that {__version__} does not know "
            f"({found.number}, not {FORM}): install {found.version} or a newer version again; nothing was changed"
        )


async def put_form(records: RecordStore, number: int = FORM, version: str = __version__) -> None:
    """Say that from now on the rows are of this form, unless they are already."""
    if (await form_of(records)).number < number:
        row = msgspec.json.encode(Form(number, version))
        await written(records, lambda txn: txn.put(ROW, row))
