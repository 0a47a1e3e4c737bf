"""The settings tab for members."""
