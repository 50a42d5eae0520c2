from console.cli.appcmd.vdir import name_of, schema


def test_names() -> None:
    assert name_of("S", "/", "/") == "S/"
    assert name_of("S", "/a", "/") == "S/a/"
    assert name_of("S", "/", "/v") == "S/v"
    assert name_of("S", "/a", "/v") == "S/a/v"


def test_the_schema_is_a_virtual_directorys() -> None:
    assert "physicalPath" in schema().attributes
