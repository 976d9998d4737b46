# SPDX-License-Identifier: Apache-2.0
"""The version that the code says is the one that is installed."""

import importlib.metadata

import appliance


def test_the_version_is_that_of_the_distribution() -> None:
    assert appliance.__version__ == importlib.metadata.version("renkei-gateway")
