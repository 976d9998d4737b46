# SPDX-License-Identifier: Apache-2.0
"""The people of offices and of the fund: contracts, registration, own data, users, staff, acts that need two."""
