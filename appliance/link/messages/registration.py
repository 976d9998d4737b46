# SPDX-License-Identifier: Apache-2.0
"""Messages about registrations of offices: taken in, judged, confirmed or refused."""
