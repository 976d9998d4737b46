# SPDX-License-Identifier: Apache-2.0
"""What all requests of one site share: its settings, its link, its pages; and what was sent just now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.config.settings import DocumentType, Fund, Settings
from appliance.contracts.plugin import Random
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.words import Site
from appliance.web.rendering import MenuEntry, Templates
from appliance.web.repeats import Repeats
from appliance.web.static import Assets
from appliance.web.texts import Texts
from appliance.web.vault_side import VaultLink


@dataclass(frozen=True)
class House:
    """See the module. menu holds the entries that plugins add."""

    site: Site
    settings: Settings
    link: VaultLink = field(repr=False)
    random: Random = field(repr=False)
    texts: Texts = field(repr=False)
    assets: Assets = field(repr=False)
    templates: Templates = field(repr=False)
    menu: tuple[MenuEntry, ...] = ()
    repeats: Repeats = field(default_factory=Repeats, repr=False)

    @property
    def fund(self) -> Fund:
        """Who runs the appliance."""
        return self.settings.fund

    @property
    def types(self) -> Mapping[str, DocumentType]:
        """The kinds of notices."""
        return self.settings.notices

    def type_name(self, kind: str) -> str:
        """What people call a kind of notice."""
        known = self.settings.notices.get(kind)
        return known.name if known else kind

    def new_id(self) -> str:
        """A random id."""
        return id_from(self.random.bytes(ID_BYTES))

    @property
    def largest_upload(self) -> int:
        """In bytes."""
        return self.settings.sites.of(self.site).max_upload_mib * 1024 * 1024
