"""Handler rows of a pool, in matching order."""

from pathlib import Path

from model.sections.handlers import Handlers, access_policy, handler_mappings, left_out
from model.sections.precondition import PoolFacts
from tests.unit.model.sections import section

ROWS = """<handlers accessPolicy="Read, Script, Execute"><add name="I" path="*.x" verb="GET, POST" type="a.A"
preCondition="integratedMode,runtimeVersionv4.0" />
<add name="C" path="*.x" verb="*" modules="IsapiModule" scriptProcessor="c:\\aspnet_isapi.dll"
preCondition="classicMode,bitness64" responseBufferLimit="0" />
<add name="S" path="*" verb="*" modules="StaticFileModule, DefaultDocumentModule"
resourceType="either" requireAccess="Read" allowPathInfo="true" /></handlers>"""


def test_a_pool_gets_the_rows_of_its_mode(tmp_path: Path) -> None:
    read = section(tmp_path, Handlers.SECTION, ROWS)
    integrated, _ = handler_mappings(read, PoolFacts("Integrated"))
    classic, _ = handler_mappings(read, PoolFacts("Classic"))
    unmanaged, _ = handler_mappings(read, PoolFacts("Integrated", ""))
    assert [[row.name for row in rows] for rows in (integrated, classic, unmanaged)] == [["I", "S"], ["C", "S"], ["S"]]
    first, last = integrated
    assert (first.verbs, first.modules, first.is_managed, first.require_access) == (("GET", "POST"), ("ManagedPipelineHandler",), True, "Script")
    assert (last.verbs, last.modules, last.resource_type, last.require_access, last.allow_path_info) == (
        (),
        ("StaticFileModule", "DefaultDocumentModule"),
        "Either",
        "Read",
        True,
    )
    assert classic[0].response_buffer_limit == 0
    assert not classic[0].is_managed


def test_what_a_pool_does_not_get_has_its_reason(tmp_path: Path) -> None:
    (out,) = left_out(section(tmp_path, Handlers.SECTION, ROWS), PoolFacts("Classic"))
    assert (out.row.name, out.reason) == ("I", "preCondition integratedMode: the pool's managedPipelineMode is Classic")


def test_access_policy_has_its_source(tmp_path: Path) -> None:
    policy, source = access_policy(section(tmp_path, Handlers.SECTION, ROWS))
    assert policy == ("Read", "Script", "Execute")
    assert source is not None


def test_an_unknown_token_is_bad(tmp_path: Path) -> None:
    rows = section(tmp_path, Handlers.SECTION, '<handlers><add name="X" path="*" verb="*" modules="M" preCondition="sunday" /></handlers>')
    found, bad = handler_mappings(rows, PoolFacts("Integrated"))
    assert found == ()
    assert bad is not None
