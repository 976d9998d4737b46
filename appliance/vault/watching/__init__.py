# SPDX-License-Identifier: Apache-2.0
"""Live status: which visits are told that something has changed."""
