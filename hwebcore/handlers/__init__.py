"""The register of what executes a request: a name in a handler row's `modules` → "file:Class" in this package.

A row whose module is not here answers 500.21 naming it. Order comes from the configuration, never from here.
Look next at pipeline/contract.py (RequestHandler) and pipeline/sequence.py (who reads this).
"""

from __future__ import annotations

HANDLERS: dict[str, str] = {
    "StaticFileModule": "static_file:StaticFile",
    "DefaultDocumentModule": "default_document:DefaultDocument",
    "DirectoryListingModule": "directory_listing:DirectoryListing",
    "ProtocolSupportModule": "protocol_support:ProtocolSupport",
    "ManagedPipelineHandler": "managed:ManagedHandler",
    "IsapiModule": "isapi:IsapiHandler",
}
