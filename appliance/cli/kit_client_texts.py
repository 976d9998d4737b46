# SPDX-License-Identifier: Apache-2.0
"""What a refusal about the VPN engine's client says to an administrator."""

from collections.abc import Mapping

OF_KIT_CLIENTS: Mapping[str, str] = {
    "kit_client.builder": "no plugin of this name wants a client for its kits; `renkei kit clients` shows which do",
    "kit_client.other": "another file is in kits now; if it is to be exchanged, say --replace",
    "kit_client.file_name": "the file has a name that cannot be shown; rename it, with 1 to 100 signs",
    "kit_client.size": "the file is empty, or has more than 512 MiB",
    "kit_client.sha256": "the SHA-256 has 64 hexadecimal digits",
    "kit_client.cut": "what arrived is not the file; try again",
    "kit_client.infected": "a scanner found something in the file, so it was not taken; fetch it from its maker",
    "kit_client.not_scannable": "a scanner could not look into the file, so it was not taken; mind its limits",
    "kit_client.unscanned": "no scanner answers, so the file was not taken; `renkei doctor` says how scanners are",
}
