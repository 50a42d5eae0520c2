"""The world that stories are told in: the installed `poolhouse` in a terminal, on three pools, sites and their content, running.

Knows no story. One console tells many stories, one after another; one that left its world in disorder takes it along.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tests.support.program_driver import SAMPLES, Program, eventually
from tests.support.terminal_driver import Terminal

T = TypeVar("T")
INSTALLED = str(Path(sys.executable).with_name("poolhouse"))
PORTS = {17080: "integrated", 17081: "classic", 17088: "shop"}
POOL = '            <add name="Shop" managedPipelineMode="Integrated" queueLength="2000" />\n'
SITE = """            <site name="Shop" id="3" serverAutoStart="true">
                <application path="/" applicationPool="Shop">
                    <virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\sites\\shop" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="127.0.0.1:17088:" />
                </bindings>
            </site>
"""
#: Two managed modules of the shop's own; the answer says in which order they ran.
MODULES = """class Noted:
    def begin_request(self, context):
        context.items.setdefault("ran", []).append(type(self).__name__)

    def pre_send_request_headers(self, context):
        if type(self).__name__ == context.items["ran"][0]:
            context.response.append_header("X-Ran", " ".join(context.items["ran"]))


class First(Noted):
    pass


class Second(Noted):
    pass
"""
SHOP = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.webServer>
        <modules>
            <add name="First" type="noted.First" />
            <add name="Second" type="noted.Second" />
        </modules>
    </system.webServer>
</configuration>
"""
#: Who is nobody may not read this folder of the Classic site.
PRIVATE = """<configuration>
    <system.webServer>
        <security>
            <authorization>
                <add accessType="Deny" users="?" />
            </authorization>
        </security>
    </system.webServer>
</configuration>
"""


def made(folder: Path) -> Path:
    """The configuration's folder: the first-run sample with a third pool and site, and a folder that is closed to nobody."""
    made_at = shutil.copytree(SAMPLES / "first-run", folder, ignore=shutil.ignore_patterns("__pycache__"))
    server = made_at / "applicationHost.config"
    text = server.read_text("utf-8")
    text = text.replace("            <applicationPoolDefaults", POOL + "            <applicationPoolDefaults", 1)
    text = text.replace("            <siteDefaults>", SITE + "            <siteDefaults>", 1)
    server.write_text(text, "utf-8")
    for name, content in {
        "shop/web.config": SHOP, "shop/noted.py": MODULES, "shop/index.html": "the shop\n", "shop/goods/one.txt": "one\n",
        "classic/private/web.config": PRIVATE, "classic/private/plan.txt": "a secret plan\n",
    }.items():  # fmt: skip
        path = made_at / "sites" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    return made_at


class World:
    """A program, its console, and what its files held when the story began."""

    def __init__(self, program: Program, terminal: Terminal) -> None:
        self.program, self.terminal = program, terminal
        self.begins()

    def begins(self) -> None:
        """What the files hold now is what they are to hold in the end."""
        self._before = self.files()

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.program.config.rglob("*.config")) if path.name[0] != "."}

    @property
    def as_before(self) -> bool:
        return self.files() == self._before

    def site_file(self, name: str) -> Path:
        return self.program.config / "sites" / name / "web.config"

    # --- what a person does

    def press(self, *keys: str) -> None:
        self.terminal.press(*keys)

    def sees(self, wanted: str | Callable[[Terminal], bool]) -> None:
        self.terminal.until(wanted)

    def sees_no(self, text: str) -> None:
        self.terminal.until(lambda shown: not shown.shows(text))

    def goes_to(self, place: str, sees: str) -> None:
        """By the palette; `sees`: what stands there alone."""
        self.press("ctrl+p")
        self.sees("An action, a site")
        self.terminal.paste(f"Go to {place}")  # each letter that is typed would narrow the list anew
        self.sees(f"Go to {place}")  # else it would be gone before it came
        self.press("enter")
        self.sees_no(f"Go to {place}")
        self.sees(sees)

    def chooses(self, action: str) -> None:
        """An action of the page, by the palette."""
        self.press("ctrl+p")
        self.sees("An action, a site")
        self.press(action, "enter")

    def finds(self, text: str) -> None:
        """Narrows the list to what holds the text; the cursor is in the list then."""
        self.press("/", text, "enter")

    def reads_to(self, text: str) -> None:
        """To the end of what has the cursor, until that says so: more may come in below meanwhile."""

        def at_the_end(shown: Terminal) -> bool:
            if not shown.shows(text):
                self.press("end")
            return shown.shows(text)

        self.sees(at_the_end)

    def undoes(self, times: int = 1) -> None:
        """And the files are as they were, byte for byte."""
        for _ in range(times):
            self.press("z")
        self.eventually(lambda: self.as_before, "the files are as they were")

    # --- what others see

    def file_says(self, path: Path, text: str) -> None:
        self.eventually(lambda: text in path.read_text("utf-8"), f"{text!r} in {path.name}")

    def eventually(self, look: Callable[[], T | None], what: str) -> T:
        return eventually(look, what, terminal=self.terminal)


class Shared:
    """Hands one running world from story to story."""

    def __init__(self, folder: Path, columns: int = 160, rows: int = 45, furnish: Callable[[str], str] = lambda file: file) -> None:
        self._folder, self._size, self._furnish, self._number = folder, (columns, rows), furnish, 0
        self._open: contextlib.ExitStack | None = None
        self._world: tuple[Program, Terminal] | None = None

    @contextlib.contextmanager
    def told(self) -> Iterator[World]:
        """A world for one story. The next one gets it too, if the story held and left the files as they were."""
        program, terminal = self._world or self._start()
        terminal.drain()
        world = World(program, terminal)
        try:
            yield world
        except BaseException:
            self.close()
            raise
        if not world.as_before or terminal.exit_code is not None:
            self.close()

    def _start(self) -> tuple[Program, Terminal]:
        self._number += 1
        folder = self._folder / f"world{self._number}"
        program = Program(folder, str(made(folder / "made")), (INSTALLED,), PORTS)
        program.server_file.write_text(self._furnish(program.server_file.read_text("utf-8")), "utf-8")
        self._open = contextlib.ExitStack()
        columns, rows = self._size
        terminal = self._open.enter_context(program.console(columns=columns, rows=rows))
        terminal.until("● service")
        for port in program.ports.values():
            eventually(functools.partial(_listens, port), f"port {port} is listened on")
        self._world = (program, terminal)
        return self._world

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._world = None


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 5):
        return True
