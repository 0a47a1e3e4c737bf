"""Access to every event of the page over a real websocket: what it changes and shows for each kind of caller.

The events come from the states of the page. An event without a rule fails, and so does a rule without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

from chat_app.domain.sessions import Visibility
from tests.support.access_rules import ADMIN, MEMBER, OWNER, STRANGER, TARGETS, VIEWER, Rule, expected_refusal
from tests.support.agents import ECHO, write_agents
from tests.support.page_sockets import Person, event, hello, page_events, read_until_quiet
from tests.support.password_login import PASSWORD
from tests.support.servers import RunningApp, start_app, wait_until
from tests.support.session_events import PATIENCE

CALLERS = (VIEWER, MEMBER, ADMIN, OWNER, STRANGER)
"""Who can open a page. That nobody else can is tested in test_socket_authentication.py."""
TAB = Rule.SELF
"""Events about the sending tab and the person's own objects."""
RULES: dict[str, Rule] = {
    "AccountState.load": TAB,
    "AccountState.rename": TAB,
    "ComposerState.report_typing": Rule.SAYS,
    "ComposerState.send": Rule.SAYS,
    "ComposerState.stop": Rule.SAYS,
    "AuditLogState.load": Rule.MANAGES,
    "AuditLogState.load_more": Rule.MANAGES,
    "AuditLogState.search": Rule.MANAGES,
    "KeysState.load": Rule.MANAGES,
    "KeysState.remove": Rule.MANAGES,
    "KeysState.show_stored": Rule.MANAGES,
    "MembersState.change_role": Rule.MANAGES,
    "MembersState.invite": Rule.MANAGES,
    "MembersState.load": TAB,
    "MembersState.make_reset_link": Rule.OWNS,
    "MembersState.remove": Rule.MANAGES,
    "MembersState.rename_workspace": Rule.MANAGES,
    "MembersState.revoke": Rule.MANAGES,
    "PreferencesState.choose": TAB,
    "PreferencesState.load": TAB,
    "SettingsState.ask_to_confirm": TAB,
    "SettingsState.hide_secret": TAB,
    "SettingsState.cancel": TAB,
    "SharingState.add": Rule.HAS_PEOPLE,
    "SharingState.open_dialog": TAB,
    "SharingState.leave": Rule.SEES,
    "SharingState.remove": Rule.HAS_PEOPLE,
    "SharingState.share_with_workspace": Rule.HAS,
    "SessionActionsState.archive": Rule.SAYS,
    "SessionActionsState.delete": Rule.HAS,
    "SidebarState.follow_list": TAB,
    "SidebarState.list_ready": TAB,
    "SidebarState.load_more": TAB,
    "SessionActionsState.mark_read": Rule.SEES,
    "ViewerState.load_viewer": TAB,
    "SidebarState.narrow_to_agent": TAB,
    "SidebarState.narrow_to_origin": TAB,
    "SessionActionsState.rename": Rule.SAYS,
    "SessionActionsState.restore": Rule.SAYS,
    "SidebarState.show_archived": TAB,
    "SidebarState.show_unread_only": TAB,
    "TokensState.load": TAB,
    "TokensState.create": TAB,
    "TokensState.revoke": Rule.OWNS,
    "TranscriptState.find": Rule.SEES,
    "TranscriptState.follow": TAB,
    "TranscriptState.follow_model": Rule.SEES,
    "TranscriptState.jump": Rule.SEES,
    "TranscriptState.load_newer": Rule.SEES,
    "TranscriptState.load_older": Rule.SEES,
    "TranscriptState.set_visible": TAB,
    "TranscriptState.open_address": TAB,
    "TranscriptState.open_ahead": Rule.SEES,
    "TranscriptState.open_step": Rule.SEES,
    "TranscriptState.ready": TAB,
    "TranscriptState.resend": Rule.SEES,
    "TranscriptState.retry": Rule.SAYS,
    "TranscriptState.retry_with_model": Rule.SAYS,
    "TranscriptState.show": Rule.SEES,
}
SHOW = ("TranscriptState.open_ahead", "TranscriptState.show", "TranscriptState.jump", "TranscriptState.load_older")
"""After these, who may read a session has its words."""
CHANGE_SESSIONS = (
    "ComposerState.send",
    "SharingState.add",
    "SharingState.remove",
    "SharingState.share_with_workspace",
    "SessionActionsState.archive",
    "SessionActionsState.delete",
    "SessionActionsState.rename",
    "SessionActionsState.restore",
)
CHANGE_WORKSPACE = (
    "KeysState.remove",
    "MembersState.change_role",
    "MembersState.invite",
    "MembersState.remove",
    "MembersState.rename_workspace",
    "MembersState.revoke",
)
"""Events that change something for everybody."""
NAME_MEMBERS = ("MembersState.change_role", "MembersState.make_reset_link", "MembersState.remove")
NAME_THINGS = (*NAME_MEMBERS, "KeysState.remove", "MembersState.revoke", "TokensState.revoke")
"""Events that name an object of the workspace, which does not exist for a stranger."""
OF_SESSIONS = ("SEES", "SAYS", "HAS", "HAS_PEOPLE")
FORM_FIELDS = {
    "AccountState.rename": ("name",),
    "AuditLogState.search": ("text",),
    "MembersState.invite": ("role", "days"),
    "MembersState.rename_workspace": ("name",),
    "TokensState.create": ("name", "scope", "days"),
}
"""The fields of each form."""
_numbers = count()


@dataclass(frozen=True)
class Chat:
    """A session of the owner's.

    Args:
        id: Its id.
        words: A text in it that only people with read access may see.
        turn_id: The id of its only turn.
        message_id: The id of the answer.
    """

    id: str
    words: str
    turn_id: str
    message_id: str


class World:
    """All kinds of callers of a running app.

    Args:
        app: The app.
        lent: Closes the resources of the callers.
    """

    def __init__(self, app: RunningApp, lent: ExitStack) -> None:
        self.app = app
        self._lent = lent
        self.people: dict[str, Person] = {}
        found = re.search(r"/set-up#(\S+)", Path(app.log).read_text())
        assert found is not None
        self._comes(OWNER, "/v1/auth/set-up", found[1])
        for name in (VIEWER, MEMBER, ADMIN):
            self.joins(name, role=name)
        self.joins(STRANGER, role="member")
        here = self.id_of(STRANGER)
        theirs = self.people[STRANGER].post("/v1/workspaces", name="Elsewhere").json()["id"]
        self.people[STRANGER].ask("POST", f"/v1/workspaces/{theirs}/enter")
        self.owner.ask("DELETE", f"/v1/members/{here}")

    @property
    def owner(self) -> Person:
        return self.people[OWNER]

    def _comes(self, name: str, path: str, secret: str) -> None:
        person = self._lent.enter_context(Person(self.app.url))
        email = f"{name}@example.org"
        person.sign_in_with(path, secret=secret, name=name.title(), email=email, password=PASSWORD)
        self.people[name] = person

    def joins(self, name: str, *, role: str) -> str:
        """Add a member, and return their id."""
        path = self.owner.post("/v1/invitations", role=role).json()["path"]
        self._comes(name, "/v1/auth/join", path.partition("#")[2])
        return self.id_of(name)

    def id_of(self, name: str) -> str:
        return self.people[name].get("/v1/me")["user"]["id"]

    def chat(self, target: Visibility, *, said: bool = True) -> Chat:
        """Create a session of the owner, with or without messages."""
        words = f"secret-{target}-{next(_numbers)}"
        made = self.owner.post("/v1/chat", agent_key=ECHO, title=f"About {words}").json()["id"]
        chat = self._say(made, words) if said else Chat(made, words, "", "")
        if target is Visibility.GROUP:
            self.add(chat, MEMBER)
        elif target is Visibility.WORKSPACE:
            self.owner.ask("PATCH", f"/v1/chat/{made}", visibility="workspace")
        return chat

    def _say(self, session_id: str, words: str) -> Chat:
        self.owner.ask("POST", f"/v1/chat/{session_id}/messages", content=words)
        wait_until(lambda: self.owner.get(f"/v1/chat/{session_id}")["turns"][0]["status"] == "completed")
        turn = self.owner.get(f"/v1/chat/{session_id}")["turns"][0]
        return Chat(session_id, words, turn["id"], turn["assistant_message_id"])

    def add(self, chat: Chat, name: str) -> None:
        """Add somebody to a session."""
        self.owner.ask("POST", f"/v1/chat/{chat.id}/participants", user_id=self.id_of(name))

    def key(self) -> str:
        """Store a provider's key and return its name."""
        self.owner.ask("PUT", "/v1/keys/TESTING_API_KEY", value="no-key-of-anybodys")
        return "TESTING_API_KEY"

    def invitation(self) -> str:
        """Create an invitation and return its id."""
        return self.owner.post("/v1/invitations", role="viewer").json()["id"]

    def looks(self, chat: Chat) -> Any:
        """Return the state of a session for its owner."""
        return [self.owner.get(f"/v1/chat/{chat.id}{each}") for each in ("", "/messages", "/participants")]

    def workspace(self) -> Any:
        """Return the state of the workspace for its owner."""
        here = self.owner.get("/v1/me")["workspace"]
        return [here, *(self.owner.get(f"/v1/{each}") for each in ("members", "invitations", "tokens", "keys"))]

    def frame(self, name: str, who: str, chat: Chat, subject: str) -> str:
        """Return an event in the format of the page, with the values that its handler accepts.

        Args:
            name: The event.
            who: The sender.
            chat: The session that it names.
            subject: The person, the link, the token or the key that it names.
        """
        me = self.people[who].get("/v1/me")
        given: dict[str, Any] = {
            "session_id": chat.id,
            "message_id": chat.message_id,
            "turn_id": chat.turn_id,
            "user_id": subject,
            "link_id": subject,
            "token_id": subject,
            "name": subject,
            "role": "viewer",
            "model": "scripted:echo",
            "title": "Taken over",
            "text": f"@{ECHO} and more",
            "query": chat.words,
            "key": "",
            "request_id": f"req{next(_numbers)}",
            "agent_key": ECHO,
            "owner_key": f"{me['user']['id']}@{me['workspace']['id']}",
            "subject": subject,
            "origin": "",
            "value": "enter",
            "visible": True,
            "on": chat.words.startswith(("secret-private", "secret-group")),
        }
        fields = {"name": f"Taken over {next(_numbers)}", "role": "viewer", "days": "7", "scope": "read", "text": ""}
        given["form"] = {key: fields[key] for key in FORM_FIELDS.get(name, ())}
        if name == "PreferencesState.choose":
            given["name"] = "send_key"
        full_name, arguments = HANDLERS[name]
        return event(full_name, **{argument: given[argument] for argument in arguments})


HANDLERS = page_events()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("events") / "data"
    folder.mkdir()
    write_agents(folder)
    env = {"CHAT_APP_AUTH": "password", "CHAT_APP_ALLOW_SCRIPTED": "1", "CHAT_APP_REQUESTS_PER_MINUTE_USER": "0"}
    with start_app(folder, env=env) as running, ExitStack() as lent:
        yield World(running, lent)
        assert running.process.poll() is None


def allowed(name: str, who: str, target: Visibility) -> bool:
    """Whether a caller may send an event for the owner's session or the owner's workspace."""
    return expected_refusal(RULES[name], who, target) is None


def refused_in_workspace(who: str) -> list[str]:
    """Return the events that a caller may not send for the owner's workspace or for the owner."""
    if who == OWNER:
        return []
    if who == STRANGER:
        return list(NAME_THINGS)
    of_workspace = [name for name, rule in RULES.items() if rule in (Rule.MANAGES, Rule.OWNS)]
    return [name for name in of_workspace if name in NAME_MEMBERS or not allowed(name, who, TARGETS[0])]


def owners_own(world: World, name: str) -> str:
    """Return the id that a forbidden event names."""
    match name:
        case "MembersState.revoke":
            return world.invitation()
        case "KeysState.remove":
            return world.key()
        case "TokensState.revoke":
            return world.owner.post("/v1/tokens", name="the owner's", scope="read").json()["id"]
        case _ if name in NAME_MEMBERS:
            return world.id_of(OWNER)
        case _:
            return world.id_of(VIEWER)


def prepared(world: World, name: str, chat: Chat) -> str:
    """Prepare a session or the workspace for a permitted event, and return the id that the event names."""
    match name:
        case "MembersState.revoke":
            return world.invitation()
        case "KeysState.remove":
            return world.key()
        case _ if name in NAME_MEMBERS:
            return world.joins(f"extra{next(_numbers)}", role="member")
        case "SharingState.remove":
            world.add(chat, VIEWER)
        case "SessionActionsState.restore":
            world.owner.ask("DELETE", f"/v1/chat/{chat.id}")
        case _:
            pass
    return world.id_of(VIEWER)


def test_rules_and_events_of_the_page_match() -> None:
    assert HANDLERS.keys() == RULES.keys()


@pytest.mark.parametrize("who", CALLERS)
def test_a_forbidden_event_changes_nothing_and_shows_nothing(world: World, who: str) -> None:
    chats = {target: world.chat(target) for target in TARGETS}
    of_sessions = [name for name, rule in RULES.items() if rule.name in OF_SESSIONS]
    events = [(name, target) for name, target in product(of_sessions, TARGETS) if not allowed(name, who, target)]
    events += [(name, TARGETS[0]) for name in refused_in_workspace(who)]
    frames = [world.frame(name, who, chats[target], owners_own(world, name)) for name, target in events]
    before = [world.workspace(), *(world.looks(chat) for chat in chats.values())]
    with world.people[who].open_socket(world.app) as socket:
        socket.send(hello())
        for frame in frames:
            socket.send(frame)
        seen = read_until_quiet(socket, quiet=1.0)
    hidden = [chat.words for target, chat in chats.items() if not allowed("TranscriptState.show", who, target)]
    assert [words for words in hidden if words in seen] == []
    assert [world.workspace(), *(world.looks(chat) for chat in chats.values())] == before
    assert bool(frames) == (who != OWNER)


@pytest.mark.parametrize("who", CALLERS)
def test_a_permitted_event_takes_effect(world: World, who: str) -> None:
    cells = [(name, target) for name, target in product(CHANGE_SESSIONS, TARGETS) if allowed(name, who, target)]
    if who == MEMBER:
        cells.append(("SharingState.leave", Visibility.GROUP))
    for name, target in cells:
        chat = world.chat(target, said=False)
        frame = world.frame(name, who, chat, prepared(world, name, chat))
        changes(world, who, frame, lambda chat=chat: world.looks(chat), what=f"{name} on {target}")
    for name in CHANGE_WORKSPACE if who in (ADMIN, OWNER) else ():
        chat = world.chat(Visibility.PRIVATE, said=False)
        frame = world.frame(name, who, chat, prepared(world, name, chat))
        changes(world, who, frame, world.workspace, what=name)


def changes(world: World, who: str, frame: str, look: Callable[[], Any], *, what: str) -> None:
    """Send an event over a new event socket, and wait until the observed state has changed."""
    before = look()
    with world.people[who].open_socket(world.app) as socket:
        socket.send(hello())
        socket.send(frame)
        wait_until(lambda: look() != before, what=what)


@pytest.mark.parametrize("who", CALLERS)
def test_a_session_is_shown_to_people_who_may_read_it(world: World, who: str) -> None:
    for name, target in product(SHOW, TARGETS):
        if not allowed(name, who, target):
            continue
        chat, seen = world.chat(target), ""
        with world.people[who].open_socket(world.app) as socket:
            socket.send(hello())
            socket.send(world.frame(name, who, chat, ""))
            while chat.words not in seen:
                seen += str(socket.recv(timeout=PATIENCE))
