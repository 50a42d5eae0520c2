import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import samples
from console.cli.instance import locate, with_answers
from console.cli.output import USAGE, Ended


def answers(drive: list[str], port: list[str]) -> argparse.Namespace:
    return argparse.Namespace(drive=drive, port=port)


def test_a_file_and_its_folder_are_the_same_instance(sample: Callable[[str], Path]) -> None:
    folder = sample("first-run")
    assert locate(str(folder)) == locate(str(folder / "applicationHost.config"))
    assert not locate(str(folder)).is_sample


def test_a_configuration_that_vanished_is_still_somebodys(sample: Callable[[str], Path], tmp_path: Path) -> None:
    folder = sample("first-run")
    opened = locate(str(folder))
    opened.config.unlink()
    for named in (folder, folder / "applicationHost.config"):
        assert locate(str(named), vanished=True) == opened
        with pytest.raises(Ended):
            locate(str(named))
    with pytest.raises(Ended):
        locate(str(tmp_path / "never"), vanished=True)


def test_without_a_name_the_current_folder_counts_then_the_first_run_sample(home: Path) -> None:
    assert locate(None).config == samples.data_folder() / "first-run" / "applicationHost.config"
    (home / "applicationHost.config").write_text("<configuration/>")
    assert locate(None).config == home / "applicationHost.config"


def test_a_sample_is_found_by_its_name_and_is_the_users_copy() -> None:
    instance = locate("crash-loop")
    assert instance.config == samples.data_folder() / "crash-loop" / "applicationHost.config"
    assert instance.is_sample


def test_a_folder_with_only_a_web_config_is_told_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "web.config").write_text("<configuration/>")
    with pytest.raises(Ended, match=r"poolhouse check .*\n.*--from") as ended:
        locate(str(tmp_path))
    assert ended.value.code == USAGE


def test_answers_are_kept(sample: Callable[[str], Path], tmp_path: Path) -> None:
    folder = str(sample("first-run"))
    with_answers(locate(folder), answers([f"C:={tmp_path}"], ["80=8080"]))
    assert locate(folder).settings.ports == {80: 8080}
    assert locate(folder).drives == {"C": tmp_path}


@pytest.mark.parametrize(
    ("drive", "port"), [(["C"], []), (["C=/no/such/folder"], []), ([], ["80"]), ([], ["80=x"]), ([], ["0=1"]), ([], ["80=70000"])]
)
def test_answers_that_cannot_be_meant(sample: Callable[[str], Path], drive: list[str], port: list[str]) -> None:
    instance = locate(str(sample("first-run")))
    with pytest.raises(Ended) as ended:
        with_answers(instance, answers(drive, port))
    assert ended.value.code == USAGE
    assert locate(str(instance.config)).settings == instance.settings
