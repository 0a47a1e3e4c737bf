"""Access to every operation of the REST API: the expected response for each kind of caller.

The operations come from the OpenAPI description. An operation without a rule fails, and so does a rule without one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import ASGIApp, Message

from chat_app.api.app import build_api
from chat_app.db import accounts
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.sessions import Visibility
from chat_app.services.accounts import invitations, members, password_reset, tokens, workspaces
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.set_up import issue_set_up_link, set_up_installation
from chat_app.services.runtime import Runtime
from chat_app.services.secrets import provider_keys
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import create_session, share_session
from chat_app.settings.application import Settings
from chat_app.settings.web import WebSettings
from chat_app.web.middleware import build_front
from tests.support.access_rules import (
    ADMIN,
    ADMIN_TOKEN,
    ANONYMOUS,
    EVERYBODY,
    MEMBER,
    OWNER,
    READ,
    STRANGER,
    TARGETS,
    VIEWER,
    WRITE,
    Rule,
    expected_refusal,
)
from tests.support.agents import ECHO
from tests.support.asgi import make_scope
from tests.support.password_login import PASSWORD, add_member, set_up_owner
from tests.support.session_events import wait_for_turn_end
from tests.support.stored_rows import whole_database

pytestmark = pytest.mark.anyio


RULES: dict[tuple[str, str], Rule] = {
    ("get", "/healthz"): Rule.OPEN,
    ("get", "/readyz"): Rule.OPEN,
    ("get", "/metrics"): Rule.MONITORING,
    ("get", "/v1/auth"): Rule.OPEN,
    ("post", "/v1/auth/sign-in"): Rule.OPEN,
    ("post", "/v1/auth/links"): Rule.OPEN,
    ("post", "/v1/auth/set-up"): Rule.OPEN,
    ("post", "/v1/auth/join"): Rule.OPEN,
    ("post", "/v1/auth/reset"): Rule.OPEN,
    ("post", "/v1/auth/sign-out"): Rule.NO_TOKEN,
    ("get", "/v1/auth/oidc/start"): Rule.OPEN,
    ("post", "/v1/auth/oidc/start"): Rule.OPEN,
    ("get", "/v1/auth/oidc/callback"): Rule.OPEN,
    ("get", "/v1/me"): Rule.SELF,
    ("patch", "/v1/me"): Rule.PERSON,
    ("get", "/v1/me/preferences"): Rule.SELF,
    ("patch", "/v1/me/preferences"): Rule.SELF_CHANGED,
    ("post", "/v1/me/password"): Rule.PAGE,
    ("get", "/v1/me/logins"): Rule.SELF,
    ("delete", "/v1/me/token"): Rule.TOKEN,
    ("get", "/v1/tokens"): Rule.SELF,
    ("post", "/v1/tokens"): Rule.PERSON,
    ("post", "/v1/tokens/revoke-all"): Rule.PERSON,
    ("delete", "/v1/tokens/{token_id}"): Rule.PERSON,
    ("post", "/v1/workspaces"): Rule.PERSON,
    ("post", "/v1/workspaces/join"): Rule.PERSON,
    ("post", "/v1/workspaces/{workspace_id}/enter"): Rule.PAGE,
    ("patch", "/v1/workspace"): Rule.MANAGES,
    ("get", "/v1/members"): Rule.SELF,
    ("patch", "/v1/members/{user_id}"): Rule.MANAGES,
    ("delete", "/v1/members/{user_id}"): Rule.MANAGES,
    ("post", "/v1/members/{user_id}/reset-link"): Rule.OWNS,
    ("get", "/v1/invitations"): Rule.MANAGES,
    ("post", "/v1/invitations"): Rule.MANAGES,
    ("delete", "/v1/invitations/{link_id}"): Rule.MANAGES,
    ("get", "/v1/audit"): Rule.MANAGES,
    ("get", "/v1/keys"): Rule.MANAGES,
    ("put", "/v1/keys/{name}"): Rule.MANAGES,
    ("delete", "/v1/keys/{name}"): Rule.MANAGES,
    ("get", "/v1/agents"): Rule.SELF,
    ("get", "/v1/events"): Rule.SELF,
    ("get", "/v1/chat"): Rule.SELF,
    ("post", "/v1/chat"): Rule.WRITES,
    ("get", "/v1/chat/{chat_id}"): Rule.SEES,
    ("get", "/v1/chat/{chat_id}/messages"): Rule.SEES,
    ("get", "/v1/chat/{chat_id}/events"): Rule.SEES,
    ("put", "/v1/chat/{chat_id}/read"): Rule.MARKS,
    ("patch", "/v1/chat/{chat_id}"): Rule.SAYS,
    ("post", "/v1/chat/{chat_id}/messages"): Rule.SAYS,
    ("post", "/v1/chat/{chat_id}/stop"): Rule.SAYS,
    ("post", "/v1/chat/{chat_id}/typing"): Rule.SAYS,
    ("delete", "/v1/chat/{chat_id}"): Rule.HAS,
    ("get", "/v1/chat/{chat_id}/participants"): Rule.SEES_PEOPLE,
    ("post", "/v1/chat/{chat_id}/participants"): Rule.HAS_PEOPLE,
    ("delete", "/v1/chat/{chat_id}/participants/{user_id}"): Rule.HAS_PEOPLE,
}
NO_ACTOR = "no actor"
"""Routes that do not act for the person of a token: a one-time link, a password or the provider decides."""
BROWSER = "browser"
"""Routes that refuse tokens of every scope."""
SCOPES: dict[tuple[str, str], Scope | str] = {
    ("post", "/v1/auth/sign-in"): NO_ACTOR,
    ("post", "/v1/auth/links"): NO_ACTOR,
    ("post", "/v1/auth/set-up"): NO_ACTOR,
    ("post", "/v1/auth/join"): NO_ACTOR,
    ("post", "/v1/auth/reset"): NO_ACTOR,
    ("post", "/v1/auth/oidc/start"): NO_ACTOR,
    ("post", "/v1/auth/sign-out"): Scope.ADMIN,
    ("patch", "/v1/me"): Scope.ADMIN,
    ("patch", "/v1/me/preferences"): Scope.WRITE,
    ("post", "/v1/me/password"): BROWSER,
    # Every program may end its own access.
    ("delete", "/v1/me/token"): Scope.READ,
    ("post", "/v1/tokens"): Scope.ADMIN,
    ("post", "/v1/tokens/revoke-all"): Scope.ADMIN,
    ("delete", "/v1/tokens/{token_id}"): Scope.ADMIN,
    ("post", "/v1/workspaces"): Scope.ADMIN,
    ("post", "/v1/workspaces/join"): Scope.ADMIN,
    ("post", "/v1/workspaces/{workspace_id}/enter"): BROWSER,
    ("patch", "/v1/workspace"): Scope.ADMIN,
    ("patch", "/v1/members/{user_id}"): Scope.ADMIN,
    ("delete", "/v1/members/{user_id}"): Scope.ADMIN,
    ("post", "/v1/members/{user_id}/reset-link"): Scope.ADMIN,
    ("post", "/v1/invitations"): Scope.ADMIN,
    ("delete", "/v1/invitations/{link_id}"): Scope.ADMIN,
    ("put", "/v1/keys/{name}"): Scope.ADMIN,
    ("delete", "/v1/keys/{name}"): Scope.ADMIN,
    ("post", "/v1/chat"): Scope.WRITE,
    ("put", "/v1/chat/{chat_id}/read"): Scope.WRITE,
    ("patch", "/v1/chat/{chat_id}"): Scope.WRITE,
    ("post", "/v1/chat/{chat_id}/messages"): Scope.WRITE,
    ("post", "/v1/chat/{chat_id}/stop"): Scope.WRITE,
    ("post", "/v1/chat/{chat_id}/typing"): Scope.WRITE,
    ("delete", "/v1/chat/{chat_id}"): Scope.WRITE,
    ("post", "/v1/chat/{chat_id}/participants"): Scope.WRITE,
    ("delete", "/v1/chat/{chat_id}/participants/{user_id}"): Scope.WRITE,
}
"""The smallest scope of a token with which each operation that changes something is allowed."""
TOKENS = {READ: Scope.READ, WRITE: Scope.WRITE, ADMIN_TOKEN: Scope.ADMIN}
_numbers = count()
QUERIES = {("delete", "/v1/chat/{chat_id}"): "?permanent=true"}


@dataclass(frozen=True)
class World:
    """The running application with all kinds of callers.

    Args:
        front: The ASGI app that receives the requests.
        app: Its parts.
        actors: All callers except the anonymous one.
    """

    front: ASGIApp
    app: Runtime
    actors: Mapping[str, Actor]

    async def credentials(self, who: str) -> dict[str, str]:
        """Return headers that authenticate this one request."""
        if who == ANONYMOUS:
            return {}
        actor = self.actors[who]
        if who in TOKENS:
            scope = TOKENS[who]
            issued = await tokens.create_token(actor, name="one request", scope=scope)
            token, secret = issued.value, issued.secret
            assert token.scope == scope
            return {"authorization": f"Bearer {secret}"}
        async with self.app.db.write() as tx:
            account = await accounts.get(tx, actor.user_id)
            assert account is not None
            secret = (await start_login(tx, account, client="", workspace_id=actor.workspace_id)).secret
        return {"cookie": f"chat_login={secret}", "origin": "http://localhost:8000"}

    async def chat(self, target: Visibility) -> str:
        """Create a chat of the owner."""
        owner = self.actors[OWNER]
        made = await create_session(owner, agent_key=ECHO)
        if target is Visibility.GROUP:
            await participants.add_participant(owner, made.id, self.actors[MEMBER].user_id)
        elif target is Visibility.WORKSPACE:
            await share_session(owner, made.id, Visibility.WORKSPACE)
        return made.id

    async def somebody(self) -> str:
        """Add a member on whom no other test depends."""
        member, _ = await add_member(self.actors[OWNER], f"Extra{next(_numbers)}", Role.VIEWER)
        return member.user_id


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login, and without limits that these requests reach."""
    names = [name for name in Settings.model_fields if name.endswith(("_user", "_workspace"))]
    return settings.model_copy(update={"auth": "password", **dict.fromkeys(names, 0)})


@pytest.fixture
async def world(app: Runtime, tmp_path: Path) -> World:
    """The running application with all kinds of callers."""
    owner = await set_up_owner()
    by_name = {name: (await add_member(owner, name.title(), Role(name)))[0] for name in (VIEWER, MEMBER, ADMIN)}
    eve, _ = await add_member(owner, "Eve", Role.MEMBER)
    own = await workspaces.create_workspace(eve, name="Elsewhere")
    await members.remove_member(owner, eve.user_id)
    stranger = eve.model_copy(update={"workspace_id": own.id, "role": Role.OWNER})
    front, _ = build_front(build_api(), site=tmp_path, settings=WebSettings())
    holders = dict.fromkeys((OWNER, READ, WRITE, ADMIN_TOKEN), owner)
    return World(front, app, {**by_name, **holders, STRANGER: stranger})


BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/v1/chat"): {"agent_key": ECHO},
    ("patch", "/v1/chat/{chat_id}"): {"title": "Another"},
    ("post", "/v1/chat/{chat_id}/messages"): {"content": f"@{ECHO} hello"},
    ("patch", "/v1/members/{user_id}"): {"role": "viewer"},
    ("post", "/v1/invitations"): {"role": "viewer"},
    ("post", "/v1/tokens"): {"name": "a token", "scope": "read"},
    ("patch", "/v1/me/preferences"): {"density": "compact"},
    ("patch", "/v1/workspace"): {"name": "A name"},
    ("post", "/v1/workspaces"): {"name": "A name"},
    ("put", "/v1/keys/{name}"): {"value": "a-key-for-tests"},
    ("post", "/v1/me/password"): {"old": PASSWORD, "new": PASSWORD},
    ("post", "/v1/auth/sign-in"): {"email": "member@example.org", "password": PASSWORD},
    ("post", "/v1/auth/sign-out"): {},
    ("post", "/v1/auth/oidc/start"): {"secret": "an invitation's"},
}


async def body_of(world: World, operation: tuple[str, str]) -> dict[str, Any] | None:
    """Return a valid body for an operation, with objects created for this request."""
    owner = world.actors[OWNER]
    match operation:
        case ("post", "/v1/chat/{chat_id}/participants"):
            return {"user_id": world.actors[ADMIN].user_id}
        case ("post", "/v1/workspaces/join" | "/v1/auth/links"):
            return {"secret": (await invitations.create_invitation(owner, role=Role.VIEWER)).secret}
        case ("post", "/v1/auth/reset"):
            return {
                "secret": (await password_reset.create_reset_link(owner, await world.somebody())).secret,
                "password": PASSWORD,
            }
        case ("post", "/v1/auth/join"):
            email = f"joins{next(_numbers)}@example.org"
            secret = (await invitations.create_invitation(owner, role=Role.VIEWER)).secret
            return {"secret": secret, "name": email, "email": email, "password": PASSWORD}
        case ("patch", "/v1/me"):
            return {"name": f"A name {next(_numbers)}"}
        case _:
            return BODIES.get(operation)


async def address_of(world: World, operation: tuple[str, str], who: str, target: Visibility) -> str:
    """Return a valid address for an operation, with objects created for this request."""
    path = operation[1]
    actor = world.actors.get(who, world.actors[OWNER])
    if "{chat_id}" in path:
        chat_id = await world.chat(target)
        path = path.replace("{chat_id}", chat_id)
        if "{user_id}" in path:
            somebody = await world.somebody()
            if target is not Visibility.PRIVATE:
                await participants.add_participant(world.actors[OWNER], chat_id, somebody)
            path = path.replace("{user_id}", somebody)
    if "{user_id}" in path:
        path = path.replace("{user_id}", await world.somebody())
    if "{link_id}" in path:
        issued = await invitations.create_invitation(world.actors[OWNER], role=Role.VIEWER)
        path = path.replace("{link_id}", issued.value.id)
    if "{name}" in path:
        # The stranger manages a workspace of their own.
        await provider_keys.put_key(actor if who == STRANGER else world.actors[OWNER], "A_KEY", "a-key-for-tests")
        path = path.replace("{name}", "A_KEY")
    if "{token_id}" in path:
        token = (await tokens.create_token(actor, name="theirs", scope=Scope.READ)).value
        path = path.replace("{token_id}", token.id)
    return path.replace("{workspace_id}", actor.workspace_id) + QUERIES.get(operation, "")


async def ask(front: ASGIApp, method: str, address: str, headers: dict[str, str], body: Any) -> int:
    """Return the status of a response; a stream is closed as soon as it has started."""
    content = b"" if body is None else json.dumps(body).encode()
    kind = {} if body is None else {"content_type": "application/json"}
    scope = make_scope(address, method=method.upper(), **headers, **kind)
    status, sent = 0, False
    with anyio.CancelScope() as cancel:

        async def receive() -> Message:
            nonlocal sent
            if sent:
                await anyio.sleep_forever()
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if (b"content-type", b"text/event-stream; charset=utf-8") in message["headers"]:
                    cancel.cancel()

        await front(scope, receive, send)
    return status


def operations() -> set[tuple[str, str]]:
    """Return the operations in the OpenAPI description."""
    paths: dict[str, dict[str, Any]] = build_api().openapi()["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def test_rules_and_operations_of_the_rest_api_match() -> None:
    assert operations() == RULES.keys()


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name.lower())
async def test_each_caller_gets_the_response_of_the_rule(world: World, rule: Rule) -> None:
    wrong = [
        problem
        for operation in sorted(RULES)
        if RULES[operation] is rule
        for target in (TARGETS if "{chat_id}" in operation[1] else TARGETS[:1])
        for who in EVERYBODY
        for problem in await problems_of(world, operation, who, target)
    ]
    assert wrong == []


async def problems_of(world: World, operation: tuple[str, str], who: str, target: Visibility) -> list[str]:
    """Make the request of one cell, and return what is wrong with the response."""
    method, path = operation
    address = await address_of(world, operation, who, target)
    body = await body_of(world, operation)
    status = await ask(world.front, method, address, await world.credentials(who), body)
    if status == 202:
        await wait_for_turn_end(address.split("/")[3])
    refusal = expected_refusal(RULES[operation], who, target)
    if who == STRANGER and refusal is None and address_names_another(operation):
        refusal = 404
    good = status == refusal if refusal is not None else is_no_refusal(status, operation, target)
    return [] if good else [f"{method} {path} by {who}, {target}: {status} and not {refusal}"]


def test_every_operation_that_changes_something_declares_the_scope_that_a_token_needs() -> None:
    assert {operation for operation in operations() if operation[0] != "get"} == SCOPES.keys()


@pytest.mark.parametrize("who", TOKENS)
async def test_a_token_changes_only_what_its_scope_allows(world: World, who: str) -> None:
    wrong: list[str] = []
    for operation, needed in SCOPES.items():
        address = await address_of(world, operation, who, Visibility.GROUP)
        signs_out = operation == ("post", "/v1/auth/sign-out")
        body = {"everywhere": True} if signs_out else await body_of(world, operation)
        headers = await world.credentials(who)
        before = await whole_database(world.app)
        status = await ask(world.front, operation[0], address, headers, body)
        if status == 202:
            await wait_for_turn_end(address.split("/")[3])
        allowed = needed == NO_ACTOR or (isinstance(needed, Scope) and TOKENS[who].covers(needed))
        changed = await whole_database(world.app) != before
        if (status == 403) is allowed or (changed and not allowed):
            wrong.append(f"{operation} with a {who}: {status}, {'changed' if changed else 'unchanged'}")
    assert wrong == []


def address_names_another(operation: tuple[str, str]) -> bool:
    """Whether an address names an object of the owner's workspace, which does not exist for a stranger."""
    return any(name in operation[1] for name in ("/members/{user_id}", "{link_id}"))


def is_no_refusal(status: int, operation: tuple[str, str], target: Visibility) -> bool:
    """Whether a response is the one that permitted actors get."""
    if operation == ("post", "/v1/auth/set-up"):
        return status == 422
    if "/oidc/" in operation[1]:
        # People sign in with passwords here.
        return status == 404
    if target is Visibility.PRIVATE and operation == ("delete", "/v1/chat/{chat_id}/participants/{user_id}"):
        # A private chat has no participant to remove.
        return status == 404
    return 200 <= status < 300


async def test_set_up_is_refused_once_somebody_can_sign_in(world: World) -> None:
    assert await issue_set_up_link() is None
    with pytest.raises(Exception, match="no longer valid"):
        await set_up_installation("guessed", name="Eve", email="eve2@example.org", password=PASSWORD)
