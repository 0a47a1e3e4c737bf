"""The members of the workspace and the invitations to it."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from chat_app.domain.accounts import Link, Member
from chat_app.domain.actor import Actor, Role
from chat_app.services.accounts import invitations, members, password_reset, workspaces
from chat_app.services.accounts.one_time_links import link_path
from chat_app.ui.arguments import IdText, InvitationForm, NameForm, RoleName
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.state import ViewerState, reload_viewer


class MemberRow(TypedDict):
    """A member of the workspace."""

    id: str
    name: str
    email: str
    role: str
    me: bool
    managed: bool
    """Whether the viewer may change this member's role and remove them."""
    resettable: bool
    """Whether the viewer may make a password reset link for this member."""


class InvitationRow(TypedDict):
    """An open invitation."""

    id: str
    role: str
    expires: str


class MembersState(SettingsState):
    """The members of the workspace."""

    members: list[MemberRow] = []
    invitations: list[InvitationRow] = []
    manages: bool = False
    owns: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Load the members and invitations."""
        self._reset_page()
        await self._list()

    async def _list(self) -> None:
        who = actor()
        self.manages, self.owns = who.role.at_least(Role.ADMIN), who.role == Role.OWNER
        self.members = [member_row(who, member) for member in await members.list_members(who)]
        links = await invitations.list_invitations(who) if self.manages else []
        self.invitations = [invitation_row(link) for link in links]
        self.loaded = True

    @rx.event
    async def change_role(self, user_id: IdText, role: RoleName) -> None:
        """Change the role of a member."""
        with self._showing_problem():
            await members.change_role(actor(), user_id, role=Role(role))
        await self._list()

    @rx.event
    async def remove(self, user_id: IdText) -> Any:
        """Remove a member, or leave the workspace."""
        leaves = user_id == actor().user_id
        with self._showing_problem():
            await members.remove_member(actor(), user_id)
            if leaves:
                return rx.redirect("/")
        await self._list()
        return None

    @rx.event
    async def invite(self, form: InvitationForm) -> None:
        """Create an invitation and show its link."""
        with self._showing_problem():
            issued = await invitations.create_invitation(actor(), role=Role(form["role"]), days=int(form["days"]))
            self.new_secret = link_path(issued.value.purpose, issued.secret)
        await self._list()

    @rx.event
    async def revoke(self, link_id: IdText) -> None:
        """Revoke an invitation."""
        with self._showing_problem():
            await invitations.revoke_invitation(actor(), link_id)
        await self._list()

    @rx.event
    async def make_reset_link(self, user_id: IdText) -> None:
        """Make a password reset link for a member."""
        with self._showing_problem():
            issued = await password_reset.create_reset_link(actor(), user_id)
            self.new_secret = link_path(issued.value.purpose, issued.secret)

    @rx.event
    async def rename_workspace(self, form: NameForm) -> None:
        """Rename the workspace."""
        with self._showing_problem():
            await workspaces.rename_workspace(actor(), name=form["name"])
            await reload_viewer(await self.get_state(ViewerState))


def member_row(actor: Actor, member: Member) -> MemberRow:
    """Return the row of a member for the actor."""
    me = member.account.id == actor.user_id
    return MemberRow(
        id=member.account.id,
        name=member.account.name,
        email=member.account.email or "",
        role=member.role.value,
        me=me,
        managed=actor.role.at_least(Role.ADMIN) and not me and (member.role != Role.OWNER or actor.role == Role.OWNER),
        resettable=actor.role == Role.OWNER and not me,
    )


def invitation_row(link: Link) -> InvitationRow:
    """Return the row of an invitation."""
    return InvitationRow(id=link.id, role=link.role.value if link.role else "", expires=link.expires_at.isoformat())
