"""Application pools as typed values; what compiler.py makes of them is tested there."""

from pathlib import Path

from hwebcore.plan import CpuSettings
from model.sections.application_pools import (
    ApplicationPools,
    AppPool,
    cpu_settings,
    failure_settings,
    not_executed,
    process_settings,
    programs,
    recycling_settings,
)
from tests.support.meaning import hierarchy, server


def test_pools_with_their_defaults(tmp_path: Path) -> None:
    pools = """<system.applicationHost><applicationPools><add name="A" managedPipelineMode="Classic" />
<applicationPoolDefaults managedRuntimeVersion="v4.0"><processModel idleTimeout="00:10:00" />
<environmentVariables><add name="X" value="1" /></environmentVariables></applicationPoolDefaults></applicationPools></system.applicationHost>"""
    (pool,) = ApplicationPools.of(hierarchy(tmp_path, server(beside=pools))).pools
    assert (pool.name, pool.managed_pipeline_mode, pool.managed_runtime_version) == ("A", "Classic", "v4.0")
    assert (pool.process_model.idle_timeout_s, pool.process_model.identity_type) == (600.0, "ApplicationPoolIdentity")
    assert [(variable.name, variable.value) for variable in pool.environment_variables] == [("X", "1")]
    assert pool.local
    assert pool.source is not None
    assert pool.source.line == 2


def test_events_and_what_is_not_executed(tmp_path: Path) -> None:
    pools = """<system.applicationHost><applicationPools><add name="A"><recycling logEventOnRecycle="Schedule, Memory" />
<processModel logEventOnProcessModel="" idleTimeoutAction="Suspend" /><failure orphanWorkerProcess="true" autoShutdownExe="x.exe" />
<cpu limit="50000" action="Throttle" smpAffinitized="true" processorGroup="1" /></add><add name="B" /></applicationPools></system.applicationHost>"""
    first, second = ApplicationPools.of(hierarchy(tmp_path, server(beside=pools))).pools
    assert recycling_settings(first).log_events == ("Schedule", "Memory")
    assert process_settings(first).log_idle_timeout is False
    words = ["cpu limit", "processorGroup", "idleTimeoutAction"]
    assert [word in text for word, text in zip(words, not_executed(first), strict=True)] == [True] * 3
    assert len(recycling_settings(second).log_events) == 8
    assert process_settings(second).log_idle_timeout is True
    assert not_executed(second) == ()


def test_threads_of_a_worker(tmp_path: Path) -> None:
    asked = {"A": "40", "B": "0", "C": "many", "D": "5000"}
    adds = "".join(
        f'<add name="{name}"><environmentVariables><add name="POOLHOUSE_THREADS" value="{value}" /></environmentVariables></add>'
        for name, value in asked.items()
    )
    inner = f"<system.applicationHost><applicationPools>{adds}</applicationPools></system.applicationHost>"
    pools = ApplicationPools.of(hierarchy(tmp_path, server(beside=inner))).pools
    default = process_settings(AppPool()).threads
    assert [process_settings(pool).threads for pool in pools if pool.name in asked] == [40, default, default, default]
    assert [len(not_executed(pool)) for pool in pools if pool.name in asked] == [0, 1, 1, 1]


def test_failures_and_processors(tmp_path: Path) -> None:
    pools = """<system.applicationHost><applicationPools><add name="A">
<failure orphanWorkerProcess="true" orphanActionExe="C:\\dump.exe" orphanActionParams="-p %1%" autoShutdownExe="C:\\none.exe" />
<cpu limit="50000" action="KillW3wp" resetInterval="00:01:00" smpAffinitized="true" smpProcessorAffinityMask="3" smpProcessorAffinityMask2="1" /></add>
<add name="B"><cpu smpProcessorAffinityMask="1" /></add></applicationPools></system.applicationHost>"""
    first, second = ApplicationPools.of(hierarchy(tmp_path, server(beside=pools))).pools
    found = failure_settings(first, lambda path: "/usr/bin/dump" if "dump" in path else "")
    assert (found.orphan, found.orphan_program, found.shutdown_program) == (True, ("/usr/bin/dump", "-p %1%"), ("", ""))
    assert cpu_settings(first) == CpuSettings(50_000, True, 60.0, 0x1_0000_0003)
    assert cpu_settings(second) == CpuSettings()
    assert [name for name, _ in programs(first)] == ["orphanActionExe", "autoShutdownExe"]
    assert programs(second) == ()
