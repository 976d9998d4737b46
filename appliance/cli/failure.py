# SPDX-License-Identifier: Apache-2.0
"""How a command fails: with one sentence on standard error and exit code 1."""


class Failure(Exception):
    """The command cannot do it; the text says why and what to do."""
