"""What appcmd says when it fails: ERROR ( message:… ), and the Win32 code where an exit status can hold it.

Knows no object. Codes are Windows' own numbers (winerror.h); above 255 the exit status is 1 and the message names the code.
"""

from __future__ import annotations

NOT_SUPPORTED = 50
INVALID_PARAMETER = 87
ALREADY_EXISTS = 183
ACCESS_DENIED = 5
INVALID_DATA = 13
SERVICE_ALREADY_RUNNING = 1056
SERVICE_NOT_ACTIVE = 1062
NOT_FOUND = 1168


class AppCmdError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def exit_status(self) -> int:
        return self.code if self.code < 256 else 1

    def __str__(self) -> str:
        code = "" if self.code < 256 else f" (0x{0x80070000 | self.code:08x})"
        return f"ERROR ( message:{self.message}{code} )"
