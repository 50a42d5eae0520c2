"""One log for the whole server, or one for each site."""

from pathlib import Path

import pytest

from hwebcore.plan import SiteLog
from model.sections.log import Log, central_log
from tests.support.meaning import SITE, hierarchy, server

CENTRAL = """<log centralLogFileMode="{mode}"><centralW3CLogFile period="Hourly" localTimeRollover="true"
logExtFileFlags="Date, SiteName" /></log></system.applicationHost>"""


@pytest.mark.parametrize(("mode", "central"), [("Site", False), ("CentralBinary", False), ("CentralW3C", True)])
def test_modes(tmp_path: Path, mode: str, central: bool) -> None:
    config = server(beside=SITE.replace("</system.applicationHost>", CENTRAL.format(mode=mode)))
    log = Log.of(hierarchy(tmp_path, config))
    assert log.is_central is central
    assert central_log(log, tmp_path) == SiteLog(True, str(tmp_path), ("Date", "SiteName"), "Hourly", 20971520, True, central=True)
