"""PoolPlan and RouteTable: all that a worker and the front must know, decided beforehand, as frozen values.

Knows no XML, no inheritance and no defaults: whoever makes a plan has settled them. Both artefacts travel as JSON
(`to_json`, `from_json`) and are compared by digest: equal digests mean that nothing has to happen.
Made by model/compiler.py; read by hwebcore/worker and hwebcore/front. Their JSON: plan_json.py;
the table of routes: routes.py, rules of filtering: request_filtering.py, limits on one address: request_limits.py,
which addresses are let in: address_rules.py, where requests are sent instead: redirects.py, what is compressed: compression.py.
"""

from __future__ import annotations

from typing import Literal

from hwebcore.address_rules import AddressRule as AddressRule
from hwebcore.address_rules import AddressRules as AddressRules
from hwebcore.address_rules import span as span
from hwebcore.compression import StaticCompression as StaticCompression
from hwebcore.frozen import frozen
from hwebcore.plan_json import digest as digest
from hwebcore.plan_json import from_json as from_json
from hwebcore.plan_json import to_json as to_json
from hwebcore.redirects import HttpRedirect as HttpRedirect
from hwebcore.redirects import Redirect as Redirect
from hwebcore.request_filtering import RequestFiltering as RequestFiltering
from hwebcore.request_filtering import Rule as Rule
from hwebcore.request_limits import DenyAction as DenyAction
from hwebcore.request_limits import RequestLimits as RequestLimits
from hwebcore.routes import ApplicationRoute as ApplicationRoute
from hwebcore.routes import BindingRoute as BindingRoute
from hwebcore.routes import RouteTable as RouteTable
from hwebcore.routes import SiteLimits as SiteLimits
from hwebcore.routes import SiteRoute as SiteRoute
from hwebcore.routes import pattern_of as pattern_of
from hwebcore.routes import url_of as url_of
from hwebcore.site_log import CustomField as CustomField
from hwebcore.site_log import SiteLog as SiteLog
from hwebcore.source import Problem as Problem
from hwebcore.source import Severity as Severity
from hwebcore.source import Source as Source

Mode = Literal["Integrated", "Classic"]


# --- what a pool is -------------------------------------------------------------------------------------------------


@frozen
class ProcessSettings:
    """`processModel`, `environmentVariables` and the start attributes of a pool."""

    idle_timeout_s: float = 1200.0
    startup_time_limit_s: float = 90.0
    shutdown_time_limit_s: float = 90.0
    pinging_enabled: bool = True
    ping_interval_s: float = 30.0
    ping_response_time_s: float = 90.0
    max_processes: int = 1
    identity_type: str = "ApplicationPoolIdentity"
    user_name: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    #: logEventOnProcessModel has IdleTimeout.
    log_idle_timeout: bool = True
    always_running: bool = False
    auto_start: bool = True
    queue_length: int = 1000
    #: Threads for WSGI applications and blocking modules of one worker.
    threads: int = 16


@frozen
class RecyclingSettings:
    disallow_overlapping_rotation: bool = False
    disallow_rotation_on_config_change: bool = False
    time_s: float = 104400.0
    requests: int = 0
    private_memory_kb: int = 0
    virtual_memory_kb: int = 0
    schedule_s: tuple[float, ...] = ()
    #: logEventOnRecycle: the reasons whose events are written.
    log_events: tuple[str, ...] = ("Time", "Requests", "Schedule", "Memory", "IsapiUnhealthy", "OnDemand", "ConfigChange", "PrivateMemory")


@frozen
class FailureSettings:
    rapid_fail_protection: bool = True
    rapid_fail_interval_s: float = 300.0
    rapid_fail_max_crashes: int = 5
    load_balancer_tcp: bool = False
    #: A worker that fails is left to a debugger, and replaced.
    orphan: bool = False
    #: What is run then, and when rapid-fail protection stops the pool: a program of this system, and its parameters (%1% is the pid).
    orphan_program: tuple[str, str] = ("", "")
    shutdown_program: tuple[str, str] = ("", "")


@frozen
class CpuSettings:
    """`limit`: thousandths of a percent of all processors' time that the workers may use in an interval, 0 for any."""

    limit: int = 0
    #: KillW3wp ends the workers, and none is started until the interval is over; anything else only tells.
    kill: bool = False
    reset_interval_s: float = 300.0
    #: Bits of the processors that workers may run on, 0 for all.
    affinity: int = 0


# --- what a request meets: settings per module, decided -------------------------------------------------------------


@frozen
class ModuleEntry:
    """A row of the effective `<modules>`; its place in the tuple is the configured order.

    `excluded` is the reason (a sentence) why a static precondition or the pool's mode keeps the module out, "" where it takes
    part; `excluded_cause` is "precondition" or "mode". `managed_handler_only` is the token managedHandler, already false where
    runAllManagedModulesForAllRequests lifts it (`lifted_by` is then the attribute's source).
    """

    name: str
    kind: Literal["native", "managed"]
    #: native: the image's file name in lower case without folder ("static.dll"); managed: the type as written.
    type: str
    source: Source | None = None
    managed_handler_only: bool = False
    lifted_by: Source | None = None
    excluded: str = ""
    excluded_cause: Literal["", "precondition", "mode"] = ""


@frozen
class HandlerMapping:
    """A row of the effective `<handlers>` whose static preconditions hold; first match in tuple order wins."""

    name: str
    path: str
    #: Empty: every verb. Verbs compare case-sensitively.
    verbs: tuple[str, ...]
    modules: tuple[str, ...]
    type: str = ""
    script_processor: str = ""
    resource_type: Literal["File", "Directory", "Either", "Unspecified"] = "Unspecified"
    require_access: Literal["None", "Read", "Write", "Script", "Execute"] = "Script"
    allow_path_info: bool = False
    response_buffer_limit: int = 4194304
    source: Source | None = None

    @property
    def is_managed(self) -> bool:
        """Whether the row names a managed type run by ManagedPipelineHandler (the managedHandler precondition's question)."""
        return bool(self.type) and "ManagedPipelineHandler" in self.modules


@frozen
class LeftOutHandler:
    """A row that a static precondition keeps out: told where nobody else answers (404.4). Counts in no digest."""

    row: HandlerMapping
    reason: str


@frozen
class MigrationError:
    """Why ConfigurationValidationModule answers 500.22, 500.23 or 500.24 in an Integrated pool."""

    substatus: int
    section: str
    source: Source | None


@frozen
class AnonymousAuthentication:
    enabled: bool = True
    user_name: str = "IUSR"
    source: Source | None = None


@frozen
class BasicAuthentication:
    enabled: bool = False
    realm: str = ""
    default_logon_domain: str = ""
    source: Source | None = None


@frozen
class AuthorizationRule:
    """A rule of system.webServer/security/authorization or of system.web/authorization. "*" is everybody, "?" anonymous."""

    allow: bool
    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    source: Source | None = None


@frozen
class StaticContent:
    #: (extension with its dot in lower case, MIME type)
    mime_map: tuple[tuple[str, str], ...] = ()
    cache_control: str = ""
    expires: str = ""
    set_etag: bool = True
    source: Source | None = None
    #: serverRuntime: a small file is held in memory from so many readings within so many seconds on.
    frequent_hits: int = 2
    frequent_period_s: float = 10.0


@frozen
class DefaultDocument:
    enabled: bool = True
    files: tuple[Rule, ...] = ()
    source: Source | None = None


@frozen
class DirectoryBrowse:
    enabled: bool = False
    show_flags: tuple[str, ...] = ("Date", "Time", "Size", "Extension")
    source: Source | None = None


@frozen
class ErrorPage:
    """A row of httpErrors. `path`: a file of this system (File), a site-absolute URL (ExecuteURL) or any URL (Redirect)."""

    status: int
    substatus: int
    mode: Literal["File", "ExecuteURL", "Redirect"]
    path: str
    source: Source | None = None


@frozen
class HttpErrors:
    error_mode: Literal["DetailedLocalOnly", "Custom", "Detailed"] = "DetailedLocalOnly"
    existing_response: Literal["Auto", "Replace", "PassThrough"] = "Auto"
    pages: tuple[ErrorPage, ...] = ()
    source: Source | None = None


@frozen
class HttpProtocol:
    allow_keep_alive: bool = True
    custom_headers: tuple[tuple[str, str], ...] = ()
    redirect_headers: tuple[tuple[str, str], ...] = ()
    source: Source | None = None


@frozen
class HttpLogging:
    dont_log: bool = False
    selective: Literal["LogAll", "LogSuccessful", "LogError"] = "LogAll"


@frozen
class WebSocketSettings:
    enabled: bool = True
    #: Bytes that one message may have.
    receive_buffer_limit: int = 4194304
    #: 0: no pings.
    ping_interval_s: float = 0.0
    source: Source | None = None


@frozen
class IsapiRestriction:
    """security/isapiCgiRestriction: `path` is the last path component in lower case ("aspnet_isapi.dll")."""

    not_listed_isapis_allowed: bool = False
    entries: tuple[Rule, ...] = ()
    source: Source | None = None


@frozen
class FormsSettings:
    cookie_name: str = ".ASPXAUTH"
    login_url: str = "login.aspx"
    default_url: str = "default.aspx"
    cookie_path: str = "/"
    domain: str = ""
    timeout_s: float = 1800.0
    sliding: bool = True
    require_ssl: bool = False
    #: (user name, password or hash, source) of credentials/user; `password_format` Clear, SHA1, MD5, SHA256, SHA384, SHA512.
    users: tuple[tuple[str, str], ...] = ()
    password_format: str = "SHA1"
    source: Source | None = None


@frozen
class SessionSettings:
    mode: str = "InProc"
    cookie_name: str = "ASP.NET_SessionId"
    timeout_s: float = 1200.0
    same_site: str = "Lax"
    source: Source | None = None


@frozen
class ManagedModuleEntry:
    """A row of system.web/httpModules: what Classic's managed pipeline runs, in this order."""

    name: str
    type: str
    source: Source | None = None


@frozen
class ManagedHandlerMapping:
    """A row of system.web/httpHandlers; first match wins."""

    path: str
    verbs: tuple[str, ...]
    type: str
    validate: bool = True
    source: Source | None = None


@frozen
class ManagedSettings:
    """What ASP.NET reads from system.web, in either mode."""

    authentication_mode: Literal["None", "Windows", "Forms", "Passport", "Federated"] = "Windows"
    authentication_source: Source | None = None
    forms: FormsSettings = FormsSettings()
    authorization: tuple[AuthorizationRule, ...] = ()
    session: SessionSettings = SessionSettings()
    http_modules: tuple[ManagedModuleEntry, ...] = ()
    http_handlers: tuple[ManagedHandlerMapping, ...] = ()
    #: machineKey: hexadecimal, "" for AutoGenerate (the instance's own key).
    decryption_key: str = ""
    validation_key: str = ""


@frozen
class ConfigurationError:
    """500.19: the configuration of this scope cannot be used. `code` is the HRESULT."""

    code: str
    message: str
    source: Source | None


@frozen
class SectionFault:
    """A section holds a value that is none: 500.19 where a module or handler reads it, and nowhere else."""

    section: str
    error: ConfigurationError


@frozen
class Closed:
    """DESIGN.md 4, fail closed: a restriction in force that this server does not execute. 403 with `reason`."""

    section: str
    reason: str
    source: Source | None


@frozen
class ScopeSettings:
    """Everything a request below one path prefix meets. Interned by content: `PoolPlan.settings` holds each once."""

    modules: tuple[ModuleEntry, ...] = ()
    handlers: tuple[HandlerMapping, ...] = ()
    left_out: tuple[LeftOutHandler, ...] = ()
    access_policy: tuple[str, ...] = ("Read",)
    handlers_source: Source | None = None
    request_filtering: RequestFiltering = RequestFiltering()
    migration_errors: tuple[MigrationError, ...] = ()
    anonymous: AnonymousAuthentication = AnonymousAuthentication()
    basic: BasicAuthentication = BasicAuthentication()
    authorization: tuple[AuthorizationRule, ...] = ()
    static_content: StaticContent = StaticContent()
    default_document: DefaultDocument = DefaultDocument()
    directory_browse: DirectoryBrowse = DirectoryBrowse()
    http_errors: HttpErrors = HttpErrors()
    http_protocol: HttpProtocol = HttpProtocol()
    http_logging: HttpLogging = HttpLogging()
    http_redirect: HttpRedirect = HttpRedirect()
    static_compression: StaticCompression = StaticCompression()
    isapi: IsapiRestriction = IsapiRestriction()
    websocket: WebSocketSettings = WebSocketSettings()
    request_limits: RequestLimits = RequestLimits()
    address_rules: AddressRules = AddressRules()
    managed: ManagedSettings = ManagedSettings()
    error: ConfigurationError | None = None
    faults: tuple[SectionFault, ...] = ()
    closed: Closed | None = None
    #: access@sslFlags: Ssl and Ssl128, where they are asked for.
    ssl_flags: tuple[str, ...] = ()
    ssl_source: Source | None = None
    #: A module's bad precondition token: 500.0 for every request (rt 3.4).
    bad_precondition: ConfigurationError | None = None

    def fault(self, *names: str) -> ConfigurationError | None:
        """What is wrong with the first of these sections that is faulty; a name that ends with a slash is a group."""
        return next((fault.error for fault in self.faults if fault.section.startswith(names) and names), None) if self.faults else None


@frozen
class Scope:
    """`prefix`: URL path within the site in lower case, "/" or "/a/b" (no slash at the end); the longest that matches by segments wins."""

    prefix: str
    settings: int


@frozen
class VirtualDirectory:
    """`path`: URL path within the site ("/", "/app", "/app/images"); `physical_path`: an absolute folder of this system, "" if unmapped."""

    path: str
    physical_path: str
    source: Source | None = None


@frozen
class ApplicationPlan:
    site: str
    site_id: int
    #: URL path within the site: "/" or "/app".
    path: str
    virtual_directories: tuple[VirtualDirectory, ...]
    #: Sorted longest prefix first; the last is the application's own path.
    scopes: tuple[Scope, ...]
    preload: bool = False
    #: Pages of applicationInitialization: (URL path and query within the site, host name or "").
    warm_up: tuple[tuple[str, str], ...] = ()
    source: Source | None = None

    @property
    def root(self) -> str:
        """The application's physical folder ("" if unmapped): where its Python code is looked for."""
        for directory in self.virtual_directories:
            if directory.path == self.path:
                return directory.physical_path
        return ""


@frozen
class SitePlan:
    name: str
    id: int
    limits: SiteLimits = SiteLimits()  # frozen, as the others are
    log: SiteLog = SiteLog()


@frozen
class PoolPlan:
    """One application pool, ready to run. A worker lives and dies with one plan."""

    name: str
    mode: Mode
    managed_runtime_version: str = "v4.0"
    bitness: int = 64
    process: ProcessSettings = ProcessSettings()
    recycling: RecyclingSettings = RecyclingSettings()
    failure: FailureSettings = FailureSettings()
    cpu: CpuSettings = CpuSettings()
    sites: tuple[SitePlan, ...] = ()
    applications: tuple[ApplicationPlan, ...] = ()
    settings: tuple[ScopeSettings, ...] = ()
    #: Changes when a Python file below an application's folder changes: part of the digest, so new code means a new worker.
    code_digest: str = ""
    source: Source | None = None

    @property
    def digest(self) -> str:
        return digest(self)


# --- one compiled state ----------------------------------------------------------------------------------------------


@frozen
class Generation:
    """One compiled state of the whole configuration: what a PlanSource yields.

    `pools` is None where the server-level configuration is unusable: the last good generation stays and `problems` says why.
    `digests`: file → SHA-256 (hexadecimal) of the bytes it was made from.
    """

    pools: tuple[PoolPlan, ...] | None
    routes: RouteTable
    problems: tuple[Problem, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    compiled_ms: float = 0.0
