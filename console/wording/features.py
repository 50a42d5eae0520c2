"""The features of the home pages: name, area, one sentence each. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """`page` is the id of the page that it opens."""

    page: str
    name: str
    area: str
    about: str


SERVER_FEATURES = (
    Feature("live", "Live Requests", "Poolhouse", "Every request as it passes module after module, in either pipeline"),
    Feature("problems", "Problems", "Poolhouse", "What is wrong in the files, with line and reason"),
    Feature("pools", "Application Pools", "IIS", "Worker processes, their pipeline mode, identity and health"),
    Feature("sites", "Sites", "IIS", "Addresses, applications and folders"),
    Feature("modules", "Modules", "IIS", "What runs in the pipeline of every request, in which order"),
    Feature("handlers", "Handler Mappings", "IIS", "Which program answers which path"),
    Feature("source", "Configuration Source", "Management", "applicationHost.config as it stands in the file"),
)

SITE_FEATURES = (
    Feature("live", "Live Requests", "Poolhouse", "The requests of this site as they pass"),
    Feature("problems", "Problems", "Poolhouse", "What is wrong in the files, with line and reason"),
    Feature("modules", "Modules", "IIS", "What runs in the pipeline here, inherited or added"),
    Feature("handlers", "Handler Mappings", "IIS", "Which program answers which path here"),
    Feature("source", "Configuration Source", "Management", "The web.config of this place"),
)
