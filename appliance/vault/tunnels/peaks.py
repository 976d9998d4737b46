# SPDX-License-Identifier: Apache-2.0
"""How many PCs were connected at once at most, of each day in Japan: a small row, written with what made it so."""

from appliance.model.time import Instant, date_in_japan
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.records.tunnel_tables import TunnelPeak, tunnel_peaks


def note_peak(txn: Transaction, count: int, now: Instant) -> TunnelPeak:
    """So many are let through now; the peak of the day after that."""
    known = peak_of(txn, now)
    if count <= known.most:
        return known
    peak = TunnelPeak(known.day, count, now)
    tunnel_peaks.put(txn, peak)
    return peak


def peak_of(snapshot: Snapshot, at: Instant) -> TunnelPeak:
    """That of the day of an instant, as far as it was written."""
    day = date_in_japan(at).isoformat()
    return tunnel_peaks.get(snapshot, day) or TunnelPeak(day, 0, 0)


def forget_peaks(txn: Transaction, until: Instant, limit: int) -> int:
    """Those of the days before; how many were forgotten, at most limit."""
    start, end = tunnel_peaks.key(), tunnel_peaks.key(date_in_japan(max(until, 0)).isoformat())
    over = tunnel_peaks.walk(txn, start, end, limit=limit)
    for peak in over:
        tunnel_peaks.delete(txn, peak.day)
    return len(over)
