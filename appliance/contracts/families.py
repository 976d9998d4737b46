# SPDX-License-Identifier: Apache-2.0
"""The table of all families: what a plugin may be, where it runs, and what its failure means."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from appliance.contracts.action import Action, ActionRefused
from appliance.contracts.blobs import BlobError, BlobStore
from appliance.contracts.commands import Command
from appliance.contracts.device import BinderAway, DeviceBinder, EvidenceUnusable
from appliance.contracts.factor import NOT_PROVEN, Factor, Proof
from appliance.contracts.jobs import Job
from appliance.contracts.kit import KitBuilder, KitNotBuilt
from appliance.contracts.metrics import Collector
from appliance.contracts.notifier import Notifier
from appliance.contracts.pages import Page
from appliance.contracts.plugin import PluginError
from appliance.contracts.policy import Decision, Policy, Verdict
from appliance.contracts.records import OutcomeUnknown, RecordStore, StoreError
from appliance.contracts.scanner import Scanner, ScannerAway
from appliance.contracts.tunnel import EngineAway, TunnelEngine
from appliance.model.words import Tier

EVERY_TIER = frozenset(Tier)
VAULT = frozenset({Tier.VAULT})
HOUR_SECONDS = 3600


class Combine(StrEnum):
    """How many providers there may be, and how they are told apart."""

    EXACTLY_ONE = "exactly one"
    ALL = "all"
    BY_NAME = "by name"


class Failure(StrEnum):
    """What a provider that raises, hangs or answers nonsense means."""

    DENY = "deny"
    ACTION_FAILS = "the action fails"
    RETRY = "retried; alarm"
    REFUSED = "refused"
    DROPPED = "dropped and counted"


@dataclass(frozen=True, slots=True)
class Family:
    """One row. contract is None until the family's first plugin arrives; such a family takes no provider yet.

    timeout is in seconds, for one call, or for one piece of a stream; own_time names the methods that may take
    longer, or less. errors are what the contract lets a provider raise, and pass as they are. Any other failure
    becomes failed, a call that did not end in time becomes late; where failure means deny, denial makes the answer
    instead of the methods that answer with its type.
    """

    id: str
    does: str
    tiers: frozenset[Tier]
    combine: Combine
    failure: Failure
    timeout: float
    contract: type | None
    errors: tuple[type[Exception], ...] = ()
    failed: type[Exception] | None = None
    late: type[Exception] | None = None
    denial: Callable[[str], object] | None = None
    own_time: tuple[tuple[str, float], ...] = ()

    @property
    def hook(self) -> str:
        """The name of its hook."""
        return f"register_{self.id}"

    @property
    def may_be_optional(self) -> bool:
        """A family whose failure means deny can never be left out (design §4)."""
        return self.failure is not Failure.DENY


def _denied(reason: str) -> Verdict:
    """What a policy says that cannot speak for itself."""
    return Verdict(Decision.DENY, reason)


def _not_proven(reason: str) -> Proof:
    """What a second factor says that cannot speak for itself; the reason is in the log."""
    return NOT_PROVEN


FAMILIES: tuple[Family, ...] = (
    Family(
        "tunnel",
        "VPN engine",
        frozenset({Tier.GATE}),
        Combine.BY_NAME,
        Failure.DENY,
        10,
        TunnelEngine,
        errors=(EngineAway,),
        failed=EngineAway,
        own_time=(("prepare", 120),),
    ),
    Family(
        "device",
        "device binder",
        VAULT,
        Combine.BY_NAME,
        Failure.DENY,
        5,
        DeviceBinder,
        errors=(EvidenceUnusable, BinderAway),
        failed=BinderAway,
    ),
    Family("factor", "second factor", VAULT, Combine.BY_NAME, Failure.DENY, 5, Factor, denial=_not_proven),
    Family("policy", "may this happen?", VAULT, Combine.ALL, Failure.DENY, 1, Policy, denial=_denied),
    Family(
        "records",
        "record store",
        VAULT,
        Combine.EXACTLY_ONE,
        Failure.ACTION_FAILS,
        30,
        RecordStore,
        errors=(StoreError, PluginError),
        failed=StoreError,
        late=OutcomeUnknown,
        own_time=(("backup", 6 * HOUR_SECONDS),),
    ),
    Family(
        "blobs",
        "blob store",
        VAULT,
        Combine.EXACTLY_ONE,
        Failure.ACTION_FAILS,
        30,
        BlobStore,
        errors=(BlobError, PluginError),
        failed=BlobError,
    ),
    Family("notifier", "tells people", VAULT, Combine.BY_NAME, Failure.RETRY, 30, Notifier),
    Family(
        "scanner",
        "malware scanner",
        VAULT,
        Combine.ALL,
        Failure.DENY,
        5,
        Scanner,
        errors=(ScannerAway,),
        failed=ScannerAway,
        own_time=(("scan", 120),),
    ),
    Family("sink", "journal sink", VAULT, Combine.ALL, Failure.RETRY, 30, None),
    Family("issuer", "certificate issuer", VAULT, Combine.EXACTLY_ONE, Failure.ACTION_FAILS, 30, None),
    Family(
        "kit",
        "kit builder",
        VAULT,
        Combine.BY_NAME,
        Failure.ACTION_FAILS,
        60,
        KitBuilder,
        errors=(KitNotBuilt,),
        failed=KitNotBuilt,
        own_time=(("platform", 5),),
    ),
    Family(
        "action",
        "an act behind the message Act",
        VAULT,
        Combine.BY_NAME,
        Failure.REFUSED,
        10,
        Action,
        errors=(ActionRefused,),
    ),
    Family(
        "pages",
        "pages of a site",
        frozenset({Tier.WEB}),
        Combine.BY_NAME,
        Failure.REFUSED,
        10,
        Page,
        errors=(ActionRefused,),
        own_time=(("count", 1),),
    ),
    Family("metrics", "figures", EVERY_TIER, Combine.BY_NAME, Failure.DROPPED, 1, Collector),
    Family("commands", "words of the command line", frozenset(), Combine.BY_NAME, Failure.DROPPED, 0, Command),
    Family("jobs", "work that repeats", EVERY_TIER, Combine.BY_NAME, Failure.DROPPED, 600, Job),
)
BY_ID = {family.id: family for family in FAMILIES}
