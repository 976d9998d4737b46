# SPDX-License-Identifier: Apache-2.0
"""How the host says no."""


class StartRefused(Exception):
    """The service does not start; the text says which key of which file is at fault, and what to do."""


class ProviderFailed(Exception):
    """A plugin raised, hung or answered nonsense; the log has the details."""
