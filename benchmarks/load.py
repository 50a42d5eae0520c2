"""A load on one URL: wrk where it is installed, else an asyncio client of our own. Both keep their connections open.

Knows no server. A number of one generator says nothing beside a number of the other: a run uses one for all.
"""

from __future__ import annotations

import asyncio
import math
import re
import shutil
import signal
import statistics
import subprocess
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """`errors`: answers that were no 200, and connections that broke."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    errors: int
    requests: int = 0


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "asyncio"


def run(url: str, seconds: float, connections: int, headers: Mapping[str, str] | None = None) -> Figures:
    """`headers`: sent with each request; "Connection: close" makes it a connection a request."""
    if generator() == "wrk":
        return _wrk(url, seconds, connections, headers or {})
    return asyncio.run(_asyncio(url, seconds, connections, headers or {}))


def _wrk(url: str, seconds: float, connections: int, headers: Mapping[str, str]) -> Figures:
    more = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{math.ceil(seconds)}s", "--latency", *more, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        if seconds % 1:  # it knows whole seconds alone, and tells what it has where it is interrupted
            time.sleep(seconds)
            child.send_signal(signal.SIGINT)
        text = child.communicate()[0]
    errors = sum(int(number) for number in re.findall(r"(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)", text))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    count = re.search(r"(\d+) requests in", text)
    if rate is None or count is None:
        raise ValueError(f"wrk said:\n{text}")
    return Figures(float(rate[1]), _milliseconds(text, "50%"), _milliseconds(text, "99%"), errors, int(count[1]))


def _milliseconds(text: str, part: str) -> float:
    match = re.search(rf"{part}\s+([\d.]+)(us|ms|s)", text)
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]] if match else 0.0


async def _asyncio(url: str, seconds: float, connections: int, headers: Mapping[str, str]) -> Figures:
    parts = urllib.parse.urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}\r\n".encode()
    closing = headers.get("Connection") == "close"
    times: list[float] = []
    errors = 0
    end = time.perf_counter() + seconds

    async def connection() -> None:
        nonlocal errors
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            while time.perf_counter() < end:
                writer.write(request)
                status = await _answer(reader)
                times.append(time.perf_counter() - began)
                errors += status != 200
                if closing:
                    return
                began = time.perf_counter()
        except (OSError, EOFError):
            errors += 1
        finally:
            writer.close()

    async def client() -> None:
        while time.perf_counter() < end:
            await connection()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    took = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    return Figures(len(times) / took, cuts[49] * 1000, cuts[98] * 1000, errors, len(times))


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    else:
        while (size := int(await reader.readuntil(b"\r\n"), 16)) or await reader.readuntil(b"\r\n") != b"\r\n":
            await reader.readexactly(size + 2)
    return int(head[9:12])
