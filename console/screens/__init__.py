"""Screens: the frame, its pages' widgets, dialogs, and deeds. A screen composes; it knows no configuration."""
