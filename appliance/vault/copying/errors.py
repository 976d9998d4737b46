# SPDX-License-Identifier: Apache-2.0
"""How a copy fails: each text says what is so and what to do."""


class CopyFailed(Exception):
    """The fund was not moved; it is where it was."""


class CopyRefused(CopyFailed):
    """These stores cannot be copied from, or to."""


class Different(CopyFailed):
    """The copy is not what it was copied from, or the journal does not know it; the text names the first place."""
