import pytest

from console.cli.appcmd.failure import AppCmdError


@pytest.mark.parametrize(("code", "status", "text"), [(87, 87, "ERROR ( message:No. )"), (1168, 1, "ERROR ( message:No. (0x80070490) )")])
def test_the_exit_status_holds_the_code_where_it_can(code: int, status: int, text: str) -> None:
    error = AppCmdError(code, "No.")
    assert (error.exit_status, str(error)) == (status, text)
