"""The schema's data as it is read: sections by name, collections, attributes."""

from model.schema import section_groups, section_schema, sections


def test_every_section_is_read_with_something_in_it() -> None:
    assert len(sections()) > 120
    for name in sections():
        schema = section_schema(name)
        assert schema is not None
        assert schema.attributes or schema.elements or schema.collection, name


def test_handlers_are_local_first_and_compare_by_case() -> None:
    handlers = section_schema("system.webServer/handlers")
    assert handlers is not None
    assert handlers.collection is not None
    assert handlers.collection.local_first
    assert (handlers.collection.add, handlers.collection.remove, handlers.collection.clear) == (("add",), "remove", "clear")
    assert handlers.case_sensitive_keys == frozenset({"name"})
    assert handlers.entry is not None
    assert handlers.entry.attributes["modules"].default == "ManagedPipelineHandler"
    assert handlers.entry.required == ("name", "path", "verb")


def test_the_complete_list_of_local_first_collections() -> None:
    found = {name for name in sections() if (schema := section_schema(name)) and schema.collection and schema.collection.local_first}
    assert found == {"system.webServer/handlers", "system.web/httpHandlers", "system.web/authorization"}
    files = section_schema("system.webServer/defaultDocument")
    assert files is not None
    assert files.elements["files"].collection is not None
    assert files.elements["files"].collection.local_first


def test_a_time_span_may_be_a_plain_number() -> None:
    forms = section_schema("system.web/authentication")
    assert forms is not None
    assert forms.elements["forms"].attributes["timeout"].unit == "minutes"


def test_groups_are_no_sections() -> None:
    assert "system.webServer/security/authentication" in section_groups()
    assert not section_groups() & sections()


def test_an_unknown_section_has_no_schema() -> None:
    assert section_schema("system.webServer/nothing") is None
