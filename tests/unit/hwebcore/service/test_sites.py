"""Which sites are started: hwebcore/service/sites.py."""

from __future__ import annotations

import dataclasses
from typing import Any

from hwebcore.plan import RouteTable
from hwebcore.service.sites import Sites
from tests.support.server_driver import site


class _Traffic:
    def __init__(self) -> None:
        self.tables: list[RouteTable] = []

    async def route(self, routes: RouteTable) -> None:
        self.tables.append(routes)


async def test_a_users_word_outlives_generations_and_auto_start_is_for_new_sites() -> None:
    traffic: Any = _Traffic()
    sites = Sites(traffic, lambda: None)
    one, two = site(80, "One"), dataclasses.replace(site(81, "Two", 2), auto_start=False)
    await sites.route(RouteTable((one, two)))
    assert traffic.tables[-1].started == ("One",)
    await sites.set("Two", True)
    await sites.set("One", False)
    await sites.route(RouteTable((one, two, site(82, "Three", 3))))
    assert traffic.tables[-1].started == ("Two", "Three")
    await sites.set("Two", True)
    assert len(traffic.tables) == 4  # nothing changed: nothing sent
    assert not sites.knows("Four")
