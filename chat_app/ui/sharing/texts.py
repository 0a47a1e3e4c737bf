"""Texts of the sharing dialog."""

from __future__ import annotations

from chat_app.ui.texts import Forms, Section, Texts


class ParticipantRoleTexts(Texts):
    """Names of the roles of participants."""

    owner: str
    member: str


class SharingTexts(Section, name="sharing"):
    """Texts of the sharing dialog."""

    group: str
    workspace: str
    share: str
    people: str
    close: str
    looking: str
    you: str
    here_now: str
    only_you: str
    nobody: str
    remove: str
    remove_person: str
    leave: str
    add: str
    add_verb: str
    search: str
    roles: ParticipantRoleTexts
    found: Forms
    nobody_found: str
    everyone: str
    everyone_sees: str
    managers: str


SHARING = SharingTexts.load()
