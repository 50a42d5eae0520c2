"""A check box that says its state by shape: [x] or [ ]. Textual's own differs by colour alone.

Knows no page.
"""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Checkbox


class Tick(Checkbox):
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the label takes where it is wrapped; Textual's own has one."""
        return Widget.get_content_height(self, container, viewport, width)

    @property
    def _button(self) -> Content:
        return Content.assemble(("[x]" if self.value else "[ ]", self.get_visual_style("toggle--button")))
