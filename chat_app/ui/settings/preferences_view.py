"""What the person prefers, as it is drawn; each choice is kept as soon as it is made."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.domain.preferences import LANGUAGES, Density, SendKey
from chat_app.ui.address import PREFERENCES
from chat_app.ui.settings.controls_view import TEXTS as SETTINGS
from chat_app.ui.settings.controls_view import aria, card, field, option, page, select, text
from chat_app.ui.settings.rows import ModelOption
from chat_app.ui.settings.state import PreferencesState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Section, Texts


class LanguageTexts(Texts):
    """What the languages are called, each in itself."""

    en: str


class PreferencesTexts(Section, name="preferences"):
    """Texts of what a person prefers."""

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


def preferences_page() -> rx.Component:
    """What the person prefers."""
    return page(
        PREFERENCES,
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
                # The browser would show the first entry where the chosen one came later than its value.
                key=PreferencesState.models.to_string(),
            ),
        ),
        rx.el.p(
            rx.cond(PreferencesState.saved, SETTINGS.saved, ""),
            class_name="set-text",
            custom_attrs={"role": "status", "data-testid": "preferences-saved"},
        ),
        is_link=False,
    )


def _model(each: rx.Var[ModelOption]) -> rx.Component:
    gone = aria(TEXTS.model_gone, model=each["label"])
    return option(rx.cond(each["gone"], gone, each["label"]), value=each["model"])


def _choice(name: str, label: str, *options: rx.Component, **props: Any) -> Any:
    """A choice of a preference; nothing can be chosen before it is known what was."""
    return field(
        label,
        select,
        *options,
        name=name,
        value=SidebarState.preferences[name],
        disabled=~SidebarState.met,
        on_change=lambda value: PreferencesState.choose(name, value),
        **props,
    )
