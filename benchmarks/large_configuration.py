"""A configuration as large as issue and design speak of: 2 MB of applicationHost.config, 1,000 sites of 5 applications, their folders.

Deterministic: equal numbers give equal bytes. Begins with the sections and declarations of the first-run sample, so that the pipeline is a whole one.
configuration.py measures with it.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITES = 1000
APPLICATIONS = 5
_POOL = """            <add name="Pool{number:04}" managedRuntimeVersion="v4.0" managedPipelineMode="{mode}" autoStart="true">
                <processModel identityType="ApplicationPoolIdentity" idleTimeout="00:{minutes:02}:00" />
                <recycling logEventOnRecycle="Time, Requests, Schedule, Memory">
                    <periodicRestart time="1.05:00:00" />
                </recycling>
            </add>
"""
_APPLICATION = """                <application path="{path}" applicationPool="Pool{number:04}" enabledProtocols="http">
                    <virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\content\\customer{number:04}\\{folder}" />
                </application>
"""
_SITE = """            <site name="www.customer{number:04}.example" id="{number}" serverAutoStart="true">
{applications}                <bindings>
                    <binding protocol="http" bindingInformation="127.0.0.1:{port}:www.customer{number:04}.example" />
                </bindings>
                <logFile logFormat="W3C" directory="%POOLHOUSE_CONFIG%\\logs\\customer{number:04}" period="Daily" />
            </site>
"""
_LOCATION = """    <location path="www.customer{number:04}.example/shop" overrideMode="Allow">
        <system.webServer>
            <directoryBrowse enabled="false" />
            <httpProtocol>
                <customHeaders>
                    <add name="X-Customer" value="{number:04}" />
                </customHeaders>
            </httpProtocol>
        </system.webServer>
    </location>
"""
_WEB_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.webServer>
        <defaultDocument>
            <files>
                <add value="customer{number:04}.html" />
            </files>
        </defaultDocument>
    </system.webServer>
</configuration>
"""
_FOLDERS = ("root", "shop", "blog", "api", "admin")


def text(port: int, sites: int = SITES) -> str:
    """The applicationHost.config; every site is bound to `port`, by its host name."""
    sample = (ROOT / "sample_configs" / "first-run" / "applicationHost.config").read_text("utf-8")
    pools = "".join(
        _POOL.format(number=number, mode="Classic" if number % 5 == 0 else "Integrated", minutes=5 + number % 50) for number in range(1, sites + 1)
    )
    made = "".join(_site(number, port) for number in range(1, sites + 1))
    with_pools = re.sub(
        r"[ \t]*<add name=\"[^\"]*\"[^>]*managedPipelineMode.*?(?=[ \t]*<applicationPoolDefaults)", lambda _: pools, sample, count=1, flags=re.DOTALL
    )
    with_sites = re.sub(r"[ \t]*<site name=.*</site>\n", lambda _: made, with_pools, count=1, flags=re.DOTALL)
    without_tags = re.sub(r"[ \t]*<location path=\"[^\"]+\".*?</location>\n", "", with_sites, flags=re.DOTALL)
    tags = "".join(_LOCATION.format(number=number) for number in range(1, sites + 1, 5))
    return without_tags.replace("</configuration>", tags + "</configuration>")


def write(folder: Path, port: int, sites: int = SITES) -> Path:
    """The file and the content of all sites; gives the file."""
    for number in range(1, sites + 1):
        for name in _FOLDERS:
            place = folder / "content" / f"customer{number:04}" / name
            place.mkdir(parents=True, exist_ok=True)
            (place / "index.html").write_text(f"<p>{name} of customer {number}</p>\n", "utf-8")
        (folder / "content" / f"customer{number:04}" / "root" / "web.config").write_text(_WEB_CONFIG.format(number=number), "utf-8")
    config = folder / "applicationHost.config"
    config.write_text(text(port, sites), "utf-8")
    return config


def _site(number: int, port: int) -> str:
    applications = "".join(
        _APPLICATION.format(path="/" if name == "root" else f"/{name}", number=number, folder=name) for name in _FOLDERS[:APPLICATIONS]
    )
    return _SITE.format(number=number, port=port, applications=applications)
