"""The order of rt 4.3 (a real trace of an .aspx page on IIS Express), for every module that this server has.

The configured order is that of the IIS Express template's `<modules>`; each name that takes part there is listed, and those that
are not executed here are told so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from hwebcore.plan import AddressRule, AddressRules, AuthorizationRule, BasicAuthentication, ManagedSettings, ModuleEntry, ScopeSettings
from hwebcore.worker.loader import Interpreter
from tests.support.pipeline_driver import PipelineDriver, native, row

CONFIGURED = [
    "IsapiFilterModule",
    "BasicAuthenticationModule",
    "IsapiModule",
    "HttpLoggingModule",
    "HttpCacheModule",
    "DynamicCompressionModule",
    "StaticCompressionModule",
    "DefaultDocumentModule",
    "DirectoryListingModule",
    "ProtocolSupportModule",
    "HttpRedirectionModule",
    "ServerSideIncludeModule",
    "StaticFileModule",
    "AnonymousAuthenticationModule",
    "CertificateMappingAuthenticationModule",
    "UrlAuthorizationModule",
    "WindowsAuthenticationModule",
    "DigestAuthenticationModule",
    "IISCertificateMappingAuthenticationModule",
    "IpRestrictionModule",
    "DynamicIpRestrictionModule",
    "RequestFilteringModule",
    "CustomLoggingModule",
    "CustomErrorModule",
    "FailedRequestsTracingModule",
    "CgiModule",
    "FastCgiModule",
    "RewriteModule",
    "OutputCache",
    "Session",
    "WindowsAuthentication",
    "FormsAuthentication",
    "DefaultAuthentication",
    "UrlAuthorization",
    "FileAuthorization",
    "Profile",
    "ApplicationInitializationModule",
    "WebSocketModule",
    "ConfigurationValidationModule",
]
MANAGED = {
    "OutputCache": "System.Web.Caching.OutputCacheModule",
    "Session": "System.Web.SessionState.SessionStateModule",
    "WindowsAuthentication": "System.Web.Security.WindowsAuthenticationModule",
    "FormsAuthentication": "System.Web.Security.FormsAuthenticationModule",
    "DefaultAuthentication": "System.Web.Security.DefaultAuthenticationModule",
    "UrlAuthorization": "System.Web.Security.UrlAuthorizationModule",
    "FileAuthorization": "System.Web.Security.FileAuthorizationModule",
    "Profile": "System.Web.Profile.ProfileModule",
}
OBSERVED = {
    "BEGIN_REQUEST": "IpRestrictionModule RequestFilteringModule RewriteModule ConfigurationValidationModule WebSocketModule",
    "AUTHENTICATE_REQUEST": "BasicAuthenticationModule WindowsAuthenticationModule {managed} AnonymousAuthenticationModule",
    "post AUTHENTICATE_REQUEST": "IsapiFilterModule DefaultAuthentication",
    "AUTHORIZE_REQUEST": "UrlAuthorizationModule UrlAuthorization FileAuthorization",
    "ACQUIRE_REQUEST_STATE": "Session Profile",
    "EXECUTE_REQUEST_HANDLER": "ManagedPipelineHandler",
    "RELEASE_REQUEST_STATE": "Session",
    "SEND_RESPONSE": "WebSocketModule WindowsAuthenticationModule ProtocolSupportModule DynamicCompressionModule HttpLoggingModule "
    "BasicAuthenticationModule CustomErrorModule DynamicIpRestrictionModule",
}


@pytest.mark.parametrize(("mode", "managed"), [("Forms", "FormsAuthentication"), ("Windows", "WindowsAuthentication")])
def test_the_order_of_a_real_trace(mode: Any, managed: str) -> None:
    entries = tuple(ModuleEntry(name, "managed", MANAGED[name]) if name in MANAGED else native(name) for name in CONFIGURED)
    settings = ScopeSettings(
        modules=entries,
        handlers=(row("PageHandlerFactory-Integrated-4.0", "*.aspx", ("ManagedPipelineHandler",), type="System.Web.UI.PageHandlerFactory"),),
        basic=BasicAuthentication(True),
        address_rules=AddressRules((AddressRule("203.0.113.1"),)),
        managed=ManagedSettings(authentication_mode=mode, authorization=(AuthorizationRule(True, ("*",)),)),
    )
    driver = PipelineDriver(settings, loader=Interpreter().loader(""))
    sequence = driver.host._find("GET", "/default.aspx").sequence
    ran: dict[str, list[str]] = defaultdict(list)
    for step in sequence.steps:
        if step.kind != "core":
            ran[f"{'post ' if step.post else ''}{step.name}"].append(step.module)
    absent = {one.module for one in sequence.skipped if one.cause == "not_executed_here"}
    absent.add("DynamicIpRestrictionModule")  # IIS's looks at the response too; ours, without a limit, at nothing
    for notification, pattern in OBSERVED.items():
        observed = pattern.format(managed=managed)
        here = [name for name in ran[notification] if name in observed.split()]
        assert here == [name for name in observed.split() if name in here], notification
        assert [name for name in observed.split() if name not in here and name not in absent] == []
    assert ran["BEGIN_REQUEST"] == ["IpRestrictionModule", "RequestFilteringModule", "ConfigurationValidationModule", "WebSocketModule"]
    assert ran["AUTHENTICATE_REQUEST"] == ["BasicAuthenticationModule", managed, "AnonymousAuthenticationModule"]
    assert ran["AUTHORIZE_REQUEST"] == ["UrlAuthorizationModule", "UrlAuthorization"]
    driver.close()
