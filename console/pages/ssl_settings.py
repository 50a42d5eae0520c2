"""SSL Settings: whether https, 128 bits and a client's certificate are required here.

Knows no widget, file or process; the flags are the schema's. A required client certificate closes the path: this server asks for none.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.entry_faults import Given
from console.property_page import FormPage, Group, OneOf
from console.ways import Way

SECTION = "system.webServer/security/access"
_FLAGS = "access/sslFlags"
_CERTIFICATES, _REQUIRE = f"{_FLAGS}/SslNegotiateCert", "SslNegotiateCert, SslRequireCert"


def _faults(given: Given) -> Mapping[str, str]:
    """Without SSL there is neither a key's length nor a certificate."""
    if given[f"{_FLAGS}/Ssl"] == "true":
        return {}
    needing = ((f"{_FLAGS}/Ssl128", "true"), (_CERTIFICATES, _REQUIRE))
    return {name: "Require SSL, too: this is a property of SSL." for name, value in needing if given[name] == value}


PAGE = FormPage(
    "ssl_settings", "SSL Settings",
    "Without SSL a request is answered with 403.4, with less than 128 bits with 403.5. No client certificate is asked for: where one is required "
    "the path is closed (403).",
    (Group("SSL", lambda view: Way(SECTION), ("sslFlags",),
           words={"Ssl": "Require SSL", "Ssl128": "Require 128-bit SSL"},
           one_of={"sslFlags": OneOf("Client certificates", (("", "Ignore"), ("SslNegotiateCert", "Accept"), (_REQUIRE, "Require")))}),),
    SECTION, _faults,
)  # fmt: skip
