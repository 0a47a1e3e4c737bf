"""Settings: rate limits and quotas of people and workspaces.

They apply where people sign in; with one local owner there is only `event_bytes_per_minute_user`. 0 means no limit. The
limits of a person count what they do in all workspaces.
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class LimitSettings(BaseSettings):
    """Rate limits and quotas of people and workspaces."""

    requests_per_minute_user: int = Field(default=600, ge=0)
    """REST requests of one person per minute: the size of a token bucket that is refilled at a constant rate."""
    requests_per_minute_workspace: int = Field(default=6_000, ge=0)
    """REST requests of all people of a workspace per minute."""
    events_per_minute_user: int = Field(default=1_200, ge=0)
    """Events per minute from the open pages of one person, several times what fast scrolling sends. Others wait."""
    event_bytes_per_minute_user: int = Field(default=8_388_608, ge=1_048_576)
    """Characters per minute in the events of one person's open pages, also without a login: thirteen of the longest
    messages, while all other events have a few hundred. Others wait."""
    messages_per_minute_user: int = Field(default=60, ge=0)
    """Messages and repeated answers of one person per minute: more than anybody types."""
    messages_per_minute_workspace: int = Field(default=600, ge=0)
    """Messages and repeated answers of all people of a workspace per minute."""
    max_running_turns_user: int = Field(default=10, ge=0)
    """Answers to one person that may run at the same time; answers that are queued do not count."""
    max_running_turns_workspace: int = Field(default=50, ge=0)
    """Answers in a workspace that may run at the same time."""
    characters_per_hour_user: int = Field(default=5_000_000, ge=0)
    """Characters of messages of one person per hour: 50 of the longest messages, more than anybody reads."""
    sessions_per_minute_user: int = Field(default=60, ge=0)
    """New sessions of one person per minute: a script that starts one a second is not delayed."""
    sessions_per_hour_user: int = Field(default=600, ge=0)
    """New sessions of one person per hour: many tabs, and CI jobs that share a token."""
    sessions_per_hour_workspace: int = Field(default=6_000, ge=0)
    """New sessions of all people of a workspace per hour."""
    max_sessions_user: int = Field(default=20_000, ge=0)
    """Sessions that one person may have created and not deleted."""
    max_sessions_workspace: int = Field(default=0, ge=0)
    """Sessions that a workspace may have, including archived ones."""
    tokens_per_day_user: int = Field(default=0, ge=0)
    """Input and output tokens that answers to one person may use per day, in UTC."""
    tokens_per_day_workspace: int = Field(default=0, ge=0)
    """Input and output tokens that answers in a workspace may use per day, in UTC."""
    max_characters_user: int = Field(default=0, ge=0)
    """Characters of messages that one person may have written and not deleted."""
    max_characters_workspace: int = Field(default=0, ge=0)
    """Characters of messages that a workspace may store."""
    max_participants_session: int = Field(default=200, ge=0)
    """Participants of one session; all of them are loaded with it."""
    changes_per_hour_user: int = Field(default=1_000, ge=0)
    """Changes of one person per hour that add an entry to the audit log or a row to a table without a limit of its own:
    a script that prepares a large workspace passes, and the entries of a year fit into a small database."""
    workspaces_per_hour_user: int = Field(default=10, ge=0)
    """New workspaces of one person per hour."""
    max_workspaces_user: int = Field(default=50, ge=0)
    """Workspaces that one person may own."""
    invitations_per_hour_user: int = Field(default=100, ge=0)
    """Invitations of one person per hour, in all workspaces: enough for a department."""
    invitations_per_hour_workspace: int = Field(default=300, ge=0)
    """Invitations to a workspace per hour."""
    max_invitations_workspace: int = Field(default=500, ge=0)
    """Unused invitations of a workspace. Each of them lets somebody in, so nobody should lose track of them."""
    accounts_per_hour: int = Field(default=500, ge=0)
    """New accounts of the installation per hour: each has limits of its own, so their number has to be limited too."""
    max_accounts: int = Field(default=10_000, ge=0)
    """Accounts of the installation."""
    max_tokens_user: int = Field(default=100, ge=0)
    """API tokens of one person, in all workspaces."""
    max_keys_workspace: int = Field(default=100, ge=0)
    """Provider keys of one workspace, more than there are providers."""
    max_logins_user: int = Field(default=50, ge=0)
    """Browsers in which one person is signed in. A further sign-in ends the login that was not used for longest."""
    limit_report_minutes: float = Field(default=60.0, gt=0)
    """Minutes after which the audit log may have another entry about the same person and the same limit."""

    token_count_cache_seconds: float = Field(default=10.0, gt=0)
    """Seconds for which the count of the day's tokens is cached; the tokens of an answer are known when it ends."""
    character_count_cache_seconds: float = Field(default=300.0, gt=0)
    """Seconds for which the count of characters is cached, because counting reads every message."""

    max_sign_ins_address: int = Field(default=60, ge=1)
    """Sign-in attempts from one IPv4 address or IPv6 /64 network within `sign_in_minutes`, for all accounts."""
    max_sign_ins_address_and_account: int = Field(default=10, ge=1)
    """Sign-in attempts for one account from one address; a correct password resets the count."""
    max_sign_ins_account: int = Field(default=50, ge=1)
    """Sign-in attempts for one account from all addresses together from which nobody has signed in to it before."""
    max_sign_ins_device: int = Field(default=10, ge=1)
    """Sign-in attempts for one account in a browser in which somebody has signed in to it before. They do not count for
    the address and the account, and those of others do not count for the browser. A correct password resets it."""
    max_wrong_links_address: int = Field(default=60, ge=1)
    """Attempts with one-time links that are not valid, from one address; valid links are never refused for these."""
    max_uses_link: int = Field(default=10, ge=1)
    """Attempts to choose a password with one valid link: its holder may mistype, but must not occupy the server."""
    max_password_changes_login: int = Field(default=10, ge=1)
    """Attempts to change the password with one login, which may be stolen."""
    sign_in_minutes: float = Field(default=15.0, gt=0)
    """Minutes in which the attempts at passwords and links are refilled."""
    max_password_hashes: int = Field(default=2, ge=1)
    """Passwords hashed at the same time: each takes 64 MiB and all of a core."""
    max_waiting_passwords: int = Field(default=40, ge=1)
    """Passwords of people without a known browser, a valid link or a login that may wait to be hashed, and as many of
    the others: about two seconds of work. Beyond it attempts are refused at once, to be repeated."""
    max_waiting_passwords_client: int = Field(default=5, ge=1)
    """Passwords of one address, browser, link or login that may wait to be hashed, so that others get their turn."""
    max_limit_keys: int = Field(default=50_000, ge=100)
    """People, workspaces and addresses whose counts are kept in memory; the least recently used are dropped first."""
