"""ConfigPath: a place in the configuration's hierarchy, as IIS writes it (MACHINE/WEBROOT/APPHOST/Site/application/folder).

Knows no files and does not ask whether the place exists. The server level is ConfigPath().
hierarchy.py finds the files that speak for a path; edits.py says where a change of one goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SERVER = "MACHINE/WEBROOT/APPHOST"
_SERVER_PARTS = tuple(SERVER.lower().split("/"))


@dataclass(frozen=True, slots=True)
class ConfigPath:
    """`path` is the URL path within the site: "/", "/app", "/app/folder" (no slash at the end). Case is kept as written; `key` compares."""

    site: str = ""
    path: str = "/"

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", "/" + "/".join(part for part in self.path.split("/") if part))

    @classmethod
    def parse(cls, text: str) -> ConfigPath:
        """Reads "", "Site", "Site/app/x" and the same after MACHINE, MACHINE/WEBROOT or MACHINE/WEBROOT/APPHOST."""
        parts = [part for part in text.split("/") if part not in ("", ".")]
        for expected in _SERVER_PARTS:
            if not parts or parts[0].lower() != expected:
                break
            parts = parts[1:]
        return cls(parts[0], "/" + "/".join(parts[1:])) if parts else cls()

    @property
    def is_server(self) -> bool:
        return not self.site

    @property
    def segments(self) -> tuple[str, ...]:
        """The steps below the server: the site, then the URL path's segments."""
        return (self.site, *(part for part in self.path.split("/") if part)) if self.site else ()

    @property
    def location(self) -> str:
        """What `<location path>` in applicationHost.config says for this place: "", "Site", "Site/app"."""
        return "/".join(self.segments)

    @property
    def key(self) -> tuple[str, ...]:
        """For comparing: sites and URL paths are case-insensitive."""
        return tuple(segment.lower() for segment in self.segments)

    @property
    def parent(self) -> ConfigPath:
        """One level up; the server level is its own parent."""
        if self.path == "/":
            return ConfigPath()
        return ConfigPath(self.site, self.path.rpartition("/")[0])

    @property
    def lineage(self) -> Iterator[ConfigPath]:
        """From the server level down to this place, itself included."""
        segments = self.segments
        yield ConfigPath()
        for count in range(1, len(segments) + 1):
            yield ConfigPath(segments[0], "/" + "/".join(segments[1:count]))

    def child(self, name: str) -> ConfigPath:
        """One or more levels down: a site of the server, else a segment (or "a/b") below this path."""
        if self.is_server:
            return ConfigPath.parse(name)
        return ConfigPath(self.site, f"{self.path}/{name}")

    def is_within(self, other: ConfigPath) -> bool:
        """Whether this place is `other` or lies below it."""
        return self.key[: len(other.key)] == other.key

    def below(self, other: ConfigPath) -> str:
        """The rest of the path below `other`, as a web.config's own location tags write it ("admin/page.aspx"); "" where equal."""
        if not self.is_within(other):
            raise ValueError(f"{self} is not below {other}")
        return "/".join(self.segments[len(other.key) :])

    def __str__(self) -> str:
        return "/".join((SERVER, *self.segments))
