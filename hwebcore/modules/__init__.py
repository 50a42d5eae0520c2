"""The register of native modules: IIS's name → "file:Class" in this package.

Says what exists, never an order: that comes from the configuration. A name that is not here is not executed by this server.
Look next at pipeline/contract.py (what a module is) and pipeline/sequence.py (who reads this).
"""

from __future__ import annotations

NATIVE: dict[str, str] = {
    "DynamicIpRestrictionModule": "dynamic_ip_restriction:DynamicIpRestriction",
    "IpRestrictionModule": "ip_restriction:IpRestriction",
    "RequestFilteringModule": "request_filtering:RequestFiltering",
    "ConfigurationValidationModule": "configuration_validation:ConfigurationValidation",
    "AnonymousAuthenticationModule": "anonymous_authentication:AnonymousAuthentication",
    "BasicAuthenticationModule": "basic_authentication:BasicAuthentication",
    "UrlAuthorizationModule": "url_authorization:UrlAuthorization",
    "StaticCompressionModule": "static_compression:StaticCompression",
    "HttpRedirectionModule": "http_redirection:HttpRedirection",
    "ProtocolSupportModule": "protocol_support:ProtocolSupport",
    "HttpLoggingModule": "http_logging:HttpLogging",
    "WebSocketModule": "websocket:WebSocketModule",
    "CustomErrorModule": "custom_error:CustomError",
}
