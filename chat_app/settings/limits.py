"""Named limits of what people and programs may do, each settable as `CHAT_APP_*` in the environment.

They hold where people sign in; an installation with one local owner has nobody to be protected from. 0 is no limit.
A person's limits count everything that they do, in whichever workspace.
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class LimitSettings(BaseSettings):
    """The group of settings about limits."""

    requests_per_minute_user: int = Field(default=600, ge=0)
    """Requests of one person to the REST interface in a minute; a bucket of that many, refilled evenly."""
    requests_per_minute_workspace: int = Field(default=6_000, ge=0)
    """Requests of a workspace's people together."""
    events_per_minute_user: int = Field(default=1_200, ge=0)
    """Events of one person's open pages in a minute, several times what fast scrolling makes; further ones wait."""
    sends_per_minute_user: int = Field(default=60, ge=0)
    """Messages and second tries of one person in a minute: more than anybody writes by hand."""
    sends_per_minute_workspace: int = Field(default=600, ge=0)
    """Messages and second tries of a workspace's people together."""
    running_turns_user: int = Field(default=10, ge=0)
    """Answers that may be written at once to what one person said; those that wait in a session do not count."""
    running_turns_workspace: int = Field(default=50, ge=0)
    """Answers that may be written at once in a workspace."""
    sessions_user: int = Field(default=20_000, ge=0)
    """Sessions that one person may have made and not deleted."""
    sessions_workspace: int = Field(default=0, ge=0)
    """Sessions that a workspace may have, archived ones too."""
    tokens_per_day_user: int = Field(default=0, ge=0)
    """Tokens of models, read and written, that answers to one person may use in a day of UTC."""
    tokens_per_day_workspace: int = Field(default=0, ge=0)
    """Tokens that a workspace's answers may use in a day of UTC."""
    characters_user: int = Field(default=0, ge=0)
    """Characters of messages that one person may have written and not deleted."""
    characters_workspace: int = Field(default=0, ge=0)
    """Characters of messages that a workspace may hold."""

    token_count_seconds: float = Field(default=10.0, gt=0)
    """Seconds for which a count of the day's tokens is taken to be right; an answer's are known when it has ended."""
    character_count_seconds: float = Field(default=300.0, gt=0)
    """Seconds for which a count of characters is taken to be right: it reads every message."""

    sign_ins_address: int = Field(default=60, ge=1)
    """Tries to sign in from one address (of IPv6: from one network) in `sign_in_minutes`, whoever tries."""
    sign_ins_pair: int = Field(default=10, ge=1)
    """Tries to sign in to one account from one address; a right password starts the count anew."""
    sign_ins_account: int = Field(default=50, ge=1)
    """Tries to sign in to one account from all addresses together that have not signed in to it before."""
    sign_in_minutes: float = Field(default=15.0, gt=0)
    """Minutes in which that many tries are given back."""
    max_limit_keys: int = Field(default=50_000, ge=100)
    """People, workspaces and addresses whose counts are kept in memory; the ones not seen for longest go first."""
