"""Application pools as typed values; what compiler.py makes of them is tested there."""

from pathlib import Path

from model.sections.application_pools import ApplicationPools
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
