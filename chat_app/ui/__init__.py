"""The page: a folder for each region of the screen, and what the regions share."""
