"""What is wrong with the certificates of https bindings: missing, not usable, near or past their end, for another host.

Knows the store's contents and routes, no service and no socket: the service tells it of what runs, `poolhouse check` of what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hwebcore.certificate import Certificate, now
from hwebcore.certificate_keys import SNI, key_of, keys_for
from hwebcore.certificate_store import CertificateStore, Contents, StoreFault
from hwebcore.plan import BindingRoute, Problem, SiteRoute


class CertificateProblems:
    """`fault`: why the store as a whole cannot be used."""

    def __init__(self, contents: Contents, fault: str = "") -> None:
        known = {certificate.name: certificate for certificate in contents.certificates}
        self._serving = {key: known[name] for key, name in contents.bindings.items() if name in known}
        self._contents = contents
        self._fault = fault

    @classmethod
    def read(cls, store: CertificateStore) -> CertificateProblems:
        try:
            return cls(store.read())
        except (StoreFault, OSError) as error:
            return cls(Contents(), str(error))

    def of(self, binding: BindingRoute) -> Certificate | None:
        """The certificate that a client of this binding is shown."""
        for key in keys_for(binding.ip, binding.port, binding.host):
            if key in self._serving:
                return self._serving[key]
        return None

    def missing(self, binding: BindingRoute) -> str:
        """Why nobody can connect to this https binding, "" where one can."""
        if binding.protocol != "https" or self.of(binding) is not None:
            return ""
        key = key_of(binding)
        reason = self._fault or self._contents.unreadable.get(self._contents.bindings.get(key, ""), "")
        if reason:
            return f"the certificate of {key} cannot be used: {reason}"
        return f"no certificate is bound to {key}: poolhouse certificate new --bind {key} makes one for development"

    def problems(self, sites: Iterable[SiteRoute]) -> list[Problem]:
        return [problem for site in sites for binding in site.bindings if binding.protocol == "https" for problem in self._of_one(site, binding)]

    def _of_one(self, site: SiteRoute, binding: BindingRoute) -> Iterator[Problem]:
        where = binding.source or site.source
        if binding.ssl_flags & SNI and not binding.host:
            yield Problem("warning", "sni-without-host", f"site {site.name!r}: sslFlags asks for SNI, and the binding has no host name", where)
        missing = self.missing(binding)
        if missing:
            yield Problem("error", "no-certificate", f"site {site.name!r}: {missing}", where)
            return
        certificate = self.of(binding)
        assert certificate is not None
        moment = now()
        trouble = certificate.trouble(moment)
        if trouble:
            message = f"site {site.name!r}: the certificate {certificate.name!r} of {binding.host or binding.ip}:{binding.port} {trouble}"
            yield Problem("error" if certificate.expired(moment) else "warning", "certificate-expires", message, where)
        if binding.host and not certificate.covers(binding.host):
            names = ", ".join(certificate.names) or "no host at all"
            message = f"site {site.name!r}: clients of {binding.host} are shown the certificate {certificate.name!r}, which is for {names}"
            yield Problem("warning", "certificate-host", message, where)
