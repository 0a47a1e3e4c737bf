"""Metrics of the process for the person who runs it, in the text format of Prometheus."""

from __future__ import annotations

import hmac

from chat_app.domain.errors import NotFound
from chat_app.services.runtime import current


def read_metrics(token: str | None) -> str:
    """Return the metrics. Their labels name limits and never people, so their number is fixed.

    Owners and admins of a workspace do not see them, because they describe all workspaces.

    Args:
        token: The token of the request.

    Raises:
        NotFound: The token is not `metrics_token`, or that is not set. Without a login no token is needed.
    """
    settings = current().settings
    expected = settings.metrics_token.get_secret_value() if settings.metrics_token is not None else ""
    is_allowed = hmac.compare_digest((token or "").encode(), expected.encode()) if expected else settings.auth == "none"
    if not is_allowed:
        raise NotFound("Unknown address. See /docs for the list of addresses.", code="unknown_address")
    totals = current().limiter.refusals.totals
    return "".join(
        [
            "# HELP chat_app_limit_refusals_total What limits refused or delayed since the start.\n",
            "# TYPE chat_app_limit_refusals_total counter\n",
            *(f'chat_app_limit_refusals_total{{limit="{code}"}} {totals[code]}\n' for code in sorted(totals)),
        ]
    )
