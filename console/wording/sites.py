"""Advanced settings of a site and of an application: category, label and a sentence of ours for each. Data only."""

from __future__ import annotations

from console.wording.properties import Property

_ = Property
_ROOT, _ROOT_FOLDER = "application[path=/]", "application[path=/]/virtualDirectory[path=/]"
SITE = (
    _("General", "Name", "", "name", "What everybody calls it.", True),
    _("General", "ID", "", "id", "Its number: the log's folder is named by it."),
    _("General", "Application Pool", _ROOT, "applicationPool", "The pool of the site's root application."),
    _("General", "Physical Path", _ROOT_FOLDER, "physicalPath", "The folder that answers for /."),
    _("General", "Physical Path Credentials", _ROOT_FOLDER, "userName", "The account that reads the folder; empty is the request's own."),
    _("General", "Physical Path Credentials Logon Type", _ROOT_FOLDER, "logonMethod", "How that account logs on."),
    _("General", "Preload Enabled", _ROOT, "preloadEnabled", "Loads the application before its first request."),
    _("General", "Start Automatically", "", "serverAutoStart", "Whether the site starts with the service."),
    _("Behavior", "Enabled Protocols", _ROOT, "enabledProtocols", "What the root application answers: http, net.tcp and others."),
    _("Behavior · Failed Request Tracing", "Enabled", "traceFailedRequestsLogging", "enabled", "Every request is traced here anyway: Live Requests."),
    _("Behavior · Failed Request Tracing", "Directory", "traceFailedRequestsLogging", "directory", "Where trace files would be written."),
    _("Behavior · Failed Request Tracing", "Maximum number of trace files", "traceFailedRequestsLogging", "maxLogFiles", "The oldest goes."),
    _("Behavior · HSTS", "Enabled", "hsts", "enabled", "Tells browsers to come back by https only."),
    _("Behavior · HSTS", "Max-Age", "hsts", "max-age", "For how many seconds they remember it."),
    _("Behavior · HSTS", "Include Subdomains", "hsts", "includeSubDomains", "Also for the names below."),
    _("Behavior · HSTS", "Preload", "hsts", "preload", "Asks to be put on the browsers' own lists."),
    _("Behavior · HSTS", "Redirect HTTP to HTTPS", "hsts", "redirectHttpToHttps", "Sends plain requests to https."),
    _("Behavior · Limits", "Connection Time-out", "limits", "connectionTimeout", "An idle connection is closed after so long."),
    _("Behavior · Limits", "Maximum Bandwidth (bytes/second)", "limits", "maxBandwidth", "4294967295 is no limit."),
    _("Behavior · Limits", "Maximum Concurrent Connections", "limits", "maxConnections", "4294967295 is no limit; more are answered with 503."),
    _("Behavior · Limits", "Maximum Url Segments", "limits", "maxUrlSegments", "A URL with more parts is refused with 400."),
)  # fmt: skip
_FOLDER = "virtualDirectory[path=/]"
APPLICATION = (
    _("General", "Virtual Path", "", "path", "Its URL within the site.", True),
    _("General", "Application Pool", "", "applicationPool", "The pool that runs it: its pipeline mode is the pool's."),
    _("General", "Physical Path", _FOLDER, "physicalPath", "The folder that answers for it."),
    _("General", "Physical Path Credentials", _FOLDER, "userName", "The account that reads the folder; empty is the request's own."),
    _("General", "Physical Path Credentials Logon Type", _FOLDER, "logonMethod", "How that account logs on."),
    _("General", "Preload Enabled", "", "preloadEnabled", "Loads the application before its first request."),
    _("Behavior", "Enabled Protocols", "", "enabledProtocols", "What it answers: http, net.tcp and others."),
    _("Behavior", "Service Auto-Start Enabled", "", "serviceAutoStartEnabled", "Starts the provider below with the pool."),
    _("Behavior", "Service Auto-Start Provider", "", "serviceAutoStartProvider", "What is started then."),
)  # fmt: skip
DIRECTORY = (
    _("General", "Virtual Path", "", "path", "Its URL within the application.", True),
    _("General", "Physical Path", "", "physicalPath", "The folder that answers for it."),
    _("General", "Physical Path Credentials", "", "userName", "The account that reads the folder; empty is the request's own."),
    _("General", "Physical Path Credentials Logon Type", "", "logonMethod", "How that account logs on."),
    _("Behavior", "Read web.config below", "", "allowSubDirConfig", "Whether web.config files of folders below it count."),
)  # fmt: skip
