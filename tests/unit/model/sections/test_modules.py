"""Which modules take part in a pool, and why not (cfg 4, rt 3.4)."""

from pathlib import Path

from hwebcore.plan import ModuleEntry
from model.sections.modules import GlobalModules, Modules, module_entries
from model.sections.precondition import PoolFacts
from tests.unit.model.sections import section

IMAGES = '<globalModules><add name="N" image="%windir%\\X\\Native.DLL" /><add name="Old" image="old.dll" preCondition="bitness32" /></globalModules>'
ROWS = """<modules {}><add name="N" /><add name="Old" /><add name="Absent" /><add name="A" type="a.A" preCondition="managedHandler" />
<add name="V2" type="v.V" preCondition="managedHandler,runtimeVersionv2.0" /></modules>"""


def entries(folder: Path, pool: PoolFacts, attributes: str = "") -> dict[str, ModuleEntry]:
    images = section(folder, GlobalModules.SECTION, IMAGES)
    found, bad = module_entries(section(folder, Modules.SECTION, ROWS.format(attributes)), images, pool)
    assert bad is None
    assert [entry.name for entry in found] == ["N", "Old", "Absent", "A", "V2"]
    return {entry.name: entry for entry in found}


def test_integrated(tmp_path: Path) -> None:
    found = entries(tmp_path, PoolFacts("Integrated"))
    assert (found["N"].kind, found["N"].type, found["N"].excluded) == ("native", "native.dll", "")
    assert found["Old"].excluded == "preCondition bitness32: the pool's processes have 64 bits"
    assert found["Absent"].excluded == "<globalModules> has no module of the name Absent"
    assert (found["A"].kind, found["A"].managed_handler_only, found["A"].excluded) == ("managed", True, "")
    assert (found["V2"].excluded_cause, found["V2"].excluded) == (
        "precondition",
        "preCondition runtimeVersionv2.0: the pool's managedRuntimeVersion is v4.0",
    )


def test_run_all_lifts_managed_handler_alone(tmp_path: Path) -> None:
    found = entries(tmp_path, PoolFacts("Integrated"), 'runAllManagedModulesForAllRequests="true"')
    assert not found["A"].managed_handler_only
    assert found["A"].lifted_by is not None
    assert found["V2"].excluded_cause == "precondition"
    assert found["N"].lifted_by is None


def test_classic_has_no_managed_modules(tmp_path: Path) -> None:
    found = entries(tmp_path, PoolFacts("Classic"))
    assert (found["A"].excluded_cause, found["N"].excluded_cause) == ("mode", "")
    assert "Integrated mode only" in found["A"].excluded


def test_no_managed_code(tmp_path: Path) -> None:
    found = entries(tmp_path, PoolFacts("Integrated", ""))
    assert (found["A"].excluded_cause, "No Managed Code" in found["A"].excluded) == ("precondition", True)


def test_an_unknown_token_is_bad(tmp_path: Path) -> None:
    images = section(tmp_path, GlobalModules.SECTION, IMAGES)
    rows = section(tmp_path, Modules.SECTION, '<modules><add name="A" type="a.A" preCondition="managedhandler,sunday" /></modules>')
    _, bad = module_entries(rows, images, PoolFacts("Integrated"))
    assert bad is not None
    assert bad.message == 'Module "A" has a bad precondition "managedhandler,sunday": "sunday" is no token'
    assert bad.source is not None
