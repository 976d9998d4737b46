# SPDX-License-Identifier: Apache-2.0
"""The closed net: admission, decisions, workflow, records, blobs, journal, outbox."""
