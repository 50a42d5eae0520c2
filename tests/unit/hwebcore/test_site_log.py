"""A site's log as a part of plans: hwebcore/site_log.py."""

from __future__ import annotations

from hwebcore.plan import PoolPlan, SitePlan, from_json, to_json
from hwebcore.site_log import CustomField, SiteLog


def test_it_travels_with_the_plan() -> None:
    log = SiteLog(fields=("Date",), custom=(CustomField("a", "RequestHeader", "X-A"),), most_custom_bytes=10)
    plan = PoolPlan("P", "Integrated", sites=(SitePlan("S", 1, log=log),))
    assert from_json(PoolPlan, to_json(plan)).sites[0].log == log
    assert PoolPlan("P", "Integrated", sites=(SitePlan("S", 1),)).digest != plan.digest
