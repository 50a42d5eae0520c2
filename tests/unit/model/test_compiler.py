"""The compiler: pools, routes, scopes and problems of small configurations, and of the real ones."""

import os
from pathlib import Path

import pytest

from hwebcore.plan import Generation, PoolPlan, ScopeSettings, from_json, to_json
from model import content_walk
from model.compiler import compile_pool, compile_server
from model.hierarchy import Hierarchy
from tests.support.configurations import sample_folder
from tests.support.meaning import SITE, hierarchy, read, server, web

FIRST_RUN = Path(__file__).resolve().parents[3] / "sample_configs" / "first-run" / "applicationHost.config"


def pool_of(generation: Generation, name: str = "P") -> PoolPlan:
    assert generation.pools is not None
    return next(pool for pool in generation.pools if pool.name == name)


def settings_at(pool: PoolPlan, prefix: str = "/") -> ScopeSettings:
    (application,) = pool.applications
    return pool.settings[next(scope.settings for scope in application.scopes if scope.prefix == prefix)]


def first_run() -> Hierarchy:
    document = read(FIRST_RUN)
    assert document is not None
    return Hierarchy(document, read)


def test_the_first_run_sample() -> None:
    generation = compile_server(first_run())
    assert generation.problems == ()
    assert [(site.name, [binding.port for binding in site.bindings], site.applications[0].pool) for site in generation.routes.sites] == [
        ("Integrated", [17080], "DefaultAppPool"),
        ("Classic", [17081], "Classic .NET AppPool"),
    ]
    integrated, classic = pool_of(generation, "DefaultAppPool"), pool_of(generation, "Classic .NET AppPool")
    assert (integrated.mode, classic.mode) == ("Integrated", "Classic")
    assert [scope.prefix for scope in integrated.applications[0].scopes] == ["/members", "/files", "/"]
    assert from_json(PoolPlan, to_json(integrated)) == integrated

    top = settings_at(integrated)
    assert [entry.name for entry in top.modules][-1] == "Stamp"
    stamp = top.modules[-1]
    assert (stamp.kind, stamp.excluded, stamp.managed_handler_only) == ("managed", "", False)
    assert stamp.lifted_by is not None
    assert "Hello-Integrated" in [row.name for row in top.handlers]
    assert "Hello-ISAPI" not in [row.name for row in top.handlers]
    assert (top.managed.authentication_mode, top.managed.forms.login_url) == ("Forms", "login")
    assert top.migration_errors == ()

    other = settings_at(classic)
    assert {entry.excluded_cause for entry in other.modules if entry.kind == "managed"} == {"mode"}
    assert "Hello-ISAPI" in [row.name for row in other.handlers]
    assert [module.name for module in other.managed.http_modules][-1] == "Stamp"

    members = settings_at(integrated, "/members").managed.authorization
    assert [(rule.allow, rule.users) for rule in members] == [(False, ("?",)), (True, ("*",))]
    assert settings_at(integrated, "/files").directory_browse.enabled


def test_plans_are_equal_from_compile_to_compile_and_the_shadow_differs() -> None:
    first, second = compile_server(first_run()), compile_server(first_run())
    assert [pool.digest for pool in first.pools or ()] == [pool.digest for pool in second.pools or ()]
    shadow = compile_pool(first_run(), "defaultapppool", "Classic")
    assert (shadow.name, shadow.mode) == ("DefaultAppPool", "Classic")
    assert shadow.digest != pool_of(first, "DefaultAppPool").digest
    with pytest.raises(KeyError):
        compile_pool(first_run(), "Nobody")


def test_a_line_above_changes_no_digest(tmp_path: Path) -> None:
    before = compile_server(hierarchy(tmp_path, server()))
    after = compile_server(hierarchy(tmp_path, server().replace("<system.applicationHost>", "<!-- more -->\n\n<system.applicationHost>")))
    assert pool_of(before).digest == pool_of(after).digest
    assert before.routes.digest == after.routes.digest


def test_the_order_of_a_real_file_is_kept() -> None:
    document = read(sample_folder() / "iis-express.applicationHost.config")
    if document is None:
        pytest.skip("the real files are not here")
    plan = pool_of(compile_server(Hierarchy(document, read)), "Clr4IntegratedAppPool")
    names = [entry.name for entry in settings_at(plan).modules]
    assert names[:4] == ["IsapiFilterModule", "BasicAuthenticationModule", "IsapiModule", "HttpLoggingModule"]
    assert names[-4:] == ["ServiceModel-4.0", "ConfigurationValidationModule", "UrlRoutingModule-4.0", "ScriptModule-4.0"]
    assert settings_at(plan).handlers[-1].name == "StaticFile"
    assert not any("ISAPI" in row.name for row in settings_at(plan).handlers if "aspnet" in row.script_processor)


def test_a_broken_server_file_gives_no_pools(tmp_path: Path) -> None:
    for broken in ("<configuration>", server("<nonsense />"), server("<system.webServer><directoryBrowse enabled='x' /></system.webServer>")):
        generation = compile_server(hierarchy(tmp_path, broken))
        assert generation.pools is None
        assert any(problem.severity == "error" and problem.source is not None for problem in generation.problems)
        assert [Path(file).name for file, _ in generation.digests] == ["applicationHost.config"]


def test_a_broken_web_config_closes_its_subtree_alone(tmp_path: Path) -> None:
    generation = compile_server(hierarchy(tmp_path, server(), {"s/x/web.config": "<configuration>\n<system.webServer>"}))
    plan = pool_of(generation)
    assert settings_at(plan).error is None
    error = settings_at(plan, "/x").error
    assert error is not None
    assert error.source is not None
    assert (error.code, error.source.line) == ("0x8007000d", 2)


def test_location_tags_and_virtual_directories_make_scopes(tmp_path: Path) -> None:
    beside = SITE.replace('physicalPath="s" />', 'physicalPath="s" /><virtualDirectory path="/v" physicalPath="v" />')
    tag = '<location path="{}"><system.webServer><directoryBrowse enabled="true" /></system.webServer></location>'
    files = {
        "s/web.config": web(tag.format("page.aspx")),
        "v/in/web.config": web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>'),
    }
    plan = pool_of(compile_server(hierarchy(tmp_path, server(tag.format("S/Files"), beside), files)))
    assert [scope.prefix for scope in plan.applications[0].scopes] == ["/page.aspx", "/files", "/v/in", "/"]
    assert settings_at(plan, "/files").directory_browse.enabled
    assert [directory.path for directory in plan.applications[0].virtual_directories] == ["/", "/v"]


def test_what_cannot_run_is_a_problem_and_the_rest_works(tmp_path: Path) -> None:
    beside = """<system.applicationHost><applicationPools><add name="P" managedRuntimeVersion="v9" /></applicationPools><sites>
<site name="A" id="1"><application path="/" applicationPool="P"><virtualDirectory path="/" physicalPath="D:\\a" /></application>
<bindings><binding protocol="http" bindingInformation="*:80:" /><binding protocol="net.tcp" bindingInformation="808:*" />
<binding protocol="http" bindingInformation="*:many:" /></bindings></site>
<site name="B" id="2"><application path="/" applicationPool="Gone"><virtualDirectory path="/" physicalPath="s" /></application>
<bindings><binding protocol="http" bindingInformation="*:80:" /></bindings></site>
</sites></system.applicationHost>"""
    generation = compile_server(hierarchy(tmp_path, server(beside=beside)), ports={80: 8080})
    codes = {problem.code for problem in generation.problems}
    assert {"unmapped-drive", "unknown-pool", "bad-binding", "not-executed", "unknown-runtime", "0x800700b7"} <= codes
    assert [(site.name, [(binding.ip, binding.port) for binding in site.bindings]) for site in generation.routes.sites] == [
        ("A", [("*", 8080)]),
        ("B", [("*", 8080)]),
    ]
    assert pool_of(generation).applications[0].root == ""


def test_two_sites_of_one_id_make_the_whole_unusable(tmp_path: Path) -> None:
    beside = '<system.applicationHost><sites><site name="A" id="2" /><site name="B" id="2" /></sites></system.applicationHost>'
    generation = compile_server(hierarchy(tmp_path, server(beside=beside)))
    assert generation.pools is None
    assert [problem.code for problem in generation.problems if problem.severity == "error"] == ["0x800700b7"]


def test_a_redirection_is_told(tmp_path: Path) -> None:
    for enabled, expected in (("true", 1), ("false", 0)):
        text = f'<configuration><configurationRedirection enabled="{enabled}" path="x" /></configuration>'
        generation = compile_server(hierarchy(tmp_path, server(), {"redirection.config": text}))
        assert sum("redirection.config" in problem.message for problem in generation.problems) == expected


def test_pool_settings(tmp_path: Path) -> None:
    pool = """<add name="P" enable32BitAppOnWin64="true" startMode="AlwaysRunning" queueLength="50">
<processModel identityType="SpecificUser" userName="www" idleTimeout="00:00:00" />
<recycling><periodicRestart requests="7" time="00:00:00"><schedule><add value="03:00:00" /></schedule></periodicRestart></recycling>
<failure rapidFailProtectionMaxCrashes="2" loadBalancerCapabilities="TcpLevel" />
<environmentVariables><add name="VIRTUAL_ENV" value="%POOLHOUSE_CONFIG%\\env" /><add name="A" value="%x%" /></environmentVariables></add>"""
    beside = SITE.replace('<add name="P" managedRuntimeVersion="v4.0" />', pool)
    plan = pool_of(compile_server(hierarchy(tmp_path, server(beside=beside))))
    assert (plan.bitness, plan.managed_runtime_version) == (32, "")
    assert (plan.process.always_running, plan.process.queue_length, plan.process.idle_timeout_s) == (True, 50, 0.0)
    assert (plan.process.identity_type, plan.process.user_name) == ("SpecificUser", "www")
    assert plan.process.environment == (("VIRTUAL_ENV", str(tmp_path / "env")), ("A", "%x%"))
    assert (plan.recycling.requests, plan.recycling.time_s, plan.recycling.schedule_s) == (7, 0.0, (10800.0,))
    assert (plan.failure.rapid_fail_max_crashes, plan.failure.load_balancer_tcp) == (2, True)


def test_warm_up_pages_the_central_log_and_what_a_pool_asks_in_vain(tmp_path: Path) -> None:
    pool = '<add name="P" managedRuntimeVersion="v4.0"><failure autoShutdownExe="C:\\none.exe" /><cpu limit="100" action="Throttle" /></add>'
    central = """<log centralLogFileMode="CentralW3C"><centralW3CLogFile directory="%POOLHOUSE_CONFIG%\\logs" /></log>"""
    beside = SITE.replace('<add name="P" managedRuntimeVersion="v4.0" />', pool).replace("<sites>", f"{central}<sites>")
    pages = '<applicationInitialization><add initializationPage="/warm" /></applicationInitialization>'
    config = server(f"<system.webServer>{pages}</system.webServer>", beside)
    generation = compile_server(hierarchy(tmp_path, config))
    plan = pool_of(generation)
    assert [page for page, _ in plan.applications[0].warm_up] == ["/warm"]
    assert (plan.sites[0].log.central, plan.sites[0].log.directory) == (True, str(tmp_path / "logs"))
    said = [problem.message for problem in generation.problems if problem.code == "not-executed"]
    assert [word for word in ("cpu limit", "processor") if any(word in message for message in said)] == ["cpu limit"]
    assert "no-program" in {problem.code for problem in generation.problems}


def test_what_the_server_and_a_site_ask_for_in_vain(tmp_path: Path) -> None:
    beside = SITE.replace(
        "<sites>", '<log centralLogFileMode="CentralBinary" /><webLimits maxGlobalBandwidth="2048" dynamicIdleThreshold="50" /><sites>'
    )
    beside = beside.replace("</site>", '<logFile logFormat="NCSA" /></site>')
    generation = compile_server(hierarchy(tmp_path, server(beside=beside)))
    said = [problem.message for problem in generation.problems if problem.code == "not-executed"]
    words = ("maxGlobalBandwidth", "dynamicIdleThreshold", "CentralBinary", "NCSA")
    assert [word for word in words if any(word in message for message in said)] == list(words)
    assert generation.pools is not None


def test_code_is_part_of_the_plan(tmp_path: Path) -> None:
    def digest(at: int) -> str:
        found = hierarchy(tmp_path, server(), {"s/app.py": "x"})
        os.utime(tmp_path / "s/app.py", ns=(at, at))
        return pool_of(compile_server(found)).digest

    assert digest(1_000_000_000) == digest(1_000_000_000)
    assert digest(1_000_000_000) != digest(2_000_000_000)


def test_migration_errors_are_in_integrated_plans(tmp_path: Path) -> None:
    files = {"s/web.config": web('<system.web><httpModules><add name="M" type="m.M" /></httpModules></system.web>')}
    found = hierarchy(tmp_path, server(), files)
    errors = settings_at(compile_pool(found, "P", "Integrated")).migration_errors
    assert [(error.substatus, error.section) for error in errors] == [(22, "system.web/httpModules")]
    assert settings_at(compile_pool(found, "P", "Classic")).migration_errors == ()


def test_what_nobody_looked_into_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deny = web(
        '<system.webServer><security><authorization><clear /><add accessType="Deny" users="*" /></authorization></security></system.webServer>'
    )
    files = {"s/.git/x.txt": "", "s/a/b/web.config": deny, "s/a/b/c/d.txt": "", "s/e/web.config": deny}
    inside = '<location path="S/.git/deep"><system.webServer><directoryBrowse enabled="true" /></system.webServer></location>'
    pool = pool_of(compile_server(hierarchy(tmp_path, server(inside), files)))
    assert settings_at(pool, "/.git").closed is not None
    assert settings_at(pool, "/.git/deep").closed is not None
    assert settings_at(pool).closed is None
    assert settings_at(pool, "/a/b").closed is None

    monkeypatch.setattr(content_walk, "MAX_FOLDERS", 3)
    generation = compile_server(hierarchy(tmp_path, server(inside), files))
    assert "content-too-large" in {problem.code for problem in generation.problems}
    assert settings_at(pool_of(generation), "/a/b").closed is not None
    assert settings_at(pool_of(generation), "/e").closed is None


# rules: files.case-scopes
def test_folders_that_differ_only_in_case_are_closed_where_one_has_rules(tmp_path: Path) -> None:
    probe = tmp_path / "probe"
    probe.mkdir()
    if (tmp_path / "PROBE").exists():
        pytest.skip("this file system does not tell cases apart")
    allow = web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>')
    files = {
        "s/Admin/web.config": allow,
        "s/admin/x.txt": "",
        "s/Docs/a.txt": "",
        "s/docs/b.txt": "",
        "s/in/Deep/web.config": allow,
        "s/In/x.txt": "",
    }
    generation = compile_server(hierarchy(tmp_path, server(), files))
    assert [problem.code for problem in generation.problems].count("doubled-folder") == 2
    pool = pool_of(generation)
    for path in ("/admin", "/in", "/in/deep"):
        closed = settings_at(pool, path).closed
        assert closed is not None
        assert "in another case" in closed.reason
    assert {scope.prefix for scope in pool.applications[0].scopes} == {"/admin", "/in", "/in/deep", "/"}
    assert settings_at(pool).closed is None


def test_an_alias_takes_no_rules_from_the_folder_that_it_leads_to(tmp_path: Path) -> None:
    deny = web(
        '<system.webServer><security><authorization><clear /><add accessType="Deny" users="*" /></authorization></security></system.webServer>'
    )
    (tmp_path / "s").mkdir()
    for alias in ("alias", "zalias"):
        (tmp_path / "s" / alias).symlink_to(tmp_path / "s" / "members")
    pool = pool_of(compile_server(hierarchy(tmp_path, server(), {"s/members/web.config": deny})))
    for prefix in ("/members", "/alias", "/zalias"):
        assert [rule.allow for rule in settings_at(pool, prefix).authorization] == [False], prefix


def test_two_applications_that_fight_for_a_module_are_told(tmp_path: Path) -> None:
    row = '<handlers><add name="a" path="a" verb="*" type="page_{0}.Page" /></handlers>'
    tags = "".join(f'<location path="S/{name}"><system.webServer>{row.format(name)}</system.webServer></location>' for name in ("one", "two"))
    applications = "".join(
        f'<application path="/{name}" applicationPool="P"><virtualDirectory path="/" physicalPath="s/{name}" /></application>'
        for name in ("one", "two")
    )
    files = {f"s/{name}/{file}": text for name in ("one", "two") for file, text in (("shop.py", ""), (f"page_{name}.py", "import shop"))}
    generation = compile_server(hierarchy(tmp_path, server(tags).replace("<bindings>", f"{applications}<bindings>", 1), files))
    (told,) = [one for one in generation.problems if one.code == "name-clash"]
    assert told.severity == "error"
    assert told.message.startswith('The application "S/two" has a module "shop", and so has "S/one" of the same pool, "P"')


def test_an_environment_of_another_python_is_told(tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    (tmp_path / "venv" / "pyvenv.cfg").write_text("version = 3.9.1\n")
    variable = f'<environmentVariables><add name="VIRTUAL_ENV" value="{tmp_path}/venv" /></environmentVariables>'
    beside = f'<system.applicationHost><applicationPools><add name="P">{variable}</add></applicationPools></system.applicationHost>'
    generation = compile_server(hierarchy(tmp_path, server(beside=beside)))
    (told,) = [one for one in generation.problems if one.code == "virtual-environment"]
    assert told.severity == "error"
    assert 'The pool "P" cannot start: its VIRTUAL_ENV' in told.message
    assert "has Python 3.9" in told.message
