"""The sidebar: the list of sessions with its filter, and the menus for new chats and settings."""
