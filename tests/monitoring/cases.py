# SPDX-License-Identifier: Apache-2.0
"""For each alarm: series that make it fire, and series beside them that do not.

Values are as promtool writes them, a minute apart: `0x30` is 0 for half an hour, `0+2x30` two more each minute.
Both are looked at after half an hour, or when `at` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 86400
Series = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """One alarm. count is how many of it fire."""

    alert: str
    fires: Series
    quiet: Series = field(default_factory=dict)
    at: str = "30m"
    count: int = 1


def one(alert: str, series: str, fires: str, quiet: str, at: str = "30m") -> Case:
    """A case of a single series."""
    return Case(alert, {series: fires}, {series: quiet}, at)


UP = 'up{job="renkei",process="vault"}'
START = 'process_start_time_seconds{job="renkei",process="vault"}'
LAG = 'renkei_loop_lag_seconds_%s{job="renkei",process="vault"}'
OPEN, MOST = 'process_open_fds{job="renkei"}', 'process_max_fds{job="renkei"}'
PAGE = 'renkei_page_seconds_count{site="portal",status="%s"}'
CALLS = 'renkei_plugin_calls_total{plugin="%s",family="%s",outcome="%s"}'
TASK = 'renkei_jobs_total{process="vault",task="vault.room",outcome="%s"}'
WRITE = "renkei_writer_batch_seconds_%s"
MESSAGES = 'renkei_messages_total{process="vault",message="%s",outcome="%s"}'
ACTS = 'renkei_acts_total{kind="%s",result="%s"}'
ENDS = 'renkei_certificate_ends_timestamp_seconds{site="portal"}'
FAILED, RETURNED = "renkei_letters_failed_total", "renkei_letters_returned_total"
VERDICTS = 'renkei_doorman_verdicts_total{verdict="%s"}'
SCANNED = 'renkei_scanner_verdicts_total{scanner="scan_clamav",verdict="%s"}'
BUILD = 'renkei_build_info{process="%s",version="%s"}'

CASES = (
    one("RenkeiDown", UP, "1x20 0x20", "1x20 0x1 1x20"),
    Case("RenkeiUnwatched", {'up{job="node"}': "1x60"}, {UP: "1x60"}),
    one("RenkeiRestarts", START, "0+7x40", "5x20 600x20"),
    Case(
        "RenkeiLoopLate",
        {LAG % "sum": "0+12x40", LAG % "count": "0+60x40"},
        {LAG % "sum": "0+1x40", LAG % "count": "0+60x40"},
    ),
    Case(
        "RenkeiVersionsDiffer",
        {BUILD % ("vault", "1.1"): "1x120", BUILD % ("portal", "1.0"): "1x120"},
        {
            BUILD % ("vault", "1.1"): "1x120",
            BUILD % ("portal", "1.0"): "1x40 _x80",
            BUILD % ("console", "1.1"): "1x120",
        },
        at="100m",
    ),
    Case("RenkeiDescriptors", {OPEN: "900x40", MOST: "1024x40"}, {OPEN: "500x40", MOST: "1024x40"}),
    Case(
        "RenkeiPagesFail",
        {PAGE % 200: "0+50x40", PAGE % 503: "0+10x40"},
        {PAGE % 200: "0+900x40", PAGE % 503: "0+10x40"},
    ),
    Case("RenkeiPagesFail", {PAGE % 507: "0+10x40"}, {PAGE % 404: "0+900x40", PAGE % 500: "0x25 1x20"}),
    one("RenkeiTooMuch", MESSAGES % ("OpenMenu", "busy"), "0+5x40", "0+1x40"),
    one("RenkeiLiveStatusAway", 'renkei_live_connected{site="portal"}', "1x20 0x20", "1x20 0x2 1x20"),
    one("RenkeiCertificateEnds", ENDS, f"{20 * DAY}x120", f"{40 * DAY}x120", "90m"),
    one("RenkeiCertificateEndsSoon", ENDS, f"{3 * DAY}x60", f"{8 * DAY}x60"),
    one("RenkeiPluginNotRunning", 'renkei_plugin_running{plugin="mine"}', "0x60", "1x60"),
    one("RenkeiPluginFails", CALLS % ("mine", "policy", "timeout"), "0+1x60", "0x28 1x60"),
    Case(
        "RenkeiPluginFails",
        {CALLS % ("mine", "policy", "nonsense"): "0x25 9x60"},
        {CALLS % ("mine", "policy", "refused"): "0+9x60"},
    ),
    Case(
        "RenkeiJobFails",
        {TASK % "failed": "0+2x120", TASK % "done": "50x120"},
        {TASK % "failed": "0+2x120", TASK % "done": "0+1x120"},
        at="90m",
    ),
    Case(
        "RenkeiStoreFilling",
        {
            'renkei_records_used_ratio{process="vault"}': "0.1x60",
            'renkei_disk_used_ratio{process="vault"}': "0.8x60",
        },
        {
            'renkei_records_used_ratio{process="vault"}': "0.7x60",
            'renkei_blobs_used_ratio{process="vault"}': "0.1x60",
        },
    ),
    one("RenkeiStoreFull", 'renkei_blobs_used_ratio{process="vault"}', "0.8x20 0.86x20", "0.84x60"),
    Case(
        "RenkeiStoreFails",
        {CALLS % ("records_lmdb", "records", "refused"): "0+2x60"},
        {
            CALLS % ("records_lmdb", "records", "done"): "0+90x60",
            CALLS % ("policy_hours", "policy", "failed"): "0+9x60",
        },
    ),
    Case(
        "RenkeiWritesSlow",
        {
            WRITE % 'bucket{le="0.5"}': "0+30x60",
            WRITE % 'bucket{le="1"}': "0+60x60",
            WRITE % 'bucket{le="+Inf"}': "0+60x60",
            WRITE % "count": "0+60x60",
        },
        {
            WRITE % 'bucket{le="0.5"}': "0+60x60",
            WRITE % 'bucket{le="1"}': "0+60x60",
            WRITE % 'bucket{le="+Inf"}': "0+60x60",
            WRITE % "count": "0+60x60",
        },
    ),
    one("RenkeiJournalUnsigned", "renkei_journal_unsigned_seconds", "0x20 0+60x20", "0x20 10x20"),
    one("RenkeiJournalDamaged", "renkei_journal_damaged", "0x29 1x5", "0x60"),
    one(
        "RenkeiJournalUnverified",
        "renkei_journal_verified_timestamp_seconds",
        f"-{40 * DAY}x120",
        f"-{30 * DAY}x120",
        "90m",
    ),
    one("RenkeiGuessing", MESSAGES % ("GivePassword", "wrong_secret"), "0+6x60", "0+3x60"),
    Case(
        "RenkeiGuessing",
        {MESSAGES % ("GiveCode", "locked"): "0+6x60"},
        {MESSAGES % ("GivePassword", "done"): "0+90x60", MESSAGES % ("OpenMenu", "not_signed_in"): "0+90x60"},
    ),
    one("RenkeiAccountsBlocked", ACTS % ("account.blocked", "done"), "0x20 3x20", "0x20 1x20"),
    one("RenkeiEmergencyAct", ACTS % ("two_person.emergency", "done"), "0x25 1x20", "1x60"),
    one("RenkeiSiteForbidden", MESSAGES % ("SealNotice", "not_here"), "0x25 1x20", "1x60"),
    one("RenkeiSiteForbidden", MESSAGES % ("unknown", "invalid"), "0x25 1x20", "1x60"),
    one("RenkeiRequestsRefused", ACTS % ("request.refused", "refused"), "0+300x60", "0+20x60"),
    one("RenkeiScannerAway", 'renkei_scanner_away{scanner="scan_clamav"}', "0x20 1x20", "0x20 1x3 0x20"),
    one(
        "RenkeiSignaturesOld",
        'renkei_scanner_signatures_age_seconds{scanner="scan_clamav"}',
        f"{4 * DAY}x120",
        f"{2 * DAY}x120",
        "90m",
    ),
    one("RenkeiInfected", SCANNED % "infected", "0x25 1x20", "1x60"),
    Case("RenkeiInfected", {SCANNED % "infected": "0x25 2x20"}, {SCANNED % "clean": "0+9x60"}),
    Case(
        "RenkeiDoormanNoAnswer",
        {VERDICTS % "no_answer": "0x20 4x20"},
        {VERDICTS % "refused": "0+9x60", VERDICTS % "no_answer": "0x20 1x20"},
    ),
    one("RenkeiDoormanQueue", "renkei_doorman_files", "80x60", "4x60"),
    one("RenkeiFilingsHeld", "renkei_filings_held_oldest_seconds", "0+120x60", "600x60"),
    one("RenkeiKitsFail", "renkei_kits_failed_total", "0x20 5x40", "0x20 1x40"),
    one("RenkeiKitsFail", "renkei_kits_different_total", "0x20 2x40", "3x60"),
    one("RenkeiActivationsLate", "renkei_activations_late", "0x10 2x60", "0x10 2x20 0x40", "60m"),
    one("RenkeiRegistrationsLate", "renkei_registrations_late", "0x10 1x60", "0x10 1x20 0x40", "60m"),
    one("RenkeiSealedLettersEnd", "renkei_sealed_letters_ending", "0x10 3x60", "0x10 3x20 0x40", "60m"),
    one("RenkeiMailAway", "renkei_letters_away_seconds", "0+60x60", "0x25 60+60x10"),
    Case(
        "RenkeiLettersWait",
        {"renkei_outbox_oldest_seconds": "0+60x60", "renkei_letters_away_seconds": "0x60"},
        {"renkei_outbox_oldest_seconds": "0+60x60", "renkei_letters_away_seconds": "0+60x60"},
    ),
    Case(
        "RenkeiLettersFail",
        {FAILED: "0x20 8x40", RETURNED: "0x20 5x40"},
        {FAILED: "0x20 1x40", RETURNED: "0x20 1x40"},
    ),
    one("RenkeiGateAway", "renkei_gate_connected", "1x20 0x20", "1x20 0x2 1x20"),
    one("RenkeiTunnelDrift", "renkei_tunnel_drift", "0x20 1x20", "0x29 1x20"),
    one("RenkeiTunnelOverrun", "renkei_tunnel_overrun_seconds", "0x20 30x20", "10x40"),
    one("RenkeiGateTable", "renkei_gate_table_stands", "1x20 0x20", "1x20 0 1x20"),
    one("RenkeiTunnelEngineAway", 'renkei_tunnel_engine_ready{engine="softether"}', "1x20 0x20", "1x20 0 1x20"),
    one("RenkeiTunnelKeyCopied", "renkei_plugin_tunnel_wireguard_copied_keys_total", "0x20 1x20", "1x60"),
    one("RenkeiTunnelAddressesTaken", "renkei_plugin_tunnel_softether_greedy_pcs_total", "0x20 1x20", "1x60"),
    one("RenkeiClockBehind", "renkei_clock_behind_seconds", "0x20 90x20", "30x60"),
    one("RenkeiClockJumped", "renkei_clock_jumps_total", "0x20 1x20", "1x60"),
    one("RenkeiCalendarEnds", "renkei_calendar_days_left", "50x120", "400x120", "90m"),
)
