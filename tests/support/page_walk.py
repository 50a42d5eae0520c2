"""How each declared page is reached, and how one thing on it is changed, by keys alone: made from the declarations and the action table.

Knows the registers of pages, features and actions; what a page holds it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.actions import FORMS, GRIDS, by_id
from console.pages import PAGES, page
from console.wording.features import SERVER_FEATURES, SITE_FEATURES
from tests.support.story_world import World

#: Where nothing of the configuration can be changed: they show, or lead on. history and server_certificates keep things of their own.
ONLY_SHOWN = ("server", "site", "application", "folder", "content", "problems", "difference", "worker_processes", "requests", "configuration_editor", "logs",
              "history", "server_certificates", "migration")  # fmt: skip
#: The setting that is reset on a grid, by its label: the walk's configuration sets it.
RESET = {
    "pool_settings": "Queue Length", "site_settings": "Maximum Bandwidth", "application_settings": "Preload Enabled",
    "directory_settings": "Physical Path Credentials Logon Type", "pool_defaults": ".NET CLR Version", "site_defaults": "Log Format",
    "application_defaults": "Application Pool", "directory_defaults": "Logon method", "section": "Connection timeout",
}  # fmt: skip
#: Pages that no feature leads to: the page before, and what is done there: keys, or an action's name for the palette.
FROM: dict[str, tuple[str, str]] = {
    "site": ("sites", "<enter>"), "application": ("server", "Go to application Shop/goods"), "content": ("site", "content_view"),
    "folder": ("content", "features_view"),
    "applications": ("sites", "view_applications"), "virtual_directories": ("sites", "view_directories"), "bindings": ("sites", "bindings"),
    "pool_settings": ("pools", "advanced_settings"), "site_settings": ("sites", "advanced_settings"),
    "application_settings": ("applications", "advanced_settings"), "directory_settings": ("virtual_directories", "advanced_settings"),
    "pool_defaults": ("pools", "set_defaults"), "site_defaults": ("sites", "set_defaults"),
    "application_defaults": ("applications", "set_defaults"), "directory_defaults": ("virtual_directories", "set_defaults"),
    "requests": ("worker_processes", "<enter>"), "difference": ("history", "show_difference"), "dynamic_ip_security": ("ip_security", "dynamic_settings"),
    "section": ("configuration_editor", "</system.applicationHost/webLimits"),
    "entries": ("configuration_editor", "</appSettings</Entries"),
}  # fmt: skip
#: The row that is meant on a page that has several.
ROW = {"pools": "Shop", "sites": "Shop", "applications": "/goods", "virtual_directories": "/old", "content": "old"}
#: Of a row's name: a narrow column shows no more.
MOST_COMPARED = 24
#: In the server's file, so that every list has an entry and every grid a value.
LISTS = """    <fastCgi><application fullPath="/usr/bin/none" arguments="walk" /></fastCgi>
    <isapiFilters><filter name="Walk" path="walk.dll" /></isapiFilters>
    <caching><profiles><add extension=".walk" policy="DontCache" /></profiles></caching>
    <rewrite><globalRules /><rules><rule name="Walk" enabled="false"><match url="walk" /><action type="None" /></rule></rules></rewrite>
    <tracing><traceFailedRequests><add path="walk"><failureDefinitions statusCodes="500" /></add></traceFailedRequests></tracing>
    <httpErrors><error statusCode="418" path="teapot.htm" /></httpErrors>
"""
OTHERS = """  <system.web><authorization><deny users="walker" /></authorization></system.web>
  <appSettings><add key="walk" value="1" /></appSettings>
  <connectionStrings><add name="walk" connectionString="none" /></connectionStrings>
"""


def furnished(file: str) -> str:
    """The text of applicationHost.config with what the walk needs."""
    for before, after in (
        ("<webLimits />", '<webLimits connectionTimeout="00:01:00" />'),
        ('<httpErrors lockAttributes="allowAbsolutePathsWhenDelegated,defaultPath" />', LISTS),
        ('<ipSecurity allowUnlisted="true" />', '<ipSecurity allowUnlisted="true"><add ipAddress="192.0.2.1" allowed="true" /></ipSecurity>'),
        ('<virtualDirectoryDefaults allowSubDirConfig="true" />', '<virtualDirectoryDefaults logonMethod="Network" />'),
        ("\\sites\\shop\" />\n                </application>", "\\sites\\shop\" />\n"
         '                    <virtualDirectory path="/old" physicalPath="%POOLHOUSE_CONFIG%\\sites\\shop" logonMethod="Batch" />\n'
         "                </application>\n"
         '                <application path="/goods" applicationPool="Shop" preloadEnabled="true">\n'
         '                    <virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\sites\\shop\\goods" />\n'
         "                </application>\n"
         '                <limits maxBandwidth="90000" />'),
        ("</configuration>", OTHERS + "</configuration>"),
    ):  # fmt: skip
        assert before in file, before
        file = file.replace(before, after, 1)
    return file


def title_of(name: str) -> str:
    return page(name).title.partition("{")[0].strip(": ")


class Walk:
    """One person at a keyboard."""

    def __init__(self, story: World, rows: Mapping[str, str] = ROW, centre: tuple[int, int] = (0, 80)) -> None:
        """`rows`: which row is meant on pages that have several; `centre`: the columns of the page's own pane."""
        self.story, self.terminal = story, story.terminal
        self._rows, self._centre = rows, centre

    # --- there ---

    def to(self, name: str) -> None:
        before, does = FROM.get(name, ("", ""))
        if name == "requests":  # a worker has to be there
            self.story.program.get("/", "shop")
        elif name == "difference":  # and something that was changed
            self.to("pools")
            self.changes("pools")
        feature = next((entry for entry in SERVER_FEATURES if entry.page == name), None)
        if before and before != "server":
            self.to(before)
            self._does(does, self._rows.get(before, ""))
        elif does:
            self._palette(does)
        elif feature is not None:
            self._home()
            self._row(feature.name)
            self.terminal.press("enter")
        elif name != "server":
            self.to("site")
            self._row(next(entry.name for entry in SITE_FEATURES if entry.page == name))
            self.terminal.press("enter")
        else:
            self._home()

    def _does(self, does: str, row: str) -> None:
        if row:
            self._row(row)
        if does == "<enter>":
            self.terminal.press("enter")
        elif does.startswith("</"):
            for name in does[2:].split("</"):
                self._row(name)
                self.terminal.press("enter")
        else:
            self._palette(by_id(does).label)

    def _palette(self, words: str) -> None:
        self.terminal.press("ctrl+p")
        self.terminal.until("An action, a site")
        self.terminal.paste(words)
        self.terminal.until(lambda seen: words in seen.lines[2])
        self.terminal.press("enter")
        self.terminal.until(lambda seen: words not in seen.lines[2])

    def _home(self) -> None:
        while not self.terminal.shows("Home   Everything that"):
            before = self.terminal.lines[0]
            self.terminal.press("backspace")
            self.terminal.until(lambda seen, before=before: seen.lines[0] != before or seen.shows("Home   Everything that"))  # type: ignore[misc]  # no lambda with a default is inferred

    def _row(self, words: str) -> None:
        """Narrow the list, and stand on the first row that begins so."""
        self._clear()
        self.terminal.press("/", words, "enter")
        self.terminal.until(lambda seen: words[-9:] in self._filter() and self.cursor is not None and self._line_of(words) is not None)
        while (at := self.cursor) != (wanted := self._line_of(words)):
            self.terminal.press("up" if (at or 0) > (wanted or 0) else "down")
            # It moves; or the list becomes so narrow meanwhile that it stands there already.
            self.terminal.until(lambda seen, at=at: self.cursor not in (at, None) or self.cursor == self._line_of(words))  # type: ignore[misc]  # no lambda with a default is inferred

    @property
    def lines(self) -> list[str]:
        """What stands in the page's own pane."""
        return self.terminal.lines if self._centre == (0, 80) else self.terminal.pane(*self._centre)

    @property
    def cursor(self) -> int | None:
        """The line that the cursor is on."""
        return next((number for number, line in enumerate(self.lines) if line.startswith("▌")), None)

    def _line_of(self, words: str) -> int | None:
        begins = words[:MOST_COMPARED].casefold()
        return next((number for number, line in enumerate(self.lines) if number > 3 and line.strip(" ▌●○◐√✖▲▪").casefold().startswith(begins)), None)

    def _filter(self) -> str:
        """The filter's line; a long text shows its end."""
        return next((line for line in self.lines if line.startswith(" Filter ")), "")

    def _clear(self) -> None:
        """An empty filter shows its key, and nothing beside it; what is looked for may begin with the same sign."""
        if not self.terminal.shows("Filter  / ") and self.terminal.shows("Filter  "):
            self.terminal.press("escape")
            self.terminal.until("Filter  / ")

    # --- what is done there ---

    def stands(self, name: str) -> None:
        """The page, its status bar and its keys are in sight."""
        self.terminal.until(lambda seen: title_of(name) in "\n".join(seen.lines[:3]))
        self.terminal.until(lambda seen: "? Keys" in seen.lines[-1] and "Configuration: " in seen.lines[-2])

    def filters(self, name: str) -> None:
        if by_id("filter").belongs(name):
            self.terminal.press("/", "no such thing")
            self.terminal.until("no such thing")
            self.terminal.press("escape")
            self.terminal.until("Filter  /")

    def changes(self, name: str) -> bool:
        """One thing, and takes it back; whether there is one."""
        deed: Callable[[str], None] | None = (
            None if name in ONLY_SHOWN
            else self._of_form if name in FORMS
            else self._of_grid if name in GRIDS
            else self._chooses if name in ("authentication", "delegation")
            else self._removes
        )  # fmt: skip
        if deed is None:
            return False
        deed(name)
        self.terminal.until(lambda seen: not self.story.as_before or seen.shows("is locked below"))
        if self.terminal.shows("is locked below"):  # it goes into the server's file, after a question
            self.terminal.press("right", "enter")
        self.story.eventually(lambda: not self.story.as_before, f"{name}: a file has changed")
        self.stands(name)
        self.story.undoes()
        return True

    def leaves(self, name: str) -> None:
        if name != "server":
            self._clear()
            before = self.terminal.lines[0]
            self.terminal.press("backspace")
            self.terminal.until(lambda seen: seen.lines[0] != before)

    def _of_form(self, name: str) -> None:
        keys = {
            "session_state": ("enter", "up", "enter"), "http_logging": ("enter", "down", "enter"), "cgi": ("tab", "space"),
        }  # fmt: skip  # elsewhere the first field is a switch that can stand alone
        self.terminal.press(*keys.get(name, ("space",)))
        self.terminal.until("not applied")
        self.terminal.press("ctrl+s")

    def _of_grid(self, name: str) -> None:
        self._row(RESET[name])
        self.terminal.press("delete")

    def _chooses(self, name: str) -> None:
        self._palette("Disable" if name == "authentication" else "Read Only")

    def _removes(self, name: str) -> None:
        if name in self._rows:
            self._row(self._rows[name])
        self.terminal.press("home", "delete")
        self.terminal.until("Remove")
        self.terminal.press("right", "enter")


def pages() -> tuple[str, ...]:
    return tuple(PAGES)
