"""Who may change a configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.exposure import exposed_code, exposure


@pytest.mark.parametrize(
    ("file", "folder", "reason"),
    [
        (0o644, 0o755, ""),
        (0o664, 0o775, ""),
        (0o666, 0o755, "everybody may write it"),
        (0o602, 0o1777, "everybody may write it"),
        (0o644, 0o777, "everybody may put another in its place"),
        (0o644, 0o1777, ""),
    ],
)
def test_file_and_folder(tmp_path: Path, file: int, folder: int, reason: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    config = place / "applicationHost.config"
    config.write_text("<configuration />")
    config.chmod(file)
    place.chmod(folder)
    linked = tmp_path / "link.config"
    linked.symlink_to(config)
    for path in (config, linked):  # what is judged is what is read
        found = exposure(path)
        assert (found.reason if found else "") == reason
        assert found is None or found.command == f"chmod o-w {config if 'write' in reason else place}"


def test_what_is_not_there(tmp_path: Path) -> None:
    assert exposure(tmp_path / "gone" / "applicationHost.config") is None


# rules: privilege.exposed-code
def test_content_alone_may_be_everybodys_code_may_not(tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "a.txt").touch()
    uploads.chmod(0o777)
    assert exposed_code(uploads) is None
    assert exposed_code(tmp_path / "gone") is None
    assert exposed_code(tmp_path / ("long" * 100)) is None
    assert exposed_code(Path("/a\0b")) is None
    code = uploads / "app.py"
    code.touch()
    found = exposed_code(uploads)
    assert found is not None
    assert (found[0], found[1].reason) == (code, "everybody may put another in its place")
    uploads.chmod(0o755)
    assert exposed_code(uploads) is None
    code.chmod(0o606)
    found = exposed_code(uploads)
    assert found is not None
    assert found[1].reason == "everybody may write it"
