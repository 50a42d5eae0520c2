"""What is wrong with the certificates of https bindings: hwebcore/certificate_problems.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.certificate_problems import CertificateProblems
from hwebcore.plan import ApplicationRoute, BindingRoute, SiteRoute, Source
from tests.support.tls import keep

SOURCE = Source("x.config", 3, 4, "")


def _bound(host: str, port: int = 443, flags: int = 1, protocol: str = "https") -> BindingRoute:
    return BindingRoute(protocol, "*", port, host, SOURCE, flags)


@pytest.mark.parametrize(
    ("binding", "codes", "words"),
    [
        (_bound("a.x"), [], ""),
        (_bound("none.x"), ["no-certificate"], "poolhouse certificate new --bind none.x:443"),
        (_bound("other.x"), ["certificate-host"], "which is for a.x"),
        (_bound("soon.x"), ["certificate-expires"], "expires on"),
        (_bound("broken.x"), ["no-certificate"], "cannot be used"),
        (_bound("", 444), ["sni-without-host", "no-certificate"], "*:444"),
        (_bound("none.x", 80, 0, "http"), [], ""),
    ],
)
def test_problems(tmp_path: Path, binding: BindingRoute, codes: list[str], words: str) -> None:
    store = keep(tmp_path, (["a.x"], "a.x:443"), (["broken.x"], "broken.x:443"))
    (store.folder / "broken.x.pem").write_text("no pem")
    store.bind("other.x:443", "a.x")
    store.add("soon", self_signed(["soon.x"], days=3))
    store.bind("soon.x:443", "soon")
    found = CertificateProblems.read(store).problems([SiteRoute("A", 1, (binding,), (ApplicationRoute("/", "A"),))])
    assert [problem.code for problem in found] == codes
    assert words in " ".join(problem.message for problem in found)
    assert all(problem.source == SOURCE for problem in found)


def test_a_store_that_cannot_be_trusted_is_a_problem_of_each_binding(tmp_path: Path) -> None:
    store = keep(tmp_path, (["a.x"], "a.x:443"))
    store.folder.chmod(0o755)
    assert "0700" in CertificateProblems.read(store).missing(_bound("a.x"))
