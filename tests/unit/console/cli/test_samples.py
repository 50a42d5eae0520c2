from pathlib import Path

from console import tour
from console.cli import samples

SOURCE = Path(__file__).resolve().parents[4] / "sample_configs"


def test_names() -> None:
    assert samples.names() == ("config-error", "crash-loop", "first-run", "migration-errors", "name-clash")


def test_each_says_what_its_tour_asks_for() -> None:
    for name in samples.names():
        asked = tour.paths(SOURCE / name / "applicationHost.config")
        assert len(asked) >= 4
        assert asked[0] == "/"


def test_a_copy_is_whole() -> None:
    config = samples.own_copy("first-run")
    assert config == samples.data_folder() / "first-run" / "applicationHost.config"
    for path in (SOURCE / "first-run").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert (config.parent / path.relative_to(SOURCE / "first-run")).read_bytes() == path.read_bytes()


def test_a_copy_is_made_once_and_then_the_users() -> None:
    config = samples.own_copy("first-run")
    config.write_text("mine")
    assert samples.own_copy("first-run").read_text() == "mine"


def test_a_copy_that_lost_its_configuration_is_mended_and_leaves_nothing_behind() -> None:
    config = samples.own_copy("first-run")
    config.unlink()
    assert samples.own_copy("first-run").exists()
    assert [path.name for path in samples.data_folder().iterdir()] == ["first-run"]


def test_the_two_sites_differ_only_in_cookie_names() -> None:
    sites = SOURCE / "first-run" / "sites"
    names = {
        path.relative_to(sites / "integrated") for path in (sites / "integrated").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == {
        path.relative_to(sites / "classic") for path in (sites / "classic").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    for name in names:
        ours, theirs = (sites / "integrated" / name).read_bytes(), (sites / "classic" / name).read_bytes()
        assert ours.replace(b"INTEGRATED-", b"CLASSIC-") == theirs, name
        assert (name.name == "web.config" and len(name.parts) == 1) is (ours != theirs)
