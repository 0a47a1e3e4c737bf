"""Chains of generated REST requests, each with ids from earlier responses, by an owner, a member and a viewer.

Every response must match the OpenAPI description. A longer search for new chains:

    HYPOTHESIS_PROFILE=long pytest -n 3 tests/integration/api/test_request_chains.py
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import hypothesis
import pytest
import requests
from annotated_types import Ge
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from chat_app.domain.actor import Role
from chat_app.settings.limits import LimitSettings
from tests.support.agents import ECHO, write_agents
from tests.support.described_api import DESCRIPTION, STREAMS, assert_error, find_inapplicable_checks
from tests.support.page_sockets import Person
from tests.support.password_login import OWNER, PASSWORD
from tests.support.servers import RunningApp, find_log_errors, start_app, wait_until

LONG = hypothesis.settings.get_current_profile_name() == "long"
CHAINS = 100 if LONG else 5
"""For each role."""
STEPS = 40 if LONG else 12
"""Requests in a chain."""
CHANGES_THE_LOGIN = r"^/v1/(me/token|me/password|auth/sign-out|workspaces/.*)$"
"""Addresses after which nobody is signed in, or only for another workspace."""
PATIENCE = 60.0
"""Time limit of a request in seconds, on a busy machine."""
_numbers = count()


class People:
    """Creates people with workspaces of their own.

    Args:
        app: The running server.
    """

    def __init__(self, app: RunningApp) -> None:
        self._app = app
        wait_until(lambda: "/set-up#" in app.read_log())
        self._owner = self._join("set-up", app.read_log().partition("/set-up#")[2].split()[0], OWNER)

    def with_role(self, role: Role) -> Person:
        """Return a new person with a role in a new workspace, which has another owner, a member and two sessions."""
        with self._invited_by(self._owner, Role.MEMBER) as host:
            workspace_id = host.post("/v1/workspaces", name="Theirs").json()["id"]
            host.ask("POST", f"/v1/workspaces/{workspace_id}/enter")
            session = host.post("/v1/chat", agent_key=ECHO, title="Shared").json()
            host.ask("PATCH", f"/v1/chat/{session['id']}", visibility="workspace")
            host.ask("POST", "/v1/chat", agent_key=ECHO, title="Private")
            person = self._invited_by(host, Role.ADMIN if role is Role.OWNER else role)
            person.id = person.get("/v1/me")["user"]["id"]
            if role is Role.OWNER:
                host.ask("PATCH", f"/v1/members/{person.id}", role=role)
            return person

    def close(self) -> None:
        """Close the connections."""
        self._owner.browser.close()

    def _invited_by(self, host: Person, role: Role) -> Person:
        invitation = host.post("/v1/invitations", role=role).json()
        return self._join("join", invitation["path"].partition("#")[2], f"person{next(_numbers)}@example.org")

    def _join(self, how: str, secret: str, email: str) -> Person:
        person = Person(self._app.url, browser=httpx.Client(timeout=PATIENCE))
        person.sign_in_with(f"/v1/auth/{how}", secret=secret, name=email, email=email, password=PASSWORD)
        return person


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("chains") / "data"
    folder.mkdir(mode=0o700)
    write_agents(folder)
    # Limits that may be 0, which is no limit.
    limits = [name for name, field in LimitSettings.model_fields.items() if Ge(0) in field.metadata]
    env = {f"CHAT_APP_{name.upper()}": "0" for name in limits}
    with start_app(folder, env={**env, "CHAT_APP_ALLOW_SCRIPTED": "1", "CHAT_APP_AUTH": "password"}) as app:
        yield app


@pytest.fixture(scope="module")
def people(server: RunningApp) -> Iterator[People]:
    people = People(server)
    yield people
    people.close()


@pytest.mark.parametrize("role", [Role.OWNER, Role.MEMBER, Role.VIEWER])
def test_chains_of_requests_get_the_responses_of_the_openapi_description(
    server: RunningApp, people: People, role: Role
) -> None:
    described = DESCRIPTION.exclude(path_regex=STREAMS).exclude(path_regex=CHANGES_THE_LOGIN)

    class Chain(described.as_state_machine()):
        def setup(self) -> None:
            self.person = people.with_role(role)
            self.sender = requests.Session()
            self.has_archived = False

        def teardown(self) -> None:
            self.person.browser.close()
            self.sender.close()
            super().teardown()  # pyright: ignore[reportUnknownMemberType]

        def before_call(self, case: Any) -> None:
            match case.operation.label:
                case "POST /v1/chat" if case.meta.generation.mode.is_positive:
                    case.body["agent_key"] = ECHO
                case "DELETE /v1/members/{user_id}" if case.path_parameters.get("user_id") == self.person.id:
                    # Who has left finds nothing more of what they created.
                    case.path_parameters["user_id"] = "nobody"
                case _:
                    pass

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {
                "base_url": server.url,
                "session": self.sender,
                "timeout": PATIENCE,
                "headers": {"Origin": server.url},
                "cookies": {"chat_login": self.person.cookie},
            }

        def validate_response(self, response: Any, case: Any, **options: Any) -> None:
            if response.status_code >= 400:
                assert_error(response.json())
            if case.operation.label == "DELETE /v1/chat/{chat_id}" and "permanent=true" not in response.request.url:
                self.has_archived = True
            excluded = find_inapplicable_checks(response)
            if self.has_archived:
                # An archived session can still be read, which the check takes for a fault.
                excluded.append(checks.use_after_free)  # pyright: ignore[reportUnknownMemberType]
            case.validate_response(response, excluded_checks=excluded, recorder=self.recorder)

    Chain.run(
        settings=settings(
            max_examples=CHAINS,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
            phases=[hypothesis.Phase.generate],
        )
    )
    assert not find_log_errors(server.read_log())
