# SPDX-License-Identifier: Apache-2.0
"""How a command fails: with one sentence on standard error, and never with a traceback."""


class Failure(Exception):
    """The command cannot do it; the text says why and what to do. Exit code 1."""


class NotUnderstood(Failure):
    """The words do not go together; the text says which do. Exit code 2."""
