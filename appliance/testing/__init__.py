# SPDX-License-Identifier: Apache-2.0
"""Shipped for plugin authors: contract suites, fakes, and a real host to start plugins in."""
