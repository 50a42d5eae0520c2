"""Which files speak for a path, and where URLs lie."""

from pathlib import Path

from model.config_path import ConfigPath
from model.hierarchy import Hierarchy
from model.source import INVALID_DATA
from tests.support.configurations import samples
from tests.support.meaning import hierarchy, read, server, web

TREE = """<system.applicationHost><sites><site name="S" id="1">
<application path="/"><virtualDirectory path="/" physicalPath="s" />
<virtualDirectory path="/pictures" physicalPath="p" allowSubDirConfig="false" /></application>
<application path="/app"><virtualDirectory path="/" physicalPath="a" /><virtualDirectory path="/more" physicalPath="m" /></application>
<application path="/far"><virtualDirectory path="/" physicalPath="D:\\far" /></application>
</site></sites></system.applicationHost>"""
FILES = {name: web("") for name in ("s/web.config", "s/x/web.config", "p/web.config", "p/x/web.config", "a/web.config", "m/x/web.config")}


def test_files_along_a_path(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server(beside=TREE), FILES)

    def files(path: str) -> list[str]:
        return [
            str(document.path.relative_to(tmp_path)) for document, _ in found.files_for(ConfigPath("S", path)) if tmp_path in document.path.parents
        ][1:]

    assert files("/x/y") == ["s/web.config", "s/x/web.config"]
    assert files("/app") == ["s/web.config", "a/web.config"]
    assert files("/app/more/x") == ["s/web.config", "a/web.config", "m/x/web.config"]
    assert files("/pictures/x") == ["s/web.config", "p/web.config"], "allowSubDirConfig=false silences the folders below"
    assert [str(path) for _, path in found.files_for(ConfigPath("S", "/x"))][2:] == [
        "MACHINE/WEBROOT/APPHOST",
        "MACHINE/WEBROOT/APPHOST/S",
        "MACHINE/WEBROOT/APPHOST/S/x",
    ]


def test_urls_are_mapped_by_whole_segments(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server(beside=TREE))
    application, directory, path = found.map_url("s", "/APP/More/x.txt")
    assert application is not None
    assert directory is not None
    assert (application.path, directory.path, path) == ("/app", "/more", tmp_path / "m/x.txt")
    assert found.map_url("S", "/apple")[2] == tmp_path / "s/apple"
    application, directory, path = found.map_url("S", "/far/x")
    assert application is not None
    assert (application.path, path) == ("/far", None)
    assert found.map_url("Nobody", "/") == (None, None, None)


def test_a_broken_web_config_is_a_problem_of_its_paths_alone(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server(), {"s/x/web.config": "<configuration>"})
    assert [problem.code for problem in found.file_problems(ConfigPath("S", "/x/y")) if problem.severity == "error"] == [INVALID_DATA]
    assert [problem for problem in found.file_problems(ConfigPath("S", "/z")) if problem.severity == "error"] == []


def test_pools_and_sites_of_the_real_files() -> None:
    known = {
        "full-iis.applicationHost.config": (["DefaultAppPool"], ["Default Web Site"], 12),
        "hostable-web-core.config": (["DefaultAppPool"], ["Default Web Site"], 2),
        "iis-express.applicationHost.config": (
            ["Clr4IntegratedAppPool", "Clr4ClassicAppPool", "Clr2IntegratedAppPool", "Clr2ClassicAppPool", "UnmanagedClassicAppPool"],
            ["NuGet Gallery (localhost)"],
            44,
        ),
    }
    for sample in samples():
        if sample.name not in known:
            continue
        document = read(sample)
        assert document is not None
        found = Hierarchy(document, read)
        pools, sites, modules = known[sample.name]
        assert [pool.name for pool in found.pools()] == pools
        assert [site.name for site in found.sites()] == sites
        assert len(found.merged("system.webServer/modules", ConfigPath()).root.entries) == modules
        assert [problem for problem in found.file_problems(ConfigPath()) if problem.severity == "error"] == []
