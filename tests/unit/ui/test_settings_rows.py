"""The rows and options of the settings pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chat_app.domain.accounts import Account, Member
from chat_app.domain.actor import LOCAL_OWNER, Role
from chat_app.domain.agents import Agent
from chat_app.ui.settings.tabs.browser_names import browser_name
from chat_app.ui.settings.tabs.members_state import member_row
from chat_app.ui.settings.tabs.preferences_state import model_options

_MOZILLA = "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) {rest}"


def a_member(role: Role, user_id: str = "usr_bob") -> Member:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    account = Account(id=user_id, name="Bob", email=None, created_at=at)
    return Member(workspace_id=LOCAL_OWNER.workspace_id, account=account, role=role, joined_at=at)


@pytest.mark.parametrize(
    ("system", "rest", "name"),
    [
        ("X11; Linux x86_64", "Chrome/156.0.0.0 Safari/537.36", "Chrome · Linux"),
        ("Windows NT 10.0; Win64; x64", "Chrome/156.0.0.0 Safari/537.36 Edg/156.0", "Edge · Windows"),
        ("Linux; Android 16; K", "Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        ("iPhone; CPU iPhone OS 19_0 like Mac OS X", "Version/19.0 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        ("Macintosh; Intel Mac OS X 10.15; rv:150.0", "Gecko/20100101 Firefox/150.0", "Firefox · Mac"),
    ],
)
def test_a_browser_has_its_common_name(system: str, rest: str, name: str) -> None:
    assert browser_name(_MOZILLA.format(system=system, rest=rest)) == name


@pytest.mark.parametrize("client", ["", "curl/8", "<script>"])
def test_an_unknown_client_has_no_name(client: str) -> None:
    assert browser_name(client) == ""


@pytest.mark.parametrize(
    ("mine", "theirs", "managed", "resettable"),
    [
        (Role.OWNER, Role.OWNER, True, True),
        (Role.OWNER, Role.VIEWER, True, True),
        (Role.ADMIN, Role.OWNER, False, False),
        (Role.ADMIN, Role.ADMIN, True, False),
        (Role.MEMBER, Role.VIEWER, False, False),
    ],
)
def test_a_member_row_offers_the_actions_that_the_viewers_role_allows(
    mine: Role, theirs: Role, managed: bool, resettable: bool
) -> None:
    row = member_row(LOCAL_OWNER.model_copy(update={"role": mine}), a_member(theirs))
    assert (row["managed"], row["resettable"], row["me"]) == (managed, resettable, False)


def test_a_viewer_cannot_manage_their_own_account() -> None:
    row = member_row(LOCAL_OWNER, a_member(Role.OWNER, LOCAL_OWNER.user_id))
    assert (row["managed"], row["resettable"], row["me"]) == (False, False, True)


def test_the_chosen_model_stays_in_the_options_when_no_agent_has_it() -> None:
    ada = Agent.model_validate({"key": "ada", "name": "Ada", "color": "#b4552d", "model": "openai:gpt-6"})
    offered = {"model": "openai:gpt-6", "label": "gpt-6 · Ada", "gone": False}
    assert model_options([ada], chosen=None) == model_options([ada], chosen="openai:gpt-6") == [offered]
    gone = {"model": "openai:llama", "label": "llama", "gone": True}
    assert model_options([ada], chosen="openai:llama") == [offered, gone]
