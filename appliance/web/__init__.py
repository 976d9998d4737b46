# SPDX-License-Identifier: Apache-2.0
"""The sites: routes, pages, templates. No data, no keys but TLS, no decisions."""
