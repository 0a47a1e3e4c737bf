"""Every table that clients can make grow, and every type of audit entry, has settings that bound it."""

from __future__ import annotations

from chat_app.db.tables import SQLModel
from chat_app.domain.audit import AuditType
from chat_app.settings.application import Settings

SESSIONS = (
    "sessions_per_minute_user",
    "sessions_per_hour_user",
    "sessions_per_hour_workspace",
    "max_sessions_user",
    "max_sessions_workspace",
)
MESSAGES = (
    "messages_per_minute_user",
    "messages_per_minute_workspace",
    "characters_per_hour_user",
    "max_characters_user",
    "max_characters_workspace",
)
ACCOUNTS = ("accounts_per_hour", "max_accounts")
WORKSPACES = ("workspaces_per_hour_user", "max_workspaces_user")
INVITATIONS = ("invitations_per_hour_user", "invitations_per_hour_workspace", "max_invitations_workspace")
SIGN_INS = ("max_sign_ins_address", "max_sign_ins_address_and_account", "max_sign_ins_account", "sign_in_minutes")
CHANGES = ("changes_per_hour_user",)

TABLES: dict[str, tuple[str, ...]] = {
    "chat_session": SESSIONS,
    "chat_message": MESSAGES,
    # A message of a person has at most `MAX_MESSAGE_PARTS`, an answer those of its model calls.
    "message_part": (*MESSAGES, "max_model_calls"),
    # A turn answers one message or one retry, which counts as a message.
    "turn": (*MESSAGES, "max_queued_turns", "max_running_turns_user", "max_running_turns_workspace"),
    "open_part": ("max_running_turns_user", "max_running_turns_workspace"),
    "chat_event": (*SESSIONS, "max_session_events", "deletion_days"),
    # One row for each session and each person who may read it.
    "read_cursor": (*SESSIONS, *ACCOUNTS),
    # With an identity of single sign-on and preferences of fixed fields in the same row.
    "account": ACCOUNTS,
    "workspace": WORKSPACES,
    "member": (*WORKSPACES, *INVITATIONS, *ACCOUNTS),
    "login": ("max_logins_user", "login_days", "login_idle_days", *SIGN_INS),
    "api_token": ("max_tokens_user",),
    # An account has one link for a password reset, and the installation has one for set-up.
    "link": (*INVITATIONS, *ACCOUNTS),
    "known_place": ("max_known_places", "known_place_days"),
    "participant": ("max_participants_session",),
    "participant_change": (*CHANGES, "max_participant_changes"),
    "provider_key": ("max_keys_workspace",),
    "audit_entry": (*CHANGES, "limit_report_minutes", "audit_log_days"),
}
AUDIT: dict[AuditType, tuple[str, ...]] = {
    AuditType.WORKSPACE_CREATED: WORKSPACES,
    AuditType.WORKSPACE_RENAMED: CHANGES,
    AuditType.LOGIN_CREATED: SIGN_INS,
    AuditType.LOGIN_FAILED: SIGN_INS,
    # What ends, removes or revokes something is bounded by what was created before.
    AuditType.LOGIN_ENDED: SIGN_INS,
    AuditType.PASSWORD_CHANGED: (*CHANGES, "link_hours"),
    AuditType.PASSWORD_CHANGE_FAILED: ("max_password_changes_login", "sign_in_minutes"),
    AuditType.ROLE_CHANGED: CHANGES,
    AuditType.MEMBER_JOINED: (*INVITATIONS, *ACCOUNTS),
    AuditType.MEMBER_REMOVED: (*INVITATIONS, *ACCOUNTS),
    AuditType.INVITATION_CREATED: INVITATIONS,
    AuditType.INVITATION_REVOKED: INVITATIONS,
    AuditType.TOKEN_CREATED: CHANGES,
    AuditType.TOKEN_REVOKED: CHANGES,
    AuditType.KEY_STORED: CHANGES,
    AuditType.KEY_REMOVED: CHANGES,
    AuditType.SESSION_CREATED: SESSIONS,
    AuditType.SESSION_DELETED: SESSIONS,
    AuditType.SESSION_SHARED: CHANGES,
    AuditType.PARTICIPANT_ADDED: CHANGES,
    AuditType.PARTICIPANT_REMOVED: CHANGES,
    AuditType.LIMIT_REACHED: ("limit_report_minutes",),
}


def test_every_table_has_settings_that_bound_it() -> None:
    assert TABLES.keys() == SQLModel.metadata.tables.keys()
    assert all(TABLES.values())


def test_every_type_of_audit_entry_has_settings_that_bound_it() -> None:
    assert AUDIT.keys() == set(AuditType)
    assert all(AUDIT.values())


def test_the_settings_that_bound_tables_exist_and_are_limits_by_default() -> None:
    named = {name for names in (*TABLES.values(), *AUDIT.values()) for name in names}
    assert named <= Settings.model_fields.keys()
    # These count everything again at intervals, or depend on the size of the workspace: an operator sets them.
    optional = {"max_characters_user", "max_characters_workspace", "max_sessions_workspace"}
    assert {name for name in named if not Settings.model_fields[name].default} == optional
