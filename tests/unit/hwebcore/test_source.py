from hwebcore.source import Problem, Source


def test_a_source_ends_in_line_and_column_unless_it_is_a_default() -> None:
    assert str(Source("web.config", 4, 9, "x")) == "web.config:4:9"
    assert str(Source("defaults", 0, 0, "x")) == "defaults"


def test_a_problem_says_where() -> None:
    assert str(Problem("error", "0x80070021", "It is locked.", Source("web.config", 4, 9, "x"))) == "It is locked. — web.config:4:9"
    assert str(Problem("error", "x", "It is locked.", None)) == "It is locked."
