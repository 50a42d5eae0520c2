import pytest

from console.cli.output import USAGE, Ended
from console.cli.target import find_target
from hwebcore.plan import ApplicationRoute, BindingRoute, RouteTable, SiteRoute


def site(name: str, number: int, *bindings: tuple[str, int, str], applications: tuple[tuple[str, str], ...] = (("/", "P"),)) -> SiteRoute:
    bound = tuple(BindingRoute("http", ip, port, host) for ip, port, host in bindings)
    return SiteRoute(name, number, bound, tuple(ApplicationRoute(path, pool) for path, pool in applications))


ROUTES = RouteTable(
    (
        site("any", 1, ("*", 80, "")),
        site("ip", 2, ("127.0.0.1", 80, "")),
        site("host", 3, ("*", 80, "shop.example")),
        site("wild", 4, ("*", 80, "*.example")),
        site("apps", 5, ("127.0.0.1", 81, ""), applications=(("/", "P"), ("/app", "Q"), ("/app/deep", "R"))),
    )
)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1/", "ip"),
        ("http://localhost/", "ip"),
        ("http://10.0.0.1/", "any"),
        ("http://shop.example/", "host"),
        ("http://SHOP.example/x", "host"),
        ("http://other.example/", "wild"),
    ],
)
def test_the_host_counts_before_the_address(url: str, name: str) -> None:
    assert find_target(url, ROUTES).site == name


@pytest.mark.parametrize(
    ("path", "pool"),
    [("/", "P"), ("/app", "Q"), ("/APP/x", "Q"), ("/apple", "P"), ("/app/deep/er", "R"), ("/app%2fdeep", "R"), ("/app?x=/app/deep", "Q")],
)
def test_the_longest_application_that_holds_the_path(path: str, pool: str) -> None:
    assert find_target(f"http://127.0.0.1:81{path}", ROUTES).pool == pool


def test_what_is_sent_is_safe_and_whole() -> None:
    target = find_target("http://127.0.0.1:81/a b/ä\x7f?q=1&r=2", ROUTES)
    assert target.path == "/a%20b/%C3%A4%7F?q=1&r=2"
    assert target.endpoint == ("127.0.0.1", 81)
    assert target.host == "127.0.0.1:81"


@pytest.mark.parametrize(
    "url", ["/hello", "https://127.0.0.1/", "ftp://x/", "http://", "http://127.0.0.1:99/", "http://127.0.0.1:x/", "http://127.0.0.1:99999/"]
)
def test_a_url_that_goes_nowhere(url: str) -> None:
    with pytest.raises(Ended) as ended:
        find_target(url, ROUTES)
    assert ended.value.code == USAGE


def test_https_goes_to_bindings_of_https() -> None:
    secure = SiteRoute("secure", 6, (BindingRoute("https", "*", 443, "shop.example"),), (ApplicationRoute("/", "S"),))
    target = find_target("https://shop.example/x", RouteTable((*ROUTES.sites, secure)))
    assert (target.site, target.pool, target.endpoint, target.secure) == ("secure", "S", ("127.0.0.1", 443), True)
    with pytest.raises(Ended):
        find_target("http://shop.example:443/", RouteTable((secure,)))
