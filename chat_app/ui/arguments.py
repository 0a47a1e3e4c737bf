"""Types of the arguments of events, each with a bound on its size (`web/event_rules.py` checks them).

They are as wide as what the page can send; the services have the rules, and say in words what is wrong with a value.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import TypedDict

from chat_app.domain.actor import Role, Scope
from chat_app.domain.preferences import Preferences

IdText = Annotated[str, StringConstraints(max_length=64)]
"""An id, the key of an agent or the name of an origin; "" for none."""
ObjectName = Annotated[str, StringConstraints(max_length=128)]
"""The id of a thing, or the name of a provider key."""
OwnerKey = Annotated[str, StringConstraints(max_length=160)]
"""The ids of a person and of a workspace, which the browser stores with a message."""
MessageText = Annotated[str, StringConstraints(max_length=1_000_000)]
"""The text of a message, as long as a frame of the websocket may be: a page sends what somebody has pasted, and the
answer says that it is too long."""
LineText = Annotated[str, StringConstraints(max_length=4_000)]
"""What a person types into a field of one line."""
ModelName = Annotated[str, StringConstraints(max_length=256)]
"""The name of a model, or the value of another preference."""
StepKey = Annotated[str, StringConstraints(max_length=256)]
"""The key of a step in a message."""
PreferenceName = Annotated[str, StringConstraints(max_length=32, pattern=f"^({'|'.join(Preferences.model_fields)})$")]
"""The name of a preference."""
RoleName = Annotated[str, StringConstraints(max_length=16, pattern=f"^({'|'.join(Role)})$")]
"""A role in a workspace."""
ScopeName = Annotated[str, StringConstraints(max_length=16, pattern=f"^({'|'.join(Scope)})$")]
"""The scope of a token."""
Days = Annotated[str, StringConstraints(max_length=5, pattern=r"^[0-9]{1,5}$")]
"""A number of days that is chosen in a form."""


class NameForm(TypedDict):
    """A form with a name."""

    name: LineText


class SearchForm(TypedDict):
    """The form of the search."""

    text: LineText


class InvitationForm(TypedDict):
    """The form for a new invitation."""

    role: RoleName
    days: Days


class TokenForm(TypedDict):
    """The form for a new token."""

    name: LineText
    scope: ScopeName
    days: Days
