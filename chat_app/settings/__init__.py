"""Settings of an installation, read from `CHAT_APP_*` environment variables.

`application.Settings` composes the groups of the application. `web.WebSettings` is separate, because the web server
needs it before the application is loaded.
"""
