"""Content View: what is mapped and what lies in the folder, in one list."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.content_view import at, contents, folders
from model.workspace import Workspace
from tests.support.meaning import write

SITES = """<configuration><system.applicationHost><sites><site name="S" id="1">
<application path="/"><virtualDirectory path="/" physicalPath="{folder}/s" /><virtualDirectory path="/images" physicalPath="{folder}/pictures" /></application>
<application path="/shop"><virtualDirectory path="/" physicalPath="{folder}/shop" /></application>
<application path="/lost"><virtualDirectory path="/" physicalPath="Q:\\nowhere" /></application>
</site></sites></system.applicationHost></configuration>"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for name in ("s/sub", "s/shop", "pictures", "shop"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "s" / "web.config").write_text("<configuration />")
    (tmp_path / "shop" / "index.html").write_text("hello")
    write(tmp_path, {"applicationHost.config": SITES.replace("{folder}", str(tmp_path))})
    return Workspace.open(tmp_path)


def test_mapped_paths_stand_for_folders_of_their_name(workspace: Workspace) -> None:
    found = contents(workspace.hierarchy, "S", "/")
    assert [(content.name, content.kind) for content in found] == [
        ("lost", "Application"), ("shop", "Application"), ("images", "Virtual Directory"), ("sub", "Folder"), ("web.config", "File"),
    ]  # fmt: skip
    assert found[-1].bytes == len("<configuration />")


def test_below_an_application(workspace: Workspace) -> None:
    (index,) = contents(workspace.hierarchy, "S", "/shop")
    assert (index.name, index.url, index.bytes) == ("index.html", "/shop/index.html", 5)


def test_what_cannot_be_listed(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="drive"):
        contents(workspace.hierarchy, "S", "/lost")
    with pytest.raises(OSError, match="sub/none"):
        contents(workspace.hierarchy, "S", "/sub/none")


def test_what_stands_behind_a_path(workspace: Workspace) -> None:
    kinds = [at(workspace.hierarchy, "S", url).kind for url in ("/shop", "/Images", "/sub", "/images/sub")]
    assert kinds == ["Application", "Virtual Directory", "Folder", "Folder"]


def test_folders_are_those_that_can_be_configured(workspace: Workspace, tmp_path: Path) -> None:
    """Content View, which shows files, shows all."""
    for name in ("__pycache__", "new"):
        (tmp_path / "s" / "sub" / name).mkdir()
    assert folders(workspace.hierarchy, "S", "/sub") == (["/sub/new"], False)
    assert [content.name for content in contents(workspace.hierarchy, "S", "/sub")] == ["__pycache__", "new"]
