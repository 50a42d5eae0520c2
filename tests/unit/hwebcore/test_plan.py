import dataclasses

from hwebcore.plan import (
    ApplicationPlan,
    ApplicationRoute,
    BindingRoute,
    ConfigurationError,
    HandlerMapping,
    PoolPlan,
    RouteTable,
    ScopeSettings,
    SectionFault,
    SiteRoute,
    Source,
    VirtualDirectory,
)


def application(*directories: tuple[str, str], path: str = "/app") -> ApplicationPlan:
    return ApplicationPlan("Site", 1, path, tuple(VirtualDirectory(url, folder) for url, folder in directories), ())


def test_an_applications_root_is_the_folder_of_its_own_path() -> None:
    assert application(("/app/images", "/i"), ("/app", "/a")).root == "/a"
    assert application(("/app/images", "/i")).root == ""


def test_a_handler_is_managed_by_its_type_and_its_module() -> None:
    assert HandlerMapping("x", "*", (), ("ManagedPipelineHandler",), type="a.B").is_managed
    assert not HandlerMapping("x", "*", (), ("ManagedPipelineHandler",)).is_managed
    assert not HandlerMapping("x", "*", (), ("IsapiModule",), type="a.B").is_managed


def test_a_pools_digest_tells_what_it_does_and_not_on_which_line() -> None:
    plan = PoolPlan("P", "Integrated", source=Source("f", 1, 1, "c"))
    assert plan.digest == dataclasses.replace(plan, source=Source("f", 9, 2, "c")).digest
    assert plan.digest != dataclasses.replace(plan, mode="Classic").digest
    assert plan.digest != dataclasses.replace(plan, code_digest="x").digest


def test_a_route_tables_digest_knows_no_generation() -> None:
    table = RouteTable((SiteRoute("S", 1, (BindingRoute("http", "*", 80),), (ApplicationRoute("/", "P"),)),), 1, ("S",))
    assert table.digest == dataclasses.replace(table, generation=2).digest
    assert table.digest != dataclasses.replace(table, started=()).digest


def test_faults_are_found_by_section_and_by_group() -> None:
    error = ConfigurationError("0x8007000d", "no value", None)
    settings = ScopeSettings(faults=(SectionFault("system.web/authorization", error),))
    assert settings.fault("system.web/") is error
    assert settings.fault("system.webServer/httpErrors", "system.web/authorization") is error
    assert settings.fault("system.webServer/httpErrors") is None
    assert settings.fault() is None
    assert ScopeSettings().fault("system.web/") is None
