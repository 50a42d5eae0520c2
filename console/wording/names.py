"""Labels of attributes and elements: IIS Manager's own words where it has some, else made from the schema's name.

Data and one rule; knows no configuration. Sentences about settings stand in the files of their nouns.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_SMALL = frozenset({"of", "for", "to", "in", "on", "by", "and", "or", "from"})
_SPELLED = {
    "url": "URL", "http": "HTTP", "ip": "IP", "dns": "DNS", "sql": "SQL", "id": "ID", "ssl": "SSL", "cpu": "CPU", "utf8": "UTF-8",
    "w3c": "W3C", "cgi": "CGI", "isapi": "ISAPI", "mime": "MIME", "dav": "DAV", "iis": "IIS", "kb": "KB", "clr": "CLR",
    "etag": "ETag", "etw": "ETW", "uri": "URI",
}  # fmt: skip
LABELS = {
    "fileExtension": "File name extension", "mimeType": "MIME type", "sizeLimit": "Size limit (bytes)", "accessType": "Mode",
    "subStatusCode": "Substatus code", "responseMode": "Type", "prefixLanguageFilePath": "Folder of the languages",
    "ipAddress": "IP address", "subnetMask": "Subnet mask or prefix", "domainName": "Domain name", "allowed": "Allowed",
    "maxAllowedContentLength": "Maximum allowed content length (bytes)", "maxUrl": "Maximum URL length (bytes)",
    "maxQueryString": "Maximum query string (bytes)", "allowUnlisted": "Allow what is not listed", "connectionString": "Connection string",
    "providerName": "Provider", "groupId": "Group", "allowKeepAlive": "Keep HTTP connections alive", "userName": "User name",
    "defaultLogonDomain": "Default domain", "physicalPath": "Physical path", "applicationPool": "Application pool",
    "notListedIsapisAllowed": "Allow unspecified ISAPI modules", "notListedCgisAllowed": "Allow unspecified CGI modules",
    "scanUrl": "Scan url", "scanQueryString": "Scan query string",
    "fileExtensions/allowUnlisted": "Allow unlisted file name extensions", "verbs/allowUnlisted": "Allow unlisted verbs",
    "errorMode": "Error responses", "defaultPath": "Default page: path", "defaultResponseMode": "Default page: path type",
    "enableReverseDns": "Enable domain name restrictions", "denyAction": "Deny action type",
}  # fmt: skip

#: (value, word) of a setting, in the order of IIS Manager, where property pages and Edit Feature Settings offer it.
VALUES: dict[str, tuple[tuple[str, str], ...]] = {
    "cacheControlMode": (
        ("NoControl", "No expiry"), ("DisableCache", "Expire immediately"), ("UseMaxAge", "Expire after"), ("UseExpires", "Expire on"),
    ),
    "centralLogFileMode": (("Site", "Site"), ("CentralW3C", "Server (W3C)"), ("CentralBinary", "Server (binary)")),
    "cookieless": (
        ("AutoDetect", "Auto Detect"), ("UseCookies", "Use Cookies"), ("UseDeviceProfile", "Use Device Profile"), ("UseUri", "Use URI"),
    ),
    "defaultResponseMode": (("File", "File"), ("ExecuteURL", "Execute URL"), ("Redirect", "Redirect")),
    "denyAction": (("Unauthorized", "Unauthorized"), ("Forbidden", "Forbidden"), ("NotFound", "Not Found"), ("AbortRequest", "Abort")),
    "httpResponseStatus": (
        ("Found", "Found (302)"), ("Permanent", "Permanent (301)"), ("Temporary", "Temporary (307)"),
        ("PermRedirect", "Permanent Redirect (308)"),
    ),
    "logInUTF8": (("true", "UTF-8"), ("false", "ANSI")),
    "protection": (
        ("All", "Encryption and validation"), ("Encryption", "Encryption"), ("Validation", "Validation"), ("None", "None"),
    ),
    "period": (
        ("Hourly", "Hourly"), ("Daily", "Daily"), ("Weekly", "Weekly"), ("Monthly", "Monthly"), ("MaxSize", "At the maximum file size"),
    ),
    "selectiveLogging": (("LogAll", "All requests"), ("LogSuccessful", "Successful requests"), ("LogError", "Failed requests")),
    "sessionState/mode": (
        ("Off", "Not enabled"), ("InProc", "In process"), ("Custom", "Custom"), ("StateServer", "State Server"), ("SQLServer", "SQL Server"),
    ),
    "errorMode": (
        ("Custom", "Custom error pages"), ("Detailed", "Detailed errors"),
        ("DetailedLocalOnly", "Detailed errors for local requests, custom error pages for remote ones"),
    ),
}  # fmt: skip


def label(path: str) -> str:
    """ "maxUrlSegments" → "Max URL segments". Of a path its last name, unless the path has words of its own."""
    name = path.rpartition("/")[2]
    return LABELS.get(path) or LABELS.get(name) or humanised(name)


def humanised(name: str) -> str:
    words = [_SPELLED.get(word.lower(), word.lower()) for word in _WORD.findall(name.replace("-", " "))]
    if not words:
        return name
    first = words[0] if words[0][:1].isupper() else words[0].capitalize()
    return " ".join((first, *words[1:]))


def titled(name: str) -> str:
    """A heading: "processModel" → "Process Model"."""
    words = humanised(name).split()
    return " ".join(word if word in _SMALL or word[:1].isupper() else word.capitalize() for word in words)
