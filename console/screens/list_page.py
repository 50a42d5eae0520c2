"""Any list page, drawn from its declaration: heading, sentence, filter and grouping, the list, the selected row's details.

Knows no particular page. Row values come from listing.ListPage; selection, filter, sort and marks belong to this widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from console import alerts, destination, ways
from console.actions import by_id
from console.lines import Column, Line, Run, folded, line, run, sentences_in
from console.listing import ListPage, View
from console.places import Place, Target
from console.screens.column_chooser import choose_columns
from console.widgets.bar import Bar
from console.widgets.icons import IconRows
from console.widgets.painted import Painted
from console.widgets.rows import Rows
from console.widgets.standing import Below, Beside
from console.widgets.text_field import TextField

#: What Enter does to a row instead of opening a page, by the row's kind.
DONE_BY_ENTER = {
    "entry": "edit_entry", "setting": "edit_entry", "authentication": "edit_entry", "change": "show_difference", "copy": "show_difference",
    "binding": "edit_binding", "certificate": "view_certificate",
}  # fmt: skip


class FilterInput(TextField):
    """Esc clears and leaves, Enter and the arrows go to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave(True)", show=False), Binding("enter,down", "leave(False)", show=False)]

    def action_leave(self, clear: bool) -> None:
        if clear:
            self.value = ""
        page = self.query_ancestor(".page")
        for pane in page.query(Painted):
            if pane.can_focus and pane.display:
                pane.focus()
                break


class ListPageView(Below):
    """One declared page. `show_place` moves it to another place; `refresh_rows` draws what the session says now."""

    def __init__(self, spec: ListPage, view: View) -> None:
        super().__init__(id=f"page-{spec.id}", classes="page")
        self.spec = spec
        self.view = view
        self._group = spec.groups[0][0]
        self._remembered: dict[Place, object] = {}
        self._differing = False
        #: The row to stand on, as soon as there are rows.
        self._leads_to = view.place.detail

    def compose(self) -> ComposeResult:
        yield Bar("workspace", id="heading")
        yield Bar("workspace", id="sentence")
        yield Bar("workspace", classes="gap")
        with Beside(classes="tools"):
            yield Bar("workspace", line(run("Filter")), classes="word")
            yield FilterInput(placeholder="/", id="filter")
            yield Bar("workspace", id="grouping")
        yield IconRows(id="rows") if self.spec.icons else Rows(id="rows")
        yield Painted(id="detail")

    def on_mount(self) -> None:
        rows = self.query_one(Rows)
        rows.group_order, rows.sort, rows.empty = self.spec.group_order, self.spec.sort, self.spec.empty
        kept = self.view.session.preferences
        rows.columns = self._columns_of(kept.columns_of(self.spec.id, ()))
        columns = {column.id for column in rows.columns}
        if kept.groups.get(self.spec.id) in dict(self.spec.groups):
            self._group = kept.groups[self.spec.id]
        if (sort := kept.sort_of(self.spec.id)) is not None and sort[0] in columns:
            rows.sort, rows.descending = sort
        rows.group, rows.markable = self._group, by_id("mark").belongs(self.spec.id)
        if isinstance(rows, IconRows):
            rows.as_icons = self.view.session.preferences.groups.get(f"{self.spec.id} view") == "icons"
        self.query_one("#detail", Painted).can_focus = False
        self.refresh_rows()

    @property
    def main(self) -> Painted:
        """What gets the focus when the page opens."""
        return self.query_one(Rows)

    @property
    def is_live(self) -> bool:
        """Whether it is looked at anew once a second (screens/main.py)."""
        return self.spec.live

    def show_place(self, view: View) -> None:
        rows = self.query_one(Rows)
        self._remembered[self.view.place] = rows.cursor_key
        self.view = view
        self.refresh_rows()
        key = self._remembered.get(view.place)
        if key is not None:
            rows.select(key)
        if view.place.detail:
            self.select_named(view.place.detail)

    def select_named(self, name: str) -> None:
        """A row that the filter hides is shown again."""
        rows = self.query_one(Rows)
        key = next((row.key for row in rows.rows if isinstance(row.key, Target) and row.key.name == name), None)
        if key is None:
            return
        if not rows.shows(key):
            self.query_one("#filter", Input).value = rows.needle = ""
            rows.lay_out()
        rows.select(key)

    def refresh_rows(self) -> None:
        if not self.is_mounted:
            return
        rows = self.query_one(Rows)
        found = self.spec.rows(self.view)
        rows.empty = self.spec.empty if found else self._empty()
        rows.set_rows([row for row in found if getattr(getattr(row.key, "value", None), "differs", True)] if self._differing else found)
        if self._leads_to and rows.rows:
            self.select_named(self._leads_to)
            self._leads_to = ""
        place = self.view.place
        name = place.app.rpartition("/")[2]
        title = self.spec.title.format(site=place.site, app=place.app, name=name, detail=ways.in_words(place.detail))
        low = self.screen.has_class("-low")
        width = self.size.width - 2
        about = run("   " + sentences_in(self.spec.sentence, width - len(title) - 3) if low else "", "quiet")
        self.query_one("#heading", Bar).show_line(line(run(title, "heading", bold=True), about, right=self._from()))
        self.query_one("#sentence", Bar).show_line(line(run(sentences_in(self.spec.sentence, width), "quiet")))
        self._show_grouping()
        self._show_detail()

    def _from(self) -> tuple[Run, ...]:
        """IIS Manager's drop-down: the file that edits of the section go to, where another may be chosen."""
        place, way = self.view.place, ways.parse(self.view.place.detail)
        if place.page not in destination.CHOOSING or way is None or not place.site:
            return ()
        where = destination.where_at(self.view.session, way.section, place)
        return run("From ", "quiet"), run(f" {destination.short(where)} ▾ ", link="commit_to", bold=True)

    def _empty(self) -> str:
        """Nothing is there; or nothing is known."""
        workspace = self.view.session.workspace
        broken = workspace.unreadable
        if broken is None:
            return self.spec.empty
        return f"{alerts.in_words(workspace.root.name, broken)}."

    def _show_grouping(self) -> None:
        rows = self.query_one(Rows)
        label = dict(self.spec.groups).get(self._group, "No Grouping")
        count = run(f"{rows.shown} shown" if rows.shown == len(rows.rows) else f"{rows.shown} of {len(rows.rows)} shown", "quiet")
        only = (run("  only what differs", "warning", link="only_differences"),) if self._differing else ()
        if rows.marks:
            only = (*only, run(f"  {len(rows.marks)} marked", "link", bold=True))
        left = (*only, run("  Group by ", "quiet"), run(f" {label} ▾ ", link="group", bold=True)) if len(self.spec.groups) > 1 else only
        self.query_one("#grouping", Bar).show_line(Line(left, (count,)))

    def _show_detail(self) -> None:
        detail = self.query_one("#detail", Painted)
        lines = [piece for entry in self.spec.detail(self.view, self.target) for piece in folded(entry, self.size.width - 3)]
        detail.set_lines([line(), *lines] if lines else [])
        rows = self.query_one(Rows)
        room = self.size.height - 2 - (0 if self.screen.has_class("-low") else 2)
        rows.styles.max_height = max(4, room - min(detail.line_count, room // 2))
        detail.styles.max_height = max(1, room // 2)

    @property
    def target(self) -> Target | None:
        key = self.query_one(Rows).cursor_key
        return key if isinstance(key, Target) else None

    @property
    def targets(self) -> tuple[Target, ...]:
        rows = self.query_one(Rows)
        marked = tuple(row.key for row in rows.rows if row.key in rows.marks and isinstance(row.key, Target)) if rows.marks else ()
        return marked or ((self.target,) if self.target else ())

    def opens(self, target: Target) -> Place | None:
        return self.spec.opens(self.view, target)

    def close_top(self) -> bool:
        """Esc takes the marks off first, then the filter."""
        field = self.query_one("#filter", Input)
        if not self.unmark():
            had, field.value = bool(field.value), ""
            return had
        return True

    def unmark(self) -> int:
        """Takes all marks off; how many there were."""
        rows = self.query_one(Rows)
        number = len(rows.marks)
        if number:
            rows.marks.clear()
            rows.lay_out()
            self._show_grouping()
        return number

    # --- verbs of the action table ---

    def act_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    def act_sort(self) -> None:
        self.query_one(Rows).sort_next()
        self._keep_order()

    def _columns_of(self, ids: Sequence[str]) -> tuple[Column, ...]:
        """The declared columns among these; all of them where none is."""
        return tuple(column for column in self.spec.columns if column.id in ids) or self.spec.columns

    async def act_columns(self) -> None:
        rows = self.query_one(Rows)

        def show(ids: tuple[str, ...]) -> None:
            rows.columns = self._columns_of(ids)
            if rows.sort and rows.sort not in ids:
                rows.sort, rows.descending = "", False
                self._keep_order()
            rows.lay_out()
            self.view.session.preferences.keep_columns(self.spec.id, () if ids == tuple(column.id for column in self.spec.columns) else ids)

        await choose_columns(self.app, self.spec.columns, [column.id for column in rows.columns], show)

    def _keep_order(self) -> None:
        rows = self.query_one(Rows)
        self.view.session.preferences.keep_sort(self.spec.id, (rows.sort, rows.descending) if rows.sort else None)

    def act_group(self) -> None:
        ids = [name for name, _ in self.spec.groups]
        self._group_by(ids[(ids.index(self._group) + 1) % len(ids)])

    def act_ordered(self) -> None:
        """The order in which they run; from there, the first grouping."""
        rows = self.query_one(Rows)
        in_order = not self._group and not rows.sort
        rows.sort, rows.descending = "", False
        self._group_by(next((name for name, _ in self.spec.groups if name), "") if in_order else "")

    def _group_by(self, group: str) -> None:
        self._group = group
        rows = self.query_one(Rows)
        rows.group = group
        rows.lay_out()
        self.view.session.preferences.keep_group(self.spec.id, group)
        self._keep_order()
        self._show_grouping()

    def act_only_differences(self) -> None:
        """Grids: hide what has its default."""
        self._differing = not self._differing
        self.refresh_rows()

    def act_icons(self) -> None:
        """Home pages: as icons, or as a list that says what each is for."""
        rows = self.query_one(Rows)
        if isinstance(rows, IconRows):
            rows.show_icons(not rows.as_icons)
            self.view.session.preferences.keep_group(f"{self.spec.id} view", "icons" if rows.as_icons else "list")
            self._show_detail()

    def act_mark(self) -> None:
        self.query_one(Rows).toggle_mark()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        rows = self.query_one(Rows)
        rows.needle = event.value.strip()
        rows.lay_out()
        self._show_grouping()
        self._show_detail()
        self.call_after_refresh(rows.show_cursor)  # a wider list: what was found stays in sight

    @on(Painted.Highlighted, "#rows")
    def _moved(self, event: Painted.Highlighted) -> None:
        self._show_grouping()
        self._show_detail()

    @on(Painted.Chosen, "#rows")
    def _header_clicked(self, event: Painted.Chosen) -> None:
        link: Any = event.link
        if isinstance(link, tuple) and link[0] == "sort":
            event.stop()
            self.query_one(Rows).sort_by(link[1])
            self._keep_order()
        elif link is None and isinstance(event.key, Target) and event.key.kind in DONE_BY_ENTER:
            event.stop()
            self.call_later(self.screen.run_action, f"deed('{DONE_BY_ENTER[event.key.kind]}')")

    def on_resize(self, event: events.Resize) -> None:
        self.refresh_rows()
