"""`poolhouse trace URL`: one request through its pool, and its trace; --mode both runs it in both modes and says what differs, and why.

Knows neither HTTP (exchange.py) nor how a trace reads (trace_text.py). Without a running service it starts one for the call;
one that has no place for it now is waited for.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from console.cli.exchange import Asked, Exchange, NoTrace, exchange
from console.cli.instance import Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, FINDINGS, TIMED_OUT, USAGE, Ended, Tinted, as_json, line, words
from console.cli.service_process import private_service
from console.cli.target import Target, find_target
from console.cli.trace_text import TraceText
from hwebcore.client import Busy, Client, NoService, Refused

#: Methods that an application may be asked twice without being asked whether that is meant (RFC 9110, safe methods).
SAFE = ("GET", "HEAD", "OPTIONS")
#: Between two tries at a service that is busy.
_TRY_AGAIN_S = 0.25


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="http://127.0.0.1:17080/hello")
    parser.add_argument(
        "--mode", choices=("integrated", "classic", "both"), help="run it in this mode, in a shadow worker where the pool has the other one"
    )
    parser.add_argument("--method", default="", help="GET, or POST where there is --data")
    parser.add_argument("--header", action="append", default=[], metavar="'Name: value'")
    parser.add_argument("--data", default=None, metavar="TEXT|@FILE", help="the request's body")
    parser.add_argument(
        "--unsafe", action="store_true", help="another method than GET, HEAD and OPTIONS in a shadow worker: your application runs again"
    )
    parser.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="for the request, and before it for a place at a service that is busy (30)"
    )
    add_config(parser)
    add_answers(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    asked = _asked(options)
    instance = with_answers(locate(options.config), options)
    try:
        return asyncio.run(_trace(instance, options, asked))
    except Refused as refused:
        raise Ended(FINDINGS, f"the service refuses: {refused}") from refused
    except NoTrace as error:
        raise Ended(FINDINGS, str(error)) from error
    except (NoService, EOFError, ValueError) as error:
        raise Ended(FINDINGS, f"no trace: {error}") from error


def _asked(options: argparse.Namespace) -> Asked:
    body = b""
    if options.data is not None:
        try:
            body = Path(options.data[1:]).read_bytes() if options.data.startswith("@") else options.data.encode()
        except OSError as error:
            raise Ended(USAGE, f"--data {options.data}: {error.strerror}") from error
    method = options.method or ("POST" if options.data is not None else "GET")
    headers = []
    for text in options.header:
        name, separator, value = text.partition(":")
        if not separator or not name.strip() or any(character in text for character in "\r\n\0"):
            raise Ended(USAGE, f"--header {text}: the form is 'Name: value'")
        headers.append((name.strip(), value.strip()))
    if not method.isascii() or not method.replace("-", "").isalpha():
        raise Ended(USAGE, f"--method {method}: a method is a word")
    return Asked(method, tuple(headers), body)


async def _trace(instance: Instance, options: argparse.Namespace, asked: Asked) -> int:
    target, pool_mode = _find(instance, options.url)
    wanted = options.mode.capitalize() if options.mode else pool_mode
    other = "Classic" if pool_mode == "Integrated" else "Integrated"
    if wanted != pool_mode and asked.method not in SAFE and not options.unsafe:
        raise Ended(USAGE, f"{asked.method} would run your application in a second worker; add --unsafe where that is meant")
    text = TraceText(instance.config.parent)
    try:
        async with _service(instance, options.timeout) as client, asyncio.timeout(options.timeout):
            if options.mode == "both":
                own = await exchange(client, target, asked, None)
                return _write_both(own, await exchange(client, target, asked, other), text, options.json)
            return _write_one(await exchange(client, target, asked, None if wanted == pool_mode else wanted), text, options.json)
    except TimeoutError as error:
        told = f"no complete answer and trace within {options.timeout:g} s"
        told += "\npoolhouse status shows what is under way, and in which module; --timeout waits longer"
        raise Ended(TIMED_OUT, told) from error


@contextlib.asynccontextmanager
async def _service(instance: Instance, timeout_s: float) -> AsyncIterator[Client]:
    try:
        client = await _client(instance, timeout_s)
    except NoService:
        async with private_service(instance) as private:
            yield private
        return
    try:
        yield client
    finally:
        await client.close()


async def _client(instance: Instance, timeout_s: float) -> Client:
    """The running service; one that is busy is waited for. A private one beside it would answer for another state of things. Raises NoService."""
    loop = asyncio.get_running_loop()
    until, told = loop.time() + timeout_s, False
    while True:
        try:
            return await instance.client()
        except Busy as error:
            if loop.time() >= until:
                raise Ended(TIMED_OUT, f"the service of {instance.config} was busy for {timeout_s:g} s\n{error}") from error
            if not told:
                words(
                    f"the service of {instance.config} is busy: {error}\nwaiting for a place, {timeout_s:g} s at most (--timeout); ctrl+c ends that"
                )
            told = True
        await asyncio.sleep(_TRY_AGAIN_S)


def _find(instance: Instance, url: str) -> tuple[Target, str]:
    """Where the URL goes, and the mode of that pool. Raises Ended where the configuration is unusable."""
    from model.compiler import compile_server
    from model.workspace import Workspace

    workspace = Workspace.open(instance.config, instance.drives)
    settings = instance.settings
    generation = compile_server(workspace.hierarchy, ports=settings.ports, accepted=frozenset(settings.accepted))
    if generation.pools is None:
        raise Ended(USAGE, "\n".join(["the configuration cannot be used:", *map(str, generation.problems)]))
    try:
        target = find_target(url, generation.routes)
    except Ended as ended:
        raise Ended(ended.code, f"{ended.words}\nlooked for in {instance.config}; --config CONFIG names another") from ended
    pool = next((pool for pool in generation.pools if pool.name == target.pool), None)
    if pool is None:
        raise Ended(USAGE, f"the application at {target.site}{target.application} names the pool {target.pool!r}, which does not exist")
    return target, pool.mode


def _write_one(done: Exchange, text: TraceText, json: bool) -> int:
    if json:
        as_json(done.trace.to_json())
    else:
        text.write(done.trace)
    return DONE


def _write_both(own: Exchange, shadow: Exchange, text: TraceText, json: bool) -> int:
    from console.compare import compare

    integrated, classic = (own, shadow) if own.trace.mode == "Integrated" else (shadow, own)
    comparison = compare(integrated.trace, classic.trace, integrated.answer, classic.answer)
    if json:
        as_json(
            {
                "integrated": integrated.trace.to_json(),
                "classic": classic.trace.to_json(),
                "shadow": shadow.trace.mode.lower(),
                "differences": [difference.to_json() for difference in comparison.differences],
            }
        )
        return DONE
    for done in (integrated, classic):
        line(Tinted(done.trace.mode.upper(), done.trace.mode.lower()), " (shadow worker)" if done.shadow else "")
        text.write(done.trace)
        line()
    line(Tinted(comparison.verdict, "strong"))
    for difference in comparison.differences:
        _write_difference(difference.to_json(), text)
    return DONE


def _write_difference(difference: dict[str, Any], text: TraceText) -> None:
    source = difference.get("source")
    where = f"  ({text.place((source['file'], source['line'], source['column'], ''))})" if source else ""
    kind = str(difference["kind"]).replace("_", " ")
    sides = " ≠ ".join(str(side) for side in (difference["integrated"], difference["classic"]) if side is not None)
    line("  ", Tinted(f"{kind}:", "quiet"), f" {sides}")
    if difference.get("why"):
        line("    ", f"{text.short(str(difference['why']))}{where}")
