"""HTTP.SYS's order of precedence (cfg 5.2) and the longest application."""

from __future__ import annotations

import dataclasses

import pytest

from hwebcore.plan import ApplicationRoute, BindingRoute, RouteTable, SiteLimits, SiteRoute
from hwebcore.routing import Router


def site(name: str, number: int, ip: str, host: str = "", applications: tuple[str, ...] = ("/",)) -> SiteRoute:
    return SiteRoute(name, number, (BindingRoute("http", ip, 80, host),), tuple(ApplicationRoute(path, f"{name}{path}") for path in applications))


SITES = (
    site("any", 1, "*"),
    site("ip", 2, "10.0.0.1"),
    site("host", 3, "*", "www.a.com"),
    site("ip-host", 4, "10.0.0.1", "www.a.com"),
    site("wild", 5, "*", "*.a.com"),
    site("ip-wild", 6, "10.0.0.1", "*.a.com"),
    site("longer", 7, "*", "*.b.a.com"),
)
ROUTER = Router(RouteTable(SITES, 1, tuple(one.name for one in SITES)))


@pytest.mark.parametrize(
    ("ip", "host", "name"),
    [
        ("10.0.0.1", "www.a.com", "ip-host"),
        ("10.0.0.2", "www.a.com", "host"),
        ("10.0.0.1", "x.a.com", "ip-wild"),
        ("10.0.0.2", "x.a.com", "wild"),
        ("10.0.0.2", "x.b.a.com", "longer"),
        ("10.0.0.1", "other", "ip"),
        ("10.0.0.2", "other", "any"),
        ("10.0.0.2", "a.com", "any"),
        ("10.0.0.2", "", "any"),
    ],
)
def test_precedence(ip: str, host: str, name: str) -> None:
    match = ROUTER.find(ip, 80, host, "/")
    assert match is not None
    assert match.site.name == name
    assert ROUTER.find(ip, 80, host, "/") is match


def test_another_port_matches_nothing() -> None:
    assert ROUTER.find("10.0.0.1", 81, "www.a.com", "/") is None


@pytest.mark.parametrize(
    ("path", "application"),
    [("/", "/"), ("/App", "/app"), ("/app/x/y", "/app"), ("/apple", "/"), ("/app/Sub/x", "/app/sub"), ("/app/subx", "/app"), ("/x/app/sub", "/")],
)
def test_the_longest_application_by_segments(path: str, application: str) -> None:
    router = Router(RouteTable((site("s", 1, "*", applications=("/", "/app", "/app/sub")),), 1, ("s",)))
    for _ in range(2):
        match = router.find("1.1.1.1", 80, "h", path)
        assert match is not None
        assert match.application is not None
        assert match.application.path == application


def test_a_stopped_site_is_told_and_gives_way_to_a_started_one() -> None:
    stopped = Router(RouteTable((site("a", 1, "*"),), 1, ())).find("1.1.1.1", 80, "", "/")
    assert stopped is not None
    assert not stopped.started
    both = Router(RouteTable((site("a", 1, "*"), site("b", 2, "*")), 1, ("b",))).find("1.1.1.1", 80, "", "/")
    assert both is not None
    assert both.site.name == "b"


def test_a_site_without_a_root_claims_only_its_applications() -> None:
    match = Router(RouteTable((site("s", 1, "*", applications=("/app",)),), 1, ("s",))).find("1.1.1.1", 80, "", "/x")
    assert match is not None
    assert match.application is None


@pytest.mark.parametrize(
    ("stopped", "answers"),
    [
        ({"ip-host"}, "host"),
        ({"ip-host", "host"}, "ip-wild"),
        ({"ip-host", "host", "ip-wild"}, "wild"),
        ({"ip-host", "host", "ip-wild", "wild"}, "ip"),
        ({"ip-host", "host", "ip-wild", "wild", "ip"}, "any"),
    ],
)
def test_a_stopped_sites_binding_falls_through_to_the_next_less_specific_started_one(stopped: set[str], answers: str) -> None:
    router = Router(RouteTable(SITES, 1, tuple(one.name for one in SITES if one.name not in stopped)))
    match = router.find("10.0.0.1", 80, "www.a.com", "/")
    assert match is not None
    assert (match.site.name, match.started) == (answers, True)


def test_where_only_stopped_sites_fit_the_most_specific_is_told() -> None:
    match = Router(RouteTable(SITES, 1, ("longer",))).find("10.0.0.1", 80, "www.a.com", "/")
    assert match is not None
    assert (match.site.name, match.started) == ("ip-host", False)


def test_before_a_site_is_known_the_most_patient_one_counts() -> None:
    sites = tuple(dataclasses.replace(one, limits=SiteLimits(connection_timeout_s=30.0 + one.id, header_wait_timeout_s=one.id)) for one in SITES)
    assert Router(RouteTable(sites)).limits == SiteLimits(connection_timeout_s=37.0, header_wait_timeout_s=7)
    assert Router(RouteTable()).limits == SiteLimits()
