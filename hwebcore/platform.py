"""All that differs by operating system: an instance's folders, memory files, peer credentials, processes by pid and start time.

Knows no message and no plan. Linux is what has been run; the other branches are what POSIX systems offer instead.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path

from hwebcore.frozen import frozen

#: A Unix socket's address holds 104 or 108 bytes; DESIGN.md 5 keeps below 100.
MOST_SOCKET_PATH_BYTES = 99
_MOST_DESCRIPTORS = 65_536
_OTHER_DESCRIPTORS = 512


@frozen
class Folders:
    """Where one configuration's state lives: below the XDG folders, never beside the configuration. All 0700."""

    state: Path
    logs: Path
    runtime: Path
    settings: Path

    @property
    def control(self) -> Path:
        return control_path(self.state)


def instance_folders(config: Path) -> Folders:
    """The folders of the instance that runs `config` (its applicationHost.config, by real path). Made when missing."""
    name = _instance_name(config)
    state = _state_home() / name
    settings = _xdg("XDG_CONFIG_HOME", Path.home() / ".config") / "poolhouse" / name
    folders = Folders(state, state / "logs", control_path(state).parent, settings)
    for folder in (folders.state, folders.logs, folders.settings):
        private_folder(folder)
    return folders


def has_instance(config: Path) -> bool:
    """Whether `config` was ever opened here, be it gone by now. Makes nothing."""
    return (_state_home() / _instance_name(config)).is_dir()


def _instance_name(config: Path) -> str:
    import hashlib

    return hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:12]


def _state_home() -> Path:
    return _xdg("XDG_STATE_HOME", Path.home() / ".local" / "state") / "poolhouse"


def control_path(state_dir: Path) -> Path:
    """The control socket of the service that keeps its state in `state_dir`: in it, or where that path is too long in a short folder."""
    path = state_dir / "control"
    if len(os.fsencode(path)) <= MOST_SOCKET_PATH_BYTES:
        return path
    import hashlib

    name = hashlib.sha256(os.fsencode(state_dir.resolve())).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    root = Path(runtime) / "poolhouse" if runtime and len(runtime) < 60 else Path("/tmp") / f"poolhouse-{os.getuid()}"
    return root / name / "control"


def _xdg(variable: str, default: Path) -> Path:
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else default


def private_folder(path: Path) -> Path:
    """Make `path` (and its parents) 0700 and check that it is ours. Raises PermissionError where somebody else owns it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise PermissionError(f"{path} is not a folder of this user")
    if stat.S_IMODE(status.st_mode) & 0o077:
        path.chmod(0o700)
    return path


# --- memory ---------------------------------------------------------------------------------------------------------


def memory_file(name: str, size: int) -> int:
    """A descriptor of `size` zero bytes that nobody can shrink or grow (a sealed memfd; an unlinked file elsewhere)."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        return fd
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.truncate(size)
        return os.dup(file.fileno())


def memory_text(name: str, data: bytes) -> int:
    """A memory file that holds `data`: how plans and routes travel."""
    fd = memory_file(name, len(data))
    os.pwrite(fd, data, 0)
    return fd


def read_memory(fd: int, most: int = 256 << 20) -> bytes:
    """All of a memory file; closes it. Raises ValueError above `most` bytes."""
    try:
        size = os.fstat(fd).st_size
        if size > most:
            raise ValueError(f"{size} bytes are too many")
        return os.pread(fd, size, 0)
    finally:
        os.close(fd)


def read_only(fd: int) -> int:
    """The same file through a new descriptor that cannot write."""
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return os.open(f"{folder}/{fd}", os.O_RDONLY | os.O_CLOEXEC)


# --- processes ------------------------------------------------------------------------------------------------------


def peer_uid(sock: socket.socket) -> int | None:
    """The user behind a Unix socket's other end; None where the system does not say."""
    if hasattr(socket, "SO_PEERCRED"):
        _, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
        return int(uid)
    try:  # LOCAL_PEERCRED of the BSDs and macOS: version, uid, …
        return int(struct.unpack("2I", sock.getsockopt(0, 1, 8))[1])
    except OSError:
        return None


def peer_pid(sock: socket.socket) -> int:
    """The process behind a Unix socket's other end; 0 where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return 0
    return int(struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[0])


def may_control(sock: socket.socket) -> bool:
    """Own user or root, nobody else (DESIGN.md 9)."""
    return peer_uid(sock) in (os.getuid(), 0)


def start_time(pid: int) -> str:
    """When the process began, in the system's own terms; "" when there is none. With the pid it names a process for good."""
    if sys.platform == "linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        except OSError:
            return ""
        fields = text[text.rfind(")") + 2 :].split()
        return "" if fields[0] in "ZX" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def memory_kb(pid: int) -> tuple[int, int]:
    """(private, virtual) memory of a process in KB; zeros where the system does not say."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()
    except OSError:
        return 0, 0
    page_kb = os.sysconf("SC_PAGE_SIZE") // 1024
    return (int(pages[1]) - int(pages[2])) * page_kb, int(pages[0]) * page_kb


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return 0.0
    fields = text[text.rfind(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_ticks() -> tuple[int, int]:
    """(busy, all) ticks of all processors since the system's start; zeros where it does not say."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text("ascii").partition("\n")[0].split()[1:9]]
    except (OSError, ValueError):
        return 0, 0
    return sum(fields) - sum(fields[3:5]), sum(fields)


def send_buffer_limits() -> tuple[int, int]:
    """What a socket may ask for to hold what it sends, and what TCP gives it unasked, at most; zeros where the system does not say."""
    try:
        asked = int(Path("/proc/sys/net/core/wmem_max").read_text("ascii"))
        return asked, int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text("ascii").split()[2])
    except (OSError, ValueError, IndexError):
        return 0, 0


def forbid_new_privileges() -> None:
    """No set-uid program gives this process or its children more than it has. Linux only."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def descriptors_for_clients() -> int:
    """How many of the descriptors that this process may have open are left to connections: files, links and logs need some, too."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    return max(limit - _OTHER_DESCRIPTORS, limit // 2)


def allow_descriptors() -> None:
    """As many as the system lets this process have, within reason: each connection is one, and many systems begin with 1,024."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # a system with another limit below
            pass
