"""The page: one folder per region of the screen."""
