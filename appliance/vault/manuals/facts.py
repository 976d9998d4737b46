# SPDX-License-Identifier: Apache-2.0
"""What the manuals say of the fund that gives them out: the words in braces of their texts."""

from collections.abc import Mapping

from appliance.config.settings import OtpPolicy, Settings

_OTP = {
    OtpPolicy.ALWAYS: "ログインのたびに",
    OtpPolicy.RISK: "初めてのとき、メールアドレスを変えたとき、前回から {days} 日が過ぎたときに",
}


def facts_of(settings: Settings) -> Mapping[str, str]:
    """Each word with what it stands for."""
    fund, calendar, door = settings.fund, settings.calendar, settings.door
    otp = _OTP[door.otp_policy].format(days=door.otp_after_days)
    return {
        "fund": fund.name,
        "contact": fund.contact,
        "public_url": fund.public_url,
        "download_url": f"{fund.public_url}download/",
        "activate_url": f"{fund.public_url}activate/",
        "onetime_url": f"{fund.public_url}onetime/",
        "portal_url": fund.portal_url,
        "opens": calendar.open,
        "closes": calendar.close,
        "session_minutes": str(settings.tunnels.minutes),
        "return_minutes": str(settings.tunnels.return_minutes),
        "minutes": str(settings.sites.portal.visit_minutes),
        "answer_days": str(settings.devices.answer_days),
        "otp": otp,
    }
