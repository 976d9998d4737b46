# SPDX-License-Identifier: Apache-2.0
"""How much room is left, and what is refused when little is (design §5: 85 % and 95 %)."""

from appliance.contracts.blobs import BlobStore
from appliance.contracts.records import RecordStore
from appliance.link.refusals import Refused, Why


class Room:
    """The fuller of the two stores decides."""

    def __init__(self, refuse_uploads_at: float, refuse_changes_at: float) -> None:
        """Both as ratios, 0.0 to 1.0."""
        self._uploads_at = refuse_uploads_at
        self._changes_at = refuse_changes_at
        self.records = 0.0
        self.blobs = 0.0

    async def measure(self, records: RecordStore, blobs: BlobStore) -> None:
        """Look again; called by a job, and after a write that found no room."""
        self.records = (await records.usage()).ratio
        self.blobs = (await blobs.check()).ratio

    def is_full(self) -> None:
        """A write found no room: nothing but vital changes until measure() has looked again."""
        self.records = 1.0

    def need_for_uploads(self) -> None:
        """Raise Refused unless an upload may begin or go on."""
        if max(self.records, self.blobs) >= self._uploads_at:
            raise Refused(Why.FULL)

    def need_for_changes(self) -> None:
        """Raise Refused unless an ordinary change may be made."""
        if self.records >= self._changes_at:
            raise Refused(Why.FULL)
