"""The tab for preferences, as it is drawn; each choice is stored at once."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.domain.preferences import LANGUAGES, Density, SendKey
from chat_app.ui.settings.controls_view import card, field, filled, option, saved_line, select, text
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.preferences_state import ModelOption, PreferencesState
from chat_app.ui.settings.texts import TEXTS as SETTINGS
from chat_app.ui.texts import Section, Texts
from chat_app.ui.viewer.state import ViewerState


class LanguageTexts(Texts):
    """Names of the languages, each in its own language."""

    en: str


class PreferencesTexts(Section, name="preferences"):
    """Texts of the preferences."""

    page_text: str
    send_key: str
    send_enter: str
    send_mod_enter: str
    density: str
    comfortable: str
    compact: str
    language: str
    program_language: str
    languages: LanguageTexts
    answers: str
    answers_text: str
    default_model: str
    own_model: str
    model_gone: str


TEXTS = PreferencesTexts.load()
NAMES = TEXTS.languages.model_dump()


def preferences_view() -> rx.Component:
    """Choices of how the page looks and of the model that answers."""
    return rx.fragment(
        card(
            SETTINGS.preferences,
            text(TEXTS.page_text),
            rx.el.div(
                _choice(
                    "send_key",
                    TEXTS.send_key,
                    option(TEXTS.send_enter, value=SendKey.ENTER.value),
                    option(TEXTS.send_mod_enter, value=SendKey.MOD_ENTER.value),
                ),
                _choice(
                    "density",
                    TEXTS.density,
                    option(TEXTS.comfortable, value=Density.COMFORTABLE.value),
                    option(TEXTS.compact, value=Density.COMPACT.value),
                ),
                _choice(
                    "language",
                    TEXTS.language,
                    option(TEXTS.program_language, value=""),
                    *(option(NAMES[language], value=language) for language in LANGUAGES),
                ),
                class_name="set-form",
            ),
        ),
        card(
            TEXTS.answers,
            text(TEXTS.answers_text),
            _choice(
                "default_model",
                TEXTS.default_model,
                option(TEXTS.own_model, value=""),
                rx.foreach(PreferencesState.models, _model),
                # Without a new key the browser shows the first entry when the options arrive after the value.
                key=PreferencesState.models.to_string(),
            ),
        ),
        saved_line(PreferencesState.saved, test_id="preferences-saved"),
    )


def _model(model: rx.Var[ModelOption]) -> rx.Component:
    gone = filled(TEXTS.model_gone, model=model["label"])
    return option(rx.cond(model["gone"], gone, model["label"]), value=model["model"])


def _choice(name: str, label: str, *options: rx.Component, **props: Any) -> Any:
    """A choice of a preference, disabled until the current one is loaded."""
    return field(
        label,
        select,
        *options,
        name=name,
        value=ViewerState.preferences[name],
        disabled=~ViewerState.known,
        on_change=lambda value: PreferencesState.choose(name, value),
        **props,
    )


PREFERENCES_TAB = SettingsTab(
    route="/settings/preferences",
    title=SETTINGS.preferences,
    about="person",
    audience="everyone",
    view=preferences_view,
    load=PreferencesState.load,
)
