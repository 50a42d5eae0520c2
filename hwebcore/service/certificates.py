"""Certificates as the service shares them out: each key to the front, and to a pool's workers only where nobody else's site uses it.

Knows the store, routes and channels; no handshake. A change in the store is seen within a second and recycles nobody: processes get the
new set, connections keep what they began with. What is missing, ends soon or names another host is a Problem.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hwebcore.certificate import Certificate
from hwebcore.certificate_keys import NO_TLS13, Users, key_of
from hwebcore.certificate_problems import CertificateProblems
from hwebcore.certificate_store import CertificateStore, Contents, StoreFault
from hwebcore.channel import MOST_DESCRIPTORS, Message
from hwebcore.plan import BindingRoute, Problem, RouteTable
from hwebcore.platform import memory_text

#: How long a judgement on the certificates' ends stands.
_LOOK_S = 60.0

Send = Callable[[Message, list[int]], object]


@dataclass(frozen=True, slots=True)
class Share:
    """One certificate as a process gets it. `keys`: where it serves, and whether without TLS 1.3; `pool`: whose workers may hold it."""

    certificate: Certificate
    keys: tuple[tuple[str, bool], ...]
    pool: str
    pem: bytes

    @property
    def entry(self) -> Message:
        told = self.certificate
        return {
            "name": told.name, "keys": [list(pair) for pair in self.keys], "pool": self.pool, "subject": told.subject, "issuer": told.issuer,
            "bits": told.key_bits,
        }  # fmt: skip


class Told:
    """What one process knows of certificates: it is told only what differs."""

    def __init__(self) -> None:
        self._told: list[Share] = []

    def tell(self, send: Send, shares: Iterable[Share]) -> None:
        wanted = list(shares)
        if wanted == self._told:
            return
        pieces = [wanted[start : start + MOST_DESCRIPTORS] for start in range(0, len(wanted), MOST_DESCRIPTORS)] or [[]]
        for number, piece in enumerate(pieces):
            fds: list[int] = []
            try:
                fds.extend(memory_text("certificate", share.pem) for share in piece)
                entries = [share.entry for share in piece]
                send({"type": "certificates", "first": not number, "last": number == len(pieces) - 1, "certificates": entries}, fds)
            finally:
                for fd in fds:
                    os.close(fd)
        self._told = wanted


class Certificates:
    """`refresh` looks at the store again; `report` hears what cannot be used."""

    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        self._store = CertificateStore(state_dir)
        self._report = report
        self._signature: tuple[object, ...] = ()
        self._pems: dict[str, bytes] = {}
        self._shared: tuple[RouteTable, tuple[Share, ...]] | None = None
        self._judged: tuple[RouteTable, float, list[Problem]] | None = None
        self.contents = Contents()
        #: Why the store as a whole cannot be used, "" where it can.
        self.fault = ""
        self._problems = CertificateProblems(self.contents)
        self.refresh()

    def refresh(self) -> bool:
        """Whether anything is new."""
        try:
            signature = self._store.signature()
        except OSError as error:  # told below, where it is read
            signature = (str(error),)
        if signature == self._signature:
            return False
        self._signature = signature
        self._shared = self._judged = None
        try:
            self.contents, self.fault = self._store.read(), ""
            self._pems = {one.name: self._store.text(one.name) for one in self.contents.certificates}
        except (StoreFault, OSError) as error:
            self.contents, self._pems, self.fault = Contents(), {}, str(error)
            self._report(f"no certificate can be used: {error}")
        self._problems = CertificateProblems(self.contents, self.fault)
        for name, reason in self.contents.unreadable.items():
            self._report(f"the certificate {name!r} cannot be used: {reason}")
        return True

    # --- who gets what

    def shares(self, routes: RouteTable) -> tuple[Share, ...]:
        if self._shared is None or self._shared[0] is not routes:
            self._shared = routes, tuple(self._share_out(routes))
        return self._shared[1]

    def _share_out(self, routes: RouteTable) -> Iterable[Share]:
        keys: dict[str, list[str]] = defaultdict(list)
        pools: dict[str, set[str]] = defaultdict(set)  # by the key itself: two certificates may be of one
        known, users = {certificate.name: certificate for certificate in self.contents.certificates}, Users(routes.sites)
        for key, name in self.contents.bindings.items():
            certificate = known.get(name)
            sites = users.of(key) if certificate is not None else []
            if certificate is None or not sites:
                continue
            keys[name].append(key)
            pools[certificate.key_digest].update(application.pool for site in sites for application in site.applications)
        old = {key_of(one) for site in routes.sites for one in site.bindings if one.protocol == "https" and one.ssl_flags & NO_TLS13}
        for name, bound in sorted(keys.items()):
            of_pools = pools[known[name].key_digest]
            pool = next(iter(of_pools)) if len(of_pools) == 1 else ""
            yield Share(known[name], tuple((key, key in old) for key in bound), pool, self._pems[name])

    # --- what is wrong

    def missing(self, binding: BindingRoute) -> str:
        """Why nobody can connect to this https binding, "" where one can."""
        return self._problems.missing(binding)

    def problems(self, routes: RouteTable) -> list[Problem]:
        """Of the started sites. Looked at again when routes or the store changed, and once a minute: certificates end."""
        moment = time.monotonic()
        if self._judged is None or self._judged[0] is not routes or moment > self._judged[1] + _LOOK_S:
            started = set(routes.started)
            self._judged = routes, moment, self._problems.problems(site for site in routes.sites if site.name in started)
        return self._judged[2]

    def described(self) -> list[Mapping[str, Any]]:
        """For snapshots."""
        contents = self.contents
        return [one.described() | {"bindings": list(contents.keys_of(one.name))} for one in contents.certificates]
