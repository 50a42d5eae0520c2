"""The Connections pane: the tree of connections.py, drawn, with folding.

Knows no session; it is given nodes. Choosing a node sends Painted.Chosen with the node's place as key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.connections import Node
from console.first_look import UNFOLDED
from console.lines import Line, Run, run
from console.places import Place
from console.widgets.painted import Painted


class Tree(Painted):
    OPENS_AT_ONCE = True
    GROUND = "side"
    SELECTS = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("left", "fold", show=False), Binding("right", "unfold", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._root: Node | None = None
        #: Reads what is below a place that is unfolded: the whole tree with it.
        self._unfolded: Callable[[Place], Node] | None = None
        #: Places whose folding differs from the start's: applications below sites begin unfolded.
        self._folded: set[Place] = set()
        #: (a node's id, depth) → the node and its lines: what did not change is not made anew once a second.
        self._drawn: dict[tuple[int, int], tuple[Node, list[Line]]] = {}

    def show_tree(self, root: Node, unfolded: Callable[[Place], Node] | None = None) -> None:
        self._unfolded = unfolded
        if self._root is None:
            nodes = [node for top in root.children for node in top.children]
            if len(nodes) + sum(len(node.children) for node in nodes) > UNFOLDED:
                self._folded |= {node.place for node in nodes if node.children}
        self._root = root
        self._draw()

    def select(self, place: Place) -> bool:
        """Put the cursor on a place without opening it; its ancestors are unfolded. Whether there is such a node."""
        path = self._path(self._root, place) if self._root else None
        if path is None:
            return False
        hidden = {node.place for node in path[:-1]} & self._folded
        if hidden:
            self._folded -= hidden
            self._drawn.clear()
            self._draw()
        for index in range(self.line_count):
            if self.line_at(index).key == place:
                if index != self.cursor_line:
                    self.cursor_line = index
                    self.refresh()
                    self.show_line(index)
                break
        return True

    def _path(self, node: Node, place: Place) -> list[Node] | None:
        if node.place == place:
            return [node]
        for child in node.children:
            below = self._path(child, place)
            if below is not None:
                return [node, *below]
        return None

    def _draw(self) -> None:
        lines: list[Line] = []
        if self._root is not None:
            drawn: dict[tuple[int, int], tuple[Node, list[Line]]] = {}
            self._add(self._root, 0, lines, drawn)
            self._drawn = drawn
        self.set_lines(lines)

    def _add(self, node: Node, depth: int, lines: list[Line], drawn: dict[tuple[int, int], tuple[Node, list[Line]]]) -> None:
        known = self._drawn.get((id(node), depth))
        if known is None or known[0] is not node:
            own: list[Line] = []
            self._add_own(node, depth, own, drawn)
            known = (node, own)
        drawn[(id(node), depth)] = known
        lines += known[1]

    def _add_own(self, node: Node, depth: int, lines: list[Line], drawn: dict[tuple[int, int], tuple[Node, list[Line]]]) -> None:
        folded = node.place in self._folded
        arrow = "▸" if node.unread or (folded and node.children) else "▾" if node.children else " "
        runs: list[Run] = [run("  " * max(0, depth - 1) + ("  " if depth else "")), run(f"{arrow} ", "quiet", link=("fold", node.place))]
        if node.glyph is not None:
            runs += [node.glyph, run(" ")]
        runs.append(node.label)
        lines.append(Line(tuple(runs), (node.badge,) if node.badge else (), node.place))
        if not folded:
            for child in node.children:
                self._add(child, depth + 1, lines, drawn)

    def toggle(self, place: Place) -> None:
        """Unfold what is folded, or not read yet; fold all else."""
        path = (self._path(self._root, place) if self._root else None) or []
        if path and not path[-1].unread and place not in self._folded:
            self._folded.add(place)
        else:
            self._folded.discard(place)
            if self._unfolded is not None:
                self._root = self._unfolded(place)
        self._drawn.clear()
        self._draw()

    def action_fold(self) -> None:
        place = self.cursor_key
        if not isinstance(place, Place) or self._root is None:
            return
        path = self._path(self._root, place) or []
        if path and path[-1].children and place not in self._folded:
            self._folded.add(place)
            self._drawn.clear()
            self._draw()
        elif len(path) > 1:
            self.select(path[-2].place)

    def action_unfold(self) -> None:
        place = self.cursor_key
        path = self._path(self._root, place) if isinstance(place, Place) and self._root is not None else None
        if path and (path[-1].unread or path[-1].place in self._folded):
            self.toggle(path[-1].place)
        else:
            self.action_move(1)
