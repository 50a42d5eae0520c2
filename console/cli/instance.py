"""Which configuration a command is about, and what is kept for it: its folders, its answers, its control socket.

Knows no command and no configuration's content. CONFIG is a file, a folder, or the name of a sample.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from console.cli import samples
from console.cli import settings as kept
from console.cli.output import NO_SERVICE, USAGE, Ended
from hwebcore.client import Busy, Client
from hwebcore.platform import Folders, has_instance, instance_folders

FILE = "applicationHost.config"
WEB_CONFIGS = ("web.config", "Web.config")


@dataclass(frozen=True)
class Instance:
    config: Path
    folders: Folders
    settings: kept.Settings
    #: One of the program's own samples, copied to the user's folder: known to be harmless, so it may start by itself.
    is_sample: bool

    @property
    def drives(self) -> dict[str, Path]:
        return {name: Path(target) for name, target in self.settings.drives.items()}

    async def client(self) -> Client:
        """A connection to the service. Raises OSError where none runs."""
        return await Client.connect(self.folders.control)

    async def needs_service(self, help: str = "start one: poolhouse serve {}") -> Client:
        """`help` says what to do next where none runs."""
        try:
            return await self.client()
        except Busy as error:
            raise Ended(NO_SERVICE, f"the service of {self.config} runs and takes no more now\n{error}") from error
        except OSError as error:
            raise Ended(NO_SERVICE, f"no service runs {self.config}\n{help.format(self.config)}") from error


def add_config(parser: argparse.ArgumentParser, *, positional: bool = False, appcmd: bool = False) -> None:
    """CONFIG, as an argument of its own where the command has no other; --config always."""
    about = f"an {FILE}, its folder, or a sample ({', '.join(samples.names())}); default: ./{FILE}, else the first-run sample"
    if positional:
        parser.add_argument("path", nargs="?", metavar="CONFIG", help=about)
        parser.add_argument("--config", help=argparse.SUPPRESS)
    else:
        parser.add_argument("--config", metavar="CONFIG", help=about)


def add_answers(parser: argparse.ArgumentParser) -> None:
    """The answers that DESIGN.md 5 keeps with the instance."""
    parser.add_argument("--drive", action="append", default=[], metavar="C=DIR", help="what a drive letter or a variable means here; kept")
    parser.add_argument("--port", action="append", default=[], metavar="80=8080", help="listen on another port than the one configured; kept")


def locate(named: str | None, *, vanished: bool = False) -> Instance:
    """The instance that `named` means. Raises Ended where there is no such configuration.

    `vanished`: one that was opened here before counts although its file is gone; its service may still run.
    """
    gone = _vanished(named) if vanished else None
    config = (gone or _config(named)).resolve()
    folders = instance_folders(config)
    is_sample = config.parent.parent == samples.data_folder().resolve()
    return Instance(config, folders, kept.read(folders.settings), is_sample)


def _vanished(named: str | None) -> Path | None:
    path = Path(named or FILE)
    file = path if path.name == FILE else path / FILE
    return file if not file.exists() and has_instance(file) else None


def _config(named: str | None) -> Path:
    if not named:
        here = Path(FILE)
        return here if here.exists() else samples.own_copy(samples.FIRST_RUN)
    path = Path(named)
    if path.is_dir():
        if (path / FILE).is_file():
            return path / FILE
        raise Ended(USAGE, _no_configuration(path))
    if path.exists():
        return path
    if named in samples.names():
        return samples.own_copy(named)
    raise Ended(
        USAGE,
        f"there is no {path}\nsamples that can be named: {', '.join(samples.names())}\npoolhouse --help lists the commands",
    )


def _no_configuration(folder: Path) -> str:
    lines = [f"{folder} holds no {FILE}"]
    if any((folder / name).exists() for name in WEB_CONFIGS):
        lines.append(f"it holds a web.config; to look at it: poolhouse check {folder}\nto run it: poolhouse new NEW-FOLDER --from {folder}")
    else:
        lines.append("make one that runs: poolhouse new NEW-FOLDER")
    return "\n".join(lines)


def with_answers(instance: Instance, options: argparse.Namespace) -> Instance:
    """The instance with --drive and --port taken in and kept. Raises Ended for what cannot be meant."""
    if not options.drive and not options.port:
        return instance
    drives = dict(_pair(text, "--drive C=DIR") for text in options.drive)
    for name, target in drives.items():
        if not Path(target).is_dir():
            raise Ended(USAGE, f"--drive {name}={target}: there is no such folder")
    ports = dict(_ports(text) for text in options.port)
    settings = instance.settings.with_answers({name: str(Path(target).resolve()) for name, target in drives.items()}, ports)
    kept.write(instance.folders.settings, settings)
    return Instance(instance.config, instance.folders, settings, instance.is_sample)


def _pair(text: str, form: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise Ended(USAGE, f"{text}: the form is {form}")
    return name.strip("%").rstrip(":\\/"), str(Path(value).expanduser())


def _ports(text: str) -> tuple[int, int]:
    configured, listened = _pair(text, "--port 80=8080")
    if not (configured.isdecimal() and listened.isdecimal() and 0 < int(configured) < 65536 and 0 <= int(listened) < 65536):
        raise Ended(USAGE, f"--port {text}: ports are numbers from 1 to 65535")
    return int(configured), int(listened)
