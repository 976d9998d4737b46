# SPDX-License-Identifier: Apache-2.0
"""Kits for the PCs of offices: who may have which, what goes into them, and who builds them."""
