"""The viewer's preferences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

import reflex as rx

from chat_app.domain.agents import Agent, model_label
from chat_app.domain.preferences import Preferences
from chat_app.services.accounts import preferences
from chat_app.services.turns.model_choice import askable_models
from chat_app.ui.arguments import ModelName, PreferenceName
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.typed import Events
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import preference_values
from chat_app.ui.viewer.state import ViewerState


class ModelOption(TypedDict):
    """A model where one is chosen."""

    model: str
    label: str
    gone: bool
    """Whether no agent that the viewer may ask has it."""


class PreferencesState(SettingsState):
    """The choice of preferences; the current ones are in `ViewerState`, since the whole page uses them."""

    models: list[ModelOption] = []
    saved: bool = False

    @rx.event
    async def load(self) -> None:
        """Load the preferences."""
        self._reset_page()
        self.saved = False
        await self._show(await preferences.get_preferences(actor()))

    async def _show(self, chosen: Preferences) -> None:
        (await self.get_state(ViewerState)).preferences = preference_values(chosen)
        self.models = model_options(askable_models(actor()), chosen=chosen.default_model)

    @rx.event
    async def choose(self, name: PreferenceName, value: ModelName) -> Events:
        """Change a preference; "" is no model in particular."""
        self.saved = False
        # Sent at once, so that the line that says "saved" is announced again after each choice.
        yield
        with self._showing_problem():
            change = {name: (value or None) if name == "default_model" else value}
            await self._show(await preferences.update_preferences(actor(), change))
            self.saved = True


def model_options(agents: Iterable[Agent], *, chosen: str | None) -> list[ModelOption]:
    """Return the models to choose from, among them the chosen one even if no agent has it any more.

    Args:
        agents: The agents whose models are offered.
        chosen: The model that is chosen now.
    """
    options = [
        ModelOption(model=agent.model, label=f"{agent.model_label} · {agent.name}", gone=False) for agent in agents
    ]
    if chosen is not None and all(option["model"] != chosen for option in options):
        options.append(ModelOption(model=chosen, label=model_label(chosen), gone=True))
    return options
