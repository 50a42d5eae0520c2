"""`poolhouse certificate new|import|list|remove|bind|unbind`: what https bindings of a configuration show their clients.

Knows the store (hwebcore/certificate_store.py) and no XML: of https only sslFlags stand there. A password is asked for, or read from
standard input; never an argument. A service that runs takes a change in at once, and nobody is recycled.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, FINDINGS, USAGE, Ended, Tinted, as_json, line, words
from hwebcore.certificate import Certificate, now
from hwebcore.certificate_keys import BadKey, is_by_name, parsed_key
from hwebcore.certificate_making import BadCertificate, Pair, WrongPassword, from_pem, from_pkcs12, self_signed
from hwebcore.certificate_store import CertificateStore, Contents, StoreFault
from hwebcore.client import Busy, NoService, Refused

_LOCAL = ("localhost", "127.0.0.1", "::1")
_USAGE = {
    "new": "poolhouse certificate new [NAME] [--host HOST …] [--bind KEY …]",
    "import": "poolhouse certificate import FILE [--key FILE] [--name NAME] [--bind KEY …]",
    "list": "poolhouse certificate list",
    "remove": "poolhouse certificate remove NAME",
    "bind": "poolhouse certificate bind NAME KEY …",
    "unbind": "poolhouse certificate unbind KEY …",
}
_LEAST = {"new": 0, "import": 1, "list": 0, "remove": 1, "bind": 2, "unbind": 1}
_MOST = {"new": 1, "import": 1, "list": 0, "remove": 1}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=tuple(_USAGE))
    parser.add_argument("values", nargs="*", metavar="NAME|FILE|KEY", help="KEY: host:port (SNI), ip:port or *:port, with the port listened on")
    parser.add_argument("--host", action="append", default=[], help="new: a name or address that it is for; may be repeated (localhost)")
    parser.add_argument("--days", type=int, default=365, help="new: how long it lasts (365)")
    parser.add_argument("--key", metavar="FILE", help="import: the private key, where it does not stand in FILE")
    parser.add_argument("--name", default="", help="import: its name in the store; FILE's without this")
    parser.add_argument("--bind", action="append", default=[], metavar="KEY", help="new, import: serve it there; may be repeated")
    parser.add_argument("--replace", action="store_true", help="new, import: take the place of one of that name, with its bindings")
    parser.add_argument("--unbind", action="store_true", help="remove: also where it still serves")
    add_config(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    count = len(options.values)
    if count < _LEAST[options.action] or count > _MOST.get(options.action, count):
        raise Ended(USAGE, _USAGE[options.action])
    instance = locate(options.config)
    store = CertificateStore(instance.folders.state)
    acts = {"new": _new, "import": _import, "list": _list, "remove": _remove, "bind": _bind, "unbind": _unbind}
    try:
        return acts[options.action](instance, store, options)
    except BadKey as error:
        raise Ended(USAGE, str(error)) from error
    except (StoreFault, BadCertificate) as error:
        raise Ended(FINDINGS, str(error)) from error


def _new(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    keys = [parsed_key(text) for text in options.bind]
    named = [key.rpartition(":")[0].strip("[]") for key in keys if not key.startswith("*:")]
    hosts = tuple(dict.fromkeys(options.host or named or _LOCAL))
    name = options.values[0] if options.values else hosts[0].replace(":", ".")
    made = store.add(name, self_signed(hosts, options.days), replace=options.replace)
    return _kept(instance, store, made, keys, options)


def _import(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    path = Path(options.values[0])
    keys = [parsed_key(text) for text in options.bind]
    try:
        data = path.read_bytes()
        key = Path(options.key).read_bytes() if options.key else b""
    except OSError as error:
        raise Ended(USAGE, f"{error.filename}: {error.strerror}: name the .pfx, .p12 or .pem file of a certificate; {_USAGE['import']}") from error
    made = store.add(options.name or path.stem, _read(path, data, key), replace=options.replace)
    return _kept(instance, store, made, keys, options)


def _read(path: Path, data: bytes, key: bytes) -> Pair:
    """Without a password first: who needs none is asked for none."""
    is_pem = b"-----BEGIN " in data
    try:
        return from_pem(data, key) if is_pem else from_pkcs12(data)
    except WrongPassword:
        password = getpass.getpass(f"Password of {path.name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise
        return from_pem(data, key, password) if is_pem else from_pkcs12(data, password)


def _kept(instance: Instance, store: CertificateStore, made: Certificate, keys: Sequence[str], options: argparse.Namespace) -> int:
    for key in keys:
        store.bind(key, made.name)
        host = key.rpartition(":")[0].strip("[]")
        if is_by_name(key) and not made.covers(host):
            words(f"note: it is for {', '.join(made.names)}, not for {host}: clients will not trust it there")
    return _tell(instance, options, "kept", made.name, keys)


def _bind(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    name, *places = options.values
    keys = [store.bind(key, name) for key in [parsed_key(place) for place in places]]
    return _tell(instance, options, "bound", name, keys)


def _unbind(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    keys = [parsed_key(text) for text in options.values]
    names = {store.unbind(key) for key in keys}
    return _tell(instance, options, "unbound", ", ".join(sorted(names)), keys)


def _remove(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    name = options.values[0]
    try:
        store.remove(name, bound=options.unbind)
    except StoreFault as error:
        more = "; --unbind removes it all the same" if " serves " in str(error) else ""
        raise Ended(FINDINGS, f"{error}{more}") from error
    return _tell(instance, options, "removed", name, ())


def _tell(instance: Instance, options: argparse.Namespace, event: str, name: str, keys: Sequence[str]) -> int:
    in_force = asyncio.run(_share_out(instance))
    if options.json:
        as_json({"event": event, "certificate": name, "bindings": list(keys), "service": in_force})
    else:
        where = f" at {', '.join(keys)}" if keys else ""
        words(f"{event}: {name}{where}{'' if in_force else ' (no service runs: in force when it starts)'}")
    return DONE


async def _share_out(instance: Instance) -> bool:
    """Have a service that runs look at the store now. False: none runs."""
    try:
        client = await instance.client()
    except Busy as error:
        raise Ended(FINDINGS, f"it is in the store, which the service looks at by itself in some seconds: {error}") from error
    except OSError:
        return False
    try:
        await client.request("certificates")
    except (NoService, Refused) as error:
        raise Ended(FINDINGS, f"it is in the store, and the service does not take it: {error}") from error
    finally:
        await client.close()
    return True


def _list(instance: Instance, store: CertificateStore, options: argparse.Namespace) -> int:
    contents = store.read()
    if options.json:
        as_json({"certificates": [_described(one, contents) for one in contents.certificates], "unreadable": dict(contents.unreadable)})
        return DONE
    for one in contents.certificates:
        trouble = one.trouble(now())
        line(Tinted(one.name, "strong"), f"  for {', '.join(one.names)}  by {'itself' if one.self_signed else one.issued_by}  ",
             Tinted(trouble, "bad" if one.expired(now()) else "warning") if trouble else f"until {one.ends:%Y-%m-%d}")  # fmt: skip
        line(f"    {'  '.join(contents.keys_of(one.name)) or 'bound nowhere'}")
    for name, reason in contents.unreadable.items():
        line(Tinted(name, "bad"), f"  cannot be used: {reason}")
    if not contents.certificates and not contents.unreadable:
        words(f"no certificates for {instance.config}; poolhouse certificate new --bind HOST:PORT makes one for development")
    return DONE


def _described(certificate: Certificate, contents: Contents) -> dict[str, object]:
    return certificate.described() | {"bindings": list(contents.keys_of(certificate.name))}
