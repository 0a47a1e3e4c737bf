"""Who may grant a one-time link."""

from __future__ import annotations

import pytest

from chat_app.domain.access import may_grant_link
from chat_app.domain.accounts import LinkPurpose
from chat_app.domain.actor import Role
from tests.support.builders import a_link


@pytest.mark.parametrize("purpose", LinkPurpose)
@pytest.mark.parametrize("role", [*Role, None])
def test_the_rule_of_who_may_grant_a_link(purpose: LinkPurpose, role: Role | None) -> None:
    granted = {each for each in Role if may_grant_link(role, a_link(purpose=purpose, role=each))}
    match purpose, role:
        case (LinkPurpose.INVITE, Role.OWNER) | (LinkPurpose.RESET, Role.OWNER):
            assert granted == set(Role)
        case (LinkPurpose.INVITE, Role.ADMIN):
            assert granted == set(Role) - {Role.OWNER}
        case _:
            assert granted == set()
