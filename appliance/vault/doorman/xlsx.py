# SPDX-License-Identifier: Apache-2.0
"""A workbook of Excel (xlsx): a sound ZIP with the parts of a workbook, and without macros (ECMA-376 part 2)."""

import re

from appliance.model.problems import Rule
from appliance.vault.doorman import entry_names
from appliance.vault.doorman.asked import MOST_OPENED, Encryption, Fault
from appliance.vault.doorman.local import Place
from appliance.vault.doorman.magic import OLE
from appliance.vault.doorman.opening import pieces_of
from appliance.vault.doorman.structure import of_entry, of_sizes, skeleton

MOST_PARTS = 2_000
_TYPES, _WORKBOOK = "[content_types].xml", "xl/workbook.xml"
_MAIN = "spreadsheetml.sheet.main+xml"
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")
_MACRO_NAMES = re.compile(r"vbaproject|vbadata|(?:^|/)macrosheets/", re.IGNORECASE)
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet", re.IGNORECASE)
# What could say one thing in another way: documents of Excel need neither.
_DISGUISES = re.compile(r"<!|&#")
# Rules about names that hold for what is inside a workbook as well; it has folders.
_FOLDERS = frozenset({Rule.ENTRY_FOLDER})


def fault_of_xlsx(content: bytes) -> Rule | None:
    """What is wrong with it. Everything in it is opened once: no part may be damaged."""
    if content.startswith(OLE):
        return Rule.XLSX_ENCRYPTED if _LOCKED_STREAM in content else Rule.XLSX_NONE
    try:
        places = skeleton(content, MOST_PARTS)
        parts = {_name(place): place for place in places}
        return _fault_of_parts(content, parts) if len(parts) == len(places) else Rule.XLSX_NONE
    except Fault:
        return Rule.XLSX_NONE


def _name(place: Place) -> str:
    """As readers of workbooks compare it. Raises Fault for one that is a trap."""
    entry = place.entry
    name = entry_names.name_of(entry)
    if name is None or set(entry_names.traps(name)) - _FOLDERS or entry_names.kind_of_file(entry.attributes):
        raise Fault(Rule.XLSX_NONE)
    if entry.encryption is not Encryption.NONE or any(of_entry(entry)):
        raise Fault(Rule.XLSX_NONE)
    return name.lower()


def _fault_of_parts(content: bytes, parts: dict[str, Place]) -> Rule | None:
    if not {_TYPES, _WORKBOOK} <= set(parts) or any(of_sizes([one.entry for one in parts.values()], MOST_OPENED)):
        return Rule.XLSX_NONE
    has_macros = any(map(_MACRO_NAMES.search, parts))
    for name, place in parts.items():
        part = _read(content, place, is_whole=name == _TYPES)
        has_macros |= part.startswith(OLE) and _MACRO_STREAM in part
        if name == _TYPES:
            types = _types(part)
            has_macros |= bool(_MACRO_TYPES.search(types))
    if has_macros:
        return Rule.XLSX_MACROS
    return None if _MAIN in types else Rule.XLSX_NONE


def _read(content: bytes, place: Place, *, is_whole: bool) -> bytes:
    """A part, or only its beginning where the rest need not be known; it is opened to the end in any case."""
    pieces = pieces_of(content, place, b"")
    head = next(pieces, b"")
    if is_whole or head.startswith(OLE):
        return head + b"".join(pieces)
    for _ in pieces:
        continue
    return head


def _types(part: bytes) -> str:
    try:
        text = part.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(Rule.XLSX_NONE) from error
    if _DISGUISES.search(text):
        raise Fault(Rule.XLSX_NONE)
    return text
