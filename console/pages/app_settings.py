"""Application Settings: names and values that an application reads from its configuration.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console.collection import Collection, Part, collection_page

SETTINGS = Collection("appSettings", "Application Setting", (Part("key", "Name", 22, grow=44), Part("value", "Value", 24, grow=80)))
PAGE = collection_page("app_settings", "Application Settings", "Names and values that an application may read.", SETTINGS)
