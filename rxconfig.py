"""Reflex's configuration: how the page is built, and what its event websocket keeps and accepts."""

import json
from typing import Any

import reflex as rx
from reflex_base.environment import environment

from chat_app.ui.address import BEFORE_THE_APP
from chat_app.ui.components.markdown_build import ModuleWorkersPlugin
from chat_app.ui.generated import change
from chat_app.ui.pages.conversation_build import OneConversationPlugin

_ADDRESS_OF_SERVER = "export const getBackendURL = (url_str) => {\n"
_OWN_ORIGIN = """\
  if (typeof window !== "undefined") {
    return new URL(new URL(url_str ?? env.PING).pathname, window.location.origin);
  }
"""
_GOES_WITHOUT_EVENTS = "export const isBackendDisabled = () => {\n"
_BEFORE_THE_APP = f"""\
  if ({json.dumps(BEFORE_THE_APP)}.includes(window.location.pathname.replace(/\\/$/, ""))) return true;
"""


class OwnOriginPlugin(rx.plugins.Plugin):
    """Makes the built page talk to the server that it came from, whatever its address.

    Reflex bakes the address into the page when it is built; one build has to serve on every port.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of the page's runtime; a development server has two ports and goes without."""
        if environment.REFLEX_ENV_MODE.get() == rx.constants.Env.PROD:
            context["add_modify_task"]("utils/state.js", use_own_origin)


def use_own_origin(code: str) -> str:
    """Change the runtime's function that gives the backend's address."""
    return change(code, _ADDRESS_OF_SERVER, _ADDRESS_OF_SERVER + _OWN_ORIGIN, plugin=OwnOriginPlugin.__name__)


class QuietPagesPlugin(rx.plugins.Plugin):
    """Keeps the pages for people who are not signed in from asking for the event connection.

    It would be refused to them every other second for as long as somebody looks for their password.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of the page's runtime."""
        context["add_modify_task"]("utils/state.js", keep_quiet_before_the_app)


def keep_quiet_before_the_app(code: str) -> str:
    """Change the runtime's function that says whether the page goes without events."""
    new = _GOES_WITHOUT_EVENTS + _BEFORE_THE_APP
    return change(code, _GOES_WITHOUT_EVENTS, new, plugin=QuietPagesPlugin.__name__)


config = rx.Config(
    app_name="chat_app",
    plugins=[OwnOriginPlugin(), QuietPagesPlugin(), ModuleWorkersPlugin(), OneConversationPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    # The database is the truth; the default would write transcripts to a folder beside the program.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    # The page of the development server; `chat-app run` has one origin, and needs none to be allowed.
    cors_allowed_origins=["http://localhost:3000"],
    backend_host="127.0.0.1",
    # Brotli would save another fifth of the bytes, and cost the first start 20 s.
    frontend_compression_formats=["gzip"],
    show_built_with_reflex=False,
    # What no page needs at its start is loaded when it is needed.
    frontend_lazy_bundled_libraries=True,
    telemetry_enabled=False,
)
