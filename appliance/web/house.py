# SPDX-License-Identifier: Apache-2.0
"""What all requests of one site share: its settings, its link, its pages; and what was sent just now."""

from dataclasses import dataclass, field
from functools import cached_property

from appliance.config.catalogue import catalogue_of
from appliance.config.opening import calendar_of
from appliance.config.settings import Fund, Settings
from appliance.contracts.pages import Page
from appliance.contracts.plugin import Random
from appliance.model.calendar import Calendar
from appliance.model.documents import Catalogue, Direction, DocumentType
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.words import Site
from appliance.web.banner_board import BannerBoard
from appliance.web.live import Live
from appliance.web.rendering import Templates
from appliance.web.repeats import Repeats
from appliance.web.static import Assets
from appliance.web.texts import Texts
from appliance.web.vault_side import VaultLink


@dataclass(frozen=True)
class House:
    """See the module. menu holds the pages of plugins that have a line in the menu."""

    site: Site
    settings: Settings
    link: VaultLink = field(repr=False)
    random: Random = field(repr=False)
    texts: Texts = field(repr=False)
    assets: Assets = field(repr=False)
    templates: Templates = field(repr=False)
    banners: BannerBoard = field(repr=False)
    menu: tuple[Page, ...] = ()
    repeats: Repeats = field(default_factory=Repeats, repr=False)

    @property
    def fund(self) -> Fund:
        """Who runs the appliance."""
        return self.settings.fund

    @cached_property
    def catalogue(self) -> Catalogue:
        """The fund's kinds of documents, both ways."""
        return catalogue_of(self.settings)

    @cached_property
    def calendar(self) -> Calendar:
        """When the service is open."""
        return calendar_of(self.settings.calendar)

    @cached_property
    def live(self) -> Live:
        """The pages of this site that are told of changes."""
        return Live(self.link, self.random)

    @property
    def types(self) -> tuple[DocumentType, ...]:
        """The kinds of notices that the fund sends electronically."""
        return self.catalogue.of(Direction.TO_OFFICE)

    def type_name(self, kind: str) -> str:
        """What people call a kind of document, of every one that ever was."""
        return self.catalogue.name_of(kind)

    def new_id(self) -> str:
        """A random id."""
        return id_from(self.random.bytes(ID_BYTES))

    @property
    def largest_upload(self) -> int:
        """In bytes."""
        return self.settings.sites.of(self.site).max_upload_mib * 1024 * 1024
