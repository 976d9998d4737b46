# SPDX-License-Identifier: Apache-2.0
"""Letters to people: written in the transaction of what they tell of, rendered and sent from the outbox."""

from appliance.vault.letters.kinds import LetterKind
from appliance.vault.letters.writing import write

__all__ = ["LetterKind", "write"]
