"""The tool that tells the time."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from chat_app.agents.tools.spec import ToolSpec
from chat_app.domain.errors import Invalid


async def clock(timezone: str = "UTC") -> str:
    """Tell the current date and time.

    Args:
        timezone: An IANA time zone, for example Europe/Berlin or America/New_York.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A model may pass any name: a path, a NUL, the folder of a region.
        raise Invalid(_unknown(timezone), code="unknown_timezone") from None
    now = datetime.now(zone)
    return f"{now:%A}, {now:%Y-%m-%d %H:%M:%S} {now:%Z} (UTC{now:%z}), time zone {timezone}, week {now:%V}"


def _unknown(timezone: str) -> str:
    names = {name.lower(): name for name in available_timezones()}
    by_city = {name.rsplit("/", 1)[-1].lower(): name for name in names.values()}
    wanted = timezone.strip().replace(" ", "_").lower()
    near = [by_city[city] for city in get_close_matches(wanted, by_city, n=2)]
    near += [names[name] for name in get_close_matches(wanted, names, n=1) if names[name] not in near]
    hint = f" Did you mean {' or '.join(near)}?" if near else " Use a name such as Europe/Berlin."
    return f"There is no time zone with this name.{hint}"


SPEC = ToolSpec(
    function=clock,
    title="Checked the time",
    running_title="Checking the time",
    subject="timezone",
    icon="clock",
    idempotent=True,
)
