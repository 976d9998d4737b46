# SPDX-License-Identifier: Apache-2.0
"""The complete list of what may cross a tier boundary: tables of messages, each with its sites.

A message that is not in a table does not exist; a message from a site that its row does not name is refused and
journaled. Fields may be added with a default; they are never renamed or removed within one version (design §2).
"""

from appliance.link.messages.administration import *
from appliance.link.messages.banners import *
from appliance.link.messages.calling import *
from appliance.link.messages.dashboard import *
from appliance.link.messages.devices import *
from appliance.link.messages.diagnosis import *
from appliance.link.messages.door import *
from appliance.link.messages.fetching import *
from appliance.link.messages.filings import *
from appliance.link.messages.gate import *
from appliance.link.messages.grouping import *
from appliance.link.messages.hours import *
from appliance.link.messages.issuing import *
from appliance.link.messages.kit_clients import *
from appliance.link.messages.kits import *
from appliance.link.messages.live import *
from appliance.link.messages.locks import *
from appliance.link.messages.manuals import *
from appliance.link.messages.month import *
from appliance.link.messages.notices import *
from appliance.link.messages.own import *
from appliance.link.messages.pages import *
from appliance.link.messages.people import *
from appliance.link.messages.plugins import *
from appliance.link.messages.registration import *
from appliance.link.messages.row import *
from appliance.link.messages.staff import *
from appliance.link.messages.table import *
from appliance.link.messages.tunnels import *
