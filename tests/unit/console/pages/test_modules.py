"""The Modules page says plainly which modules this server does not run."""

from __future__ import annotations

from pathlib import Path

from console.pages import modules
from console.places import Target
from tests.support.console_views import view

INNER = """<system.webServer><globalModules><add name="HttpCacheModule" image="cachhttp.dll" /><add name="CustomErrorModule" image="custerr.dll" />
</globalModules><modules><add name="HttpCacheModule" /><add name="CustomErrorModule" />
<add name="Profile" type="System.Web.Profile.ProfileModule" /></modules></system.webServer>"""


def test_a_module_that_does_not_run_says_so(tmp_path: Path) -> None:
    seen = view(tmp_path, INNER)
    rows = {row.key.name: row for row in modules.rows(seen) if isinstance(row.key, Target)}
    assert {name: row.cells["type"].run.text.plain for name, row in rows.items()} == {
        "HttpCacheModule": "Native, not run",
        "CustomErrorModule": "Native",
        "Profile": "Managed, not run",
    }
    told = {
        name: "".join(run.text.plain for line in modules.detail(seen, row.key if isinstance(row.key, Target) else None) for run in line.left)
        for name, row in rows.items()
    }
    assert "not executed: HttpCacheModule is not part of this server" in told["HttpCacheModule"]
    assert "not executed: System.Web.Profile.ProfileModule is not part" in told["Profile"]
    assert "not executed" not in told["CustomErrorModule"]
