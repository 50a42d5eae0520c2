"""configHistory's folder: when a copy is made, how many are kept."""

from __future__ import annotations

from pathlib import Path

from model.config_history import FILE, ConfigHistory
from tests.support import meaning


def of(folder: Path, section: str, drives: dict[str, Path] | None = None) -> ConfigHistory | None:
    return ConfigHistory.of(meaning.hierarchy(folder, meaning.server(f"<system.applicationHost>{section}</system.applicationHost>"), drives=drives))


def test_where_it_is(tmp_path: Path) -> None:
    assert of(tmp_path, "") is None  # C: is not mapped
    found = of(tmp_path, '<configHistory period="00:05:00" maxHistories="3" />', {"C": tmp_path})
    assert found == ConfigHistory(tmp_path / "inetpub" / "history", 300.0, 3)
    assert of(tmp_path, '<configHistory enabled="false" />', {"C": tmp_path}) is None


def test_copies_come_and_go(tmp_path: Path) -> None:
    history = ConfigHistory(tmp_path / "h", 10.0, 2)
    assert history.keep(b"1", 0) == "CFGHISTORY_0000000001"
    made = (tmp_path / "h" / "CFGHISTORY_0000000001" / FILE).stat().st_mtime
    assert history.keep(b"2", made + 9) == ""  # too soon
    assert history.keep(b"1", made + 11) == ""  # the same
    assert history.keep(b"2", made + 11) == "CFGHISTORY_0000000002"
    assert history.keep(b"3", made + 99) == "CFGHISTORY_0000000003"
    assert history.names() == ["CFGHISTORY_0000000002", "CFGHISTORY_0000000003"]
    assert history.read("CFGHISTORY_0000000002") == b"2"
    history.delete("CFGHISTORY_0000000002")
    assert history.read("CFGHISTORY_0000000002") is None
