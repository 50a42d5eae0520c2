"""DirectoryListingModule: rt 10.2, reliability.md C 15."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hwebcore.handlers import directory_listing
from hwebcore.handlers.directory_listing import DirectoryListing
from hwebcore.pipeline.context import Context
from hwebcore.plan import DirectoryBrowse, RequestFiltering, Rule, ScopeSettings
from tests.support.exchange import ROW, SOURCE, body, exchange, host, status, told

FLAGS = ("Date", "Time", "Size", "Extension")


def run(root: Path, path: str = "/", method: str = "GET", *, enabled: bool = True, flags: tuple[str, ...] = FLAGS) -> Context:
    settings = ScopeSettings(
        directory_browse=DirectoryBrowse(enabled, flags, SOURCE),
        request_filtering=RequestFiltering(hidden_segments=(Rule("bin"), Rule("web.config")), extensions=(Rule(".py", allowed=False),)),
    )
    context = exchange(path, method, root=root)
    context.items["outcome"] = DirectoryListing(ROW, settings, host(root)).execute(context)
    return context


def page(context: Context) -> str:
    return body(context).decode()


def test_off_is_403_14_with_its_line(tmp_path: Path) -> None:
    context = run(tmp_path, enabled=False)
    assert status(context) == "403.14"
    assert told(context.items["outcome"]).source == SOURCE


def test_a_missing_folder_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert status(run(tmp_path, "/none/")) == "404.0"
    assert status(run(tmp_path, "/a.txt/")) == "404.0"
    assert run(tmp_path, "/a.txt").items["outcome"] is None


def test_other_methods(tmp_path: Path) -> None:
    context = run(tmp_path, method="POST")
    assert status(context) == "405.0"
    assert context.response.headers.get("Allow") == "GET, HEAD, OPTIONS, TRACE"


def test_folders_first_then_names(tmp_path: Path) -> None:
    (tmp_path / "zoo").mkdir()
    (tmp_path / "b.txt").write_bytes(b"x" * 1234)
    (tmp_path / "A.txt").write_bytes(b"")
    os.utime(tmp_path / "b.txt", (0, 0))
    shown = page(run(tmp_path))
    assert shown.index(">zoo<") < shown.index(">A.txt<") < shown.index(">b.txt<")
    assert 'href="/zoo/"' in shown
    assert "1,234" in shown
    assert "1970-01-01" in shown or "1969-12-31" in shown
    assert "one folder up" not in shown


def test_a_way_up_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert '<a href="/a/">[one folder up]</a>' in page(run(tmp_path, "/a/b/"))


def test_show_flags(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(b"x" * 4321)
    os.utime(tmp_path / "note.txt", (86400 * 2, 86400 * 2))
    bare = page(run(tmp_path, flags=("None",)))
    assert "4,321" not in bare
    assert "1970" not in bare
    assert 'href="/note.txt">note</a>' in bare
    assert "January 1970" in page(run(tmp_path, flags=("LongDate", "Extension")))


def test_what_could_not_be_fetched_is_not_listed(tmp_path: Path) -> None:
    for name in ("web.config", "Web.Config", ".git", ".env", "app.py", "APP.PY", "x.", "LONGNA~1.TXT", "s:x"):
        (tmp_path / name).write_text("secret")
    (tmp_path / "BIN").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "seen.txt").write_text("")
    assert page(run(tmp_path)).count("<tr>") == 1


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", '"onmouseover="x', "a&amp;b", "\u202egpj.exe", "a'b", "#frag", "?q", "100%41"])
def test_evil_names_stay_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    shown = page(run(tmp_path))
    assert "<img" not in shown
    assert 'onmouseover="' not in shown
    assert "\u202e" not in shown
    [row] = [line for line in shown.split("<tr>")[1:]]
    href = row.split('href="')[1].split('"')[0]
    assert href.startswith("/")
    assert not set(href) & set("<>'\"#?\u202e ")


def test_names_that_are_no_utf_8_keep_their_bytes(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.txt", "wb"):
        pass
    shown = page(run(tmp_path))
    assert 'href="/caf%E9.txt">caf\\xe9.txt<' in shown


def test_the_page_may_run_nothing(tmp_path: Path) -> None:
    context = run(tmp_path)
    policy = context.response.headers.get("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert context.response.headers.get("X-Content-Type-Options") == "nosniff"
    assert context.response.headers.get("Content-Type") == "text/html; charset=UTF-8"


def test_a_huge_folder_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_listing, "MAX_ROWS", 3)
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("")
    shown = page(run(tmp_path))
    assert shown.count("<tr>") == 3
    assert "Only 3 entries are shown" in shown


def test_a_link_tells_nothing_of_what_could_not_be_fetched(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for folder in ("root/bin", "root/open", "outside"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.txt").write_bytes(b"x" * 4321)
    for name, target in {"out": tmp_path / "outside", "out.txt": tmp_path / "outside/a.txt", "in.txt": root / "bin/a.txt"}.items():
        (root / name).symlink_to(target)
    (root / "nowhere.txt").symlink_to(root / "nothing")
    (root / "good.txt").symlink_to(root / "open/a.txt")
    shown = page(run(root))
    assert ">good.txt<" in shown
    assert shown.count("4,321") == 1
    for name in ("out", "out.txt", "in.txt", "nowhere.txt"):
        assert f">{name}<" not in shown
