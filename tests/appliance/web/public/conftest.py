# SPDX-License-Identifier: Apache-2.0
"""Somebody at the public counter, with a ticket."""

import pytest

from tests.appliance.web.conftest import Browser


@pytest.fixture
def inside(public: Browser) -> Browser:
    """A browser that has a ticket."""
    public.sign_in()
    return public
