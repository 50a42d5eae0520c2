"""The sample name-clash: two applications of a pool fight for a module; check says so, and one of them answers 500, alone."""

from __future__ import annotations

from pathlib import Path

from tests.support.program_driver import Program


def test_check_finds_it_without_importing(tmp_path: Path) -> None:
    world = Program(tmp_path, "name-clash")
    for page in world.config.rglob("*.py"):
        page.write_text(page.read_text() + f"\nopen({str(tmp_path / 'imported')!r}, 'w')\n")
    ran = world.run("check", str(world.config), "--json")
    assert ran.code == 1
    found = [problem for problem in ran.json["problems"] if problem["code"] == "name-clash"]
    assert [(one["severity"], one["source"]["file"].rpartition("/")[2]) for one in found] == [("error", "applicationHost.config")]
    assert '"Name clash/two" has a module "shop", and so has "Name clash/one" of the same pool, "DefaultAppPool"' in found[0]["message"]
    line = world.server_file.read_text().split("\n")[found[0]["source"]["line"] - 1]
    assert 'path="/two"' in line
    assert not (tmp_path / "imported").exists()


def test_the_second_answers_500_and_nobody_gets_the_wrong_code(tmp_path: Path) -> None:
    world = Program(tmp_path, "name-clash")
    with world.serving():
        for _ in range(2):
            assert world.get("/one/prices", "site").text == "/one: 1 coin\n"
            page = world.get("/two/prices", "site")
            assert page.status == 500
            assert "module shop" in page.text
            assert "give it a pool of its own" in page.text
            assert world.get("/apart/prices", "site").text == "/apart: 3 coins\n"
