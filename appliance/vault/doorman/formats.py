# SPDX-License-Identifier: Apache-2.0
"""Whether a document is what the ending of its name says."""

from collections.abc import Callable, Mapping

from appliance.model.problems import Rule
from appliance.model.words import Format
from appliance.vault.doorman.magic import is_archive
from appliance.vault.doorman.pdf import fault_of_pdf
from appliance.vault.doorman.plain import fault_of_csv
from appliance.vault.doorman.xlsx import fault_of_xlsx

_CHECKS: Mapping[Format, Callable[[bytes], Rule | None]] = {
    Format.PDF: fault_of_pdf,
    Format.CSV: fault_of_csv,
    Format.XLSX: fault_of_xlsx,
}


def format_of(name: str) -> Format | None:
    """By the ending; None for one that no document has."""
    ending = name.rpartition(".")[2].lower()
    return Format(ending) if ending in set(Format) else None


def fault_of(content: bytes, format: Format) -> Rule | None:
    """What is wrong with the content of a document of this format; None if nothing is."""
    if not content:
        return Rule.CONTENT_EMPTY
    if format is not Format.XLSX and is_archive(content):
        return Rule.ENTRY_ARCHIVE
    return _CHECKS[format](content)
