# SPDX-License-Identifier: Apache-2.0
"""Shipped for plugin authors: contract suites, fakes, and the fixture that runs all tiers."""
