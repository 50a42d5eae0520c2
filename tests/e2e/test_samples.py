"""Story: a sample's own tour shows what the sample is for. (The others' pages: test_name_clash.py, test_broken_files.py.)"""

from __future__ import annotations

from pathlib import Path

from console.tour import paths
from tests.support.program_driver import Program


def test_the_tour_of_migration_errors_meets_each_of_them(tmp_path: Path) -> None:
    program = Program(tmp_path, "migration-errors")
    with program.serving():
        assert [program.get(path, "site").status for path in paths(program.server_file)] == [200, 500, 500, 500]
