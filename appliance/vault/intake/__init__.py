# SPDX-License-Identifier: Apache-2.0
"""Registrations of offices: taken in, judged, confirmed or refused."""
