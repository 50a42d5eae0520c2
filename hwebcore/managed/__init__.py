"""The register of managed modules: the .NET type names of a genuine configuration and what carries them out here.

Knows no order (that is the configuration's) and imports none of the files it names: a worker loads what its plan asks for.
Look next at adapter.py (how a managed module takes part in a pipeline) and context.py (what its methods are given).
"""

from __future__ import annotations

from collections.abc import Mapping

#: .NET type name without assembly → "file:Class". A .NET type of the framework that is absent has nothing to do here
#: (OutputCache, RoleManager, Profile …): its entry is skipped as not_executed_here, never an error.
MANAGED: Mapping[str, str] = {
    "System.Web.Security.WindowsAuthenticationModule": "windows_authentication:WindowsAuthenticationModule",
    "System.Web.Security.FormsAuthenticationModule": "forms_authentication:FormsAuthenticationModule",
    "System.Web.Security.DefaultAuthenticationModule": "default_authentication:DefaultAuthenticationModule",
    "System.Web.Security.UrlAuthorizationModule": "url_authorization:UrlAuthorizationModule",
    "System.Web.SessionState.SessionStateModule": "session_state:SessionStateModule",
}

#: Namespaces whose types are .NET's even where a configuration names them without an assembly.
DOTNET_NAMESPACES = ("System.", "Microsoft.")


def dotnet_name(type_name: str) -> str | None:
    """The .NET type without its assembly ("System.Web.X, System.Web, Version=4.0.0.0" gives "System.Web.X"); None for Python's."""
    if "," in type_name:
        return type_name.partition(",")[0].strip()
    name = type_name.strip()
    return name if name.startswith(DOTNET_NAMESPACES) else None


def is_framework_type(name: str) -> bool:
    """Whether a .NET type is the framework's own (not somebody's assembly): unknown ones of these are skipped, not failed."""
    return name.startswith(DOTNET_NAMESPACES)
