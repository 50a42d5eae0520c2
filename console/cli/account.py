"""`poolhouse account add|list|remove`: who may log on to the sites of a configuration.

Knows the accounts' file through account_file.py. A password is asked for, or read from standard input; never an argument, as every
user of the system could read that.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from console.cli import account_file
from console.cli.account_file import Account, Unusable
from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, FINDINGS, USAGE, Ended, as_json, line, words
from model.secret import Vault

_MOST_CHARACTERS = 256


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("add", "list", "remove"))
    parser.add_argument("name", nargs="?", help="of the account; for add and remove")
    parser.add_argument("--group", action="append", default=[], metavar="GROUP", help="a group that the account is in; may be repeated")
    parser.add_argument("--replace", action="store_true", help="add: a new password and new groups for an account that is there")
    parser.add_argument(
        "--ntlm", action="store_true", help="add: Windows authentication too; keeps the NT hash, encrypted, which is as good as the password"
    )
    add_config(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    if (options.action == "list") != (options.name is None):
        raise Ended(USAGE, f"poolhouse account {options.action}{'' if options.action == 'list' else ' NAME'}")
    instance = locate(options.config)
    try:
        if options.action == "list":
            _list(instance, options.json)
        elif options.action == "add":
            _add(instance, options)
        else:
            _remove(instance, options)
    except Unusable as error:
        raise Ended(USAGE, str(error)) from error
    return DONE


def _list(instance: Instance, wants_json: bool) -> None:
    accounts = account_file.read(instance.folders.state)
    if wants_json:
        as_json({"accounts": [{"name": account.name, "groups": list(account.groups), "ntlm": bool(account.nt)} for account in accounts]})
        return
    for account in accounts:
        line(account.name, f"  ({', '.join(account.groups)})" if account.groups else "", "  NTLM" if account.nt else "")
    if not accounts:
        words(f"no accounts for {instance.config}; poolhouse account add NAME makes one")


def _add(instance: Instance, options: argparse.Namespace) -> None:
    name = options.name
    if not name.isprintable() or len(name) > _MOST_CHARACTERS or ":" in name or name != name.strip() or not name:
        raise Ended(USAGE, f"{name!r} cannot be an account's name: printable, without a colon, at most {_MOST_CHARACTERS} characters")
    accounts = account_file.read(instance.folders.state)
    there = account_file.find(accounts, name)
    if there is not None and not options.replace:
        raise Ended(FINDINGS, f"{there.name} is there already; --replace gives it a new password and the groups that are named")
    vault = Vault.of(instance.folders.state) if options.ntlm else None
    made = Account.made(name, dict.fromkeys(options.group), _password(name), vault)
    account_file.write(instance.folders.state, (*(account for account in accounts if account is not there), made))
    _tell("changed" if there else "added", name, options.json)
    if options.ntlm:
        words("The NT hash is kept too, encrypted with this instance's key. It is as good as the password: whoever has both logs on as this account.")


def _remove(instance: Instance, options: argparse.Namespace) -> None:
    accounts = account_file.read(instance.folders.state)
    there = account_file.find(accounts, options.name)
    if there is None:
        raise Ended(FINDINGS, f"there is no account {options.name}")
    account_file.write(instance.folders.state, (account for account in accounts if account is not there))
    _tell("removed", there.name, options.json)


def _tell(event: str, name: str, wants_json: bool) -> None:
    if wants_json:
        as_json({"event": event, "account": name})
    else:
        words(f"{event}: {name}")


def _password(name: str) -> str:
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {name}: ")
        if getpass.getpass("Once more: ") != password:
            raise Ended(USAGE, "the two are not the same; nothing was changed")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password or len(password) > _MOST_CHARACTERS:
        raise Ended(USAGE, f"a password has 1 to {_MOST_CHARACTERS} characters")
    return password
