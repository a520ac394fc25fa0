"""The words of the console: every command and flag, with its help."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import __version__
from bot.cli.lifeboat import typed as lifeboat
from bot.cli.words.exits import EXITS
from bot.sentences import languages

_ABOUT = """Cellule opens one end-to-end-encrypted Matrix room per cyber-incident, walks the responders through a
playbook and keeps the legal clocks."""
_CONFIG = """Where --config is not given, the configuration is the file named by CELLULE_CONFIG in the environment, else
./config.yaml if it is there, else /etc/cellule/config.yaml. What you read here is in French where the locale is
(LC_ALL, LC_MESSAGES, LANG), but for --help and for what authors of content read (playbook check and new,
clock, clocks)."""

_FORMATS = ("cacao", "mattermost")


def parser() -> argparse.ArgumentParser:
    """Return the reader of the console's arguments; what it reads has `command`."""
    top = argparse.ArgumentParser(prog="cellule", description=_ABOUT, epilog=_CONFIG, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"cellule {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_init(commands)
    _add_check(commands)
    _add_run(commands)
    _add_trust(commands)
    _add_backup(commands)
    _add_restore(commands)
    _add_recovery_key(commands)
    _add_status(commands)
    _add_list(commands)
    _add_verify(commands)
    _add_cascade(commands)
    _add_door(commands)
    _add_lifeboat(commands)
    _add_purge(commands)
    _add_record(commands)
    _add_evidence(commands)
    _add_state(commands)
    # Listed for the help only: the demo reads its own flags.
    commands.add_parser("demo", help="try it: a homeserver, the bot and responders on this machine", add_help=False)
    _add_playbook(commands)
    _add_clock(commands)
    _add_clocks(commands)
    return top


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives the type no public name


def _add(
    commands: _Commands[argparse.ArgumentParser], name: str, told: str, *, full: str = ""
) -> argparse.ArgumentParser:
    command = full or name
    added = commands.add_parser(
        name, help=told, description=f"{told[0].upper()}{told[1:]}.", epilog=EXITS[command], allow_abbrev=False
    )
    added.set_defaults(command=command)
    return added


def _add_config(command: argparse.ArgumentParser, told: str) -> None:
    command.add_argument("--config", metavar="FILE", type=Path, help=f"{told}; see cellule --help for where else")


def _add_init(commands: _Commands[argparse.ArgumentParser]) -> None:
    init = _add(commands, "init", "write a configuration, make the store key, and say what is still missing")
    _add_config(init, "the configuration to write")
    init.add_argument("--homeserver", metavar="URL", help="address of the bot's homeserver")
    init.add_argument("--user-id", metavar="ID", help="the bot's Matrix id, like @cellule:example.org")
    init.add_argument("--admin", metavar="ID", action="append", help="who administers the bot; may be repeated")
    init.add_argument("--language", metavar="LANG", help="the language of the control room (fr)")
    init.add_argument("--timezone", metavar="ZONE", help="the zone dates are shown in (Europe/Paris)")
    init.add_argument("--state-folder", metavar="FOLDER", help="where the bot keeps everything (state)")
    init.add_argument("--device-name", metavar="NAME", help="the name people see beside the bot's device (Cellule)")
    login = init.add_mutually_exclusive_group()
    login.add_argument("--password-file", metavar="FILE", help="file of the account's password (secrets/password)")
    login.add_argument("--token-file", metavar="FILE", help="file of the access token of a session made elsewhere")
    init.add_argument("--device-id", metavar="ID", help="the device that token belongs to")
    init.add_argument("--proxy", metavar="URL", help="go through a proxy, like socks5://127.0.0.1:9050 for Tor")
    init.add_argument("--force", action="store_true", help="write over a configuration; a key is always kept")


def _add_check(commands: _Commands[argparse.ArgumentParser]) -> None:
    check = _add(commands, "check", "look at everything the bot stands on: configuration, content, state, homeserver")
    _add_config(check, "the configuration to look at")
    check.add_argument(
        "--login",
        action="store_true",
        help="try the password too: log in as a device of its own, and log it out at once; the bot's own stays",
    )
    _add_independence(check)
    check.add_argument("--json", action="store_true", help="answer in JSON: a list of level, subject and text")


def _add_independence(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--independence",
        metavar="DOMAIN",
        nargs="+",
        help="compare the homeserver with these domains of the firm instead, and look nothing up",
    )
    check.add_argument(
        "--look-up",
        action="store_true",
        help="with --independence: ask DNS for these domains and the homeserver's, and each for its certificate",
    )
    check.add_argument(
        "--known",
        metavar="FILE",
        type=Path,
        help="with --independence: what is known of each name, as YAML; docs/operations.md has its keys",
    )


def _add_run(commands: _Commands[argparse.ArgumentParser]) -> None:
    run = _add(commands, "run", "run the bot until it is told to stop (SIGTERM, SIGINT)")
    _add_config(run, "the configuration to run with")


def _add_trust(commands: _Commands[argparse.ArgumentParser]) -> None:
    trust = _add(commands, "trust", "show by which identity a person is known, and confirm a changed one")
    trust.add_argument("who", metavar="WHO", help="the person: a Matrix id, or its first part")
    _add_config(trust, "the bot's configuration")
    trust.add_argument("--confirm", metavar="KEY", help="the master key they read to you by phone")


def _add_backup(commands: _Commands[argparse.ArgumentParser]) -> None:
    backup = _add(commands, "backup", "save the whole state, identity and device in one encrypted file")
    _add_config(backup, "the configuration of the bot")
    backup.add_argument("--to", metavar="FILE", type=Path, required=True, help="the file to write; it must not exist")
    backup.add_argument(
        "--key-file", metavar="FILE", type=Path, help="file of the recovery key; without it one is made, and shown once"
    )


def _add_restore(commands: _Commands[argparse.ArgumentParser]) -> None:
    restore = _add(commands, "restore", "fill an empty state folder from a backup")
    _add_config(restore, "the configuration of the bot; its state key may be a new one")
    restore.add_argument("--from", dest="source", metavar="FILE", type=Path, required=True, help="the backup")
    restore.add_argument(
        "--key-file", metavar="FILE", type=Path, required=True, help="file of the recovery key it was made with"
    )


def _add_recovery_key(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "make the key that brings the bot's identity back on a new device"
    recovery = _add(commands, "recovery-key", told)
    _add_config(recovery, "the configuration of the bot")
    recovery.add_argument("--to", metavar="FILE", type=Path, help="write the key there instead of showing it once")
    recovery.add_argument("--replace", action="store_true", help="make another where there is one already")


def _add_purge(commands: _Commands[argparse.ArgumentParser]) -> None:
    purge = _add(commands, "purge", "erase a closed incident, but for its entry in the register of breaches")
    _add_config(purge, "the configuration of the bot")
    purge.add_argument("incident", metavar="INCIDENT", help="its codename, in quotes, or its id")
    purge.add_argument("--yes", action="store_true", help="do not ask: needed where there is no terminal")
    purge.add_argument("--offline", action="store_true", help="leave the room as it is: the homeserver is gone")


def _add_verify(commands: _Commands[argparse.ArgumentParser]) -> None:
    verify = _add(commands, "verify", "compare the emoji of whoever verifies the running bot in their app")
    _add_config(verify, "the configuration the bot runs with")


def _add_status(commands: _Commands[argparse.ArgumentParser]) -> None:
    status = _add(commands, "status", "show how the running bot is")
    _add_config(status, "the configuration the bot runs with")
    status.add_argument("--json", action="store_true", help="answer in JSON")


def _add_list(commands: _Commands[argparse.ArgumentParser]) -> None:
    listing = _add(commands, "list", "list the incidents of the running bot, with what is due next in each")
    _add_config(listing, "the configuration the bot runs with")
    listing.add_argument("--json", action="store_true", help="answer in JSON")


def _add_cascade(commands: _Commands[argparse.ArgumentParser]) -> None:
    cascade = _add(commands, "cascade", "have the running bot open a room for each organisation of a list")
    cascade.add_argument("list", metavar="LIST", type=Path, help="a CSV or XLSX file: docs/cascade.md has its columns")
    _add_config(cascade, "the configuration the bot runs with")
    cascade.add_argument("--title", metavar="TITLE", help="of the incident; the same adds who is new")
    cascade.add_argument("--check", action="store_true", help="only show what would come of it; needs no --title")
    cascade.add_argument("--by", metavar="ID", help="who opens it, of the configuration's people (the first admin)")
    cascade.add_argument("--playbook", metavar="ID", help="of the rooms to open (provider-hit)")
    cascade.add_argument("--parent-playbook", metavar="ID", help="of your own room (coordinator)")
    cascade.add_argument("--severity", choices=["low", "medium", "high", "crisis"], help="of all of it (high)")
    cascade.add_argument("--lang", choices=languages(), help="of the incident, and of whoever names none in the list")
    cascade.add_argument("--drill", action="store_true", help="mark all of it as a drill")
    cascade.add_argument("--new", action="store_true", help="another incident of organisations that have one already")
    cascade.add_argument("--apply", action="store_true", help="what the list says otherwise than the one before counts")
    cascade.add_argument("--no-wait", action="store_true", help="do not stay to show how far it is")


def _add_door(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "let people without an account in, by links of one use each"
    door = commands.add_parser("door", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = door.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve = _add(actions, "serve", "serve the page and the socket until told to stop", full="door serve")
    many = _add(actions, "many", "write a slip with a link and its picture for each person of a list", full="door many")
    for command in (serve, many):
        # Not the bot's: it has no usual place.
        command.add_argument(
            "--config", dest="door", metavar="FILE", type=Path, required=True, help="the configuration of the door"
        )
    many.add_argument("people", metavar="PEOPLE", type=Path, help="a CSV file with the columns name and role")
    many.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="where slips.html and slips.csv go")
    many.add_argument("--until", metavar="SPAN", default="24h", help="how long the links hold: 24h, 3d (%(default)s)")
    many.add_argument("--lang", choices=languages(), help="the language of the slips (each there is)")
    many.add_argument(
        "--bot", metavar="FILE", type=Path, help="the configuration of a bot that runs: it lets them into the house"
    )


def _add_lifeboat(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "a server, a door and the bot, made beforehand in one folder and run where nothing else stands"
    boat = commands.add_parser("lifeboat", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = boat.add_subparsers(title="commands", metavar="COMMAND", required=True)
    make = _add(actions, "make", "write all that a rescue server needs, with secrets of its own", full="lifeboat make")
    run = _add(actions, "run", "run it without containers until told to stop, and print the doors", full="lifeboat run")
    lifeboat.add_arguments(make, run)


def _add_record(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "hand over the record of an incident with its proof, and check one"
    record = commands.add_parser("record", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = record.add_subparsers(title="commands", metavar="COMMAND", required=True)
    export = _add(actions, "export", "write the record of an incident, or a part of it", full="record export")
    export.add_argument("incident", metavar="INCIDENT", help="its codename, in quotes, or its id")
    export.add_argument("--to", metavar="FILE", type=Path, required=True, help="the PDF to write; it must not exist")
    export.add_argument("--circle", metavar="NAME", help="what was said in one circle alone")
    export.add_argument("--entries", metavar="NUMBERS", help="only these, like 1-14,20; of the others, hashes")
    _add_config(export, "the configuration of the bot")
    verify = _add(actions, "verify", "say whether a record is whole", full="record verify")
    verify.add_argument("file", metavar="FILE", type=Path, help="the record")
    verify.add_argument("--key", metavar="FINGERPRINT", help="the key that it should be signed by")
    compare = _add(actions, "compare", "say whether two records contradict each other", full="record compare")
    for name in ("one", "other"):
        compare.add_argument(name, metavar=name.upper(), type=Path, help="a record, or checkpoints of one")
    _add_config(_add(actions, "key", "show the key of the records", full="record key"), "the configuration of the bot")


def _add_evidence(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "hand over what is kept as evidence"
    evidence = commands.add_parser("evidence", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = evidence.add_subparsers(title="commands", metavar="COMMAND", required=True)
    told = "write the evidence of an incident with its custody and a signed sheet for the police"
    export = _add(actions, "export", told, full="evidence export")
    export.add_argument("incident", metavar="INCIDENT", help="its codename, in quotes, or its id")
    export.add_argument(
        "--to", metavar="FOLDER", type=Path, required=True, help="the folder to make; it must not exist"
    )
    _add_config(export, "the configuration of the bot")


def _add_state(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "move the state between its folder and a PostgreSQL database"
    state = commands.add_parser("state", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    added = state.add_subparsers(title="commands", metavar="COMMAND", required=True)
    move = _add(added, "move", "move all of it, and leave the old one where nobody speaks from it", full="state move")
    move.add_argument("--to", choices=("postgresql", "sqlite"), required=True, help="what keeps it from now on")
    move.add_argument(
        "--drop-old", action="store_true", help="delete the old one, once the new one was compared with it"
    )
    _add_config(move, "the configuration of the bot; state.database_file names the database")
    accept = _add(
        added, "accept", "take a database as it is that is older than what was seen of it", full="state accept"
    )
    _add_config(accept, "the configuration of the bot")


def _add_playbook(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "work on playbooks and the rules of the clocks"
    playbook = commands.add_parser("playbook", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = playbook.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = _add(actions, "check", "look for mistakes in playbooks and clocks", full="playbook check")
    check.add_argument(
        "paths", metavar="PATH", type=Path, nargs="*", help="folders or playbooks; those shipped with Cellule if none"
    )

    new = _add(actions, "new", "begin a playbook, in both languages", full="playbook new")
    new.add_argument("id", metavar="ID", help="its id, like lost-laptop")
    new.add_argument(
        "--folder",
        metavar="F",
        type=Path,
        default=Path("playbooks"),
        help="your copy of the shipped ones (%(default)s)",
    )
    _add_export(actions)
    _add_import(actions)


def _add_export(actions: _Commands[argparse.ArgumentParser]) -> None:
    export = _add(actions, "export", "write a playbook in a format of others", full="playbook export")
    export.add_argument("id", metavar="ID", help="its id, like ransomware")
    export.add_argument("--lang", choices=languages(), help="in which language (that of the console)")
    export.add_argument("--format", choices=_FORMATS, required=True, help="CACAO v2.0, or the export of Mattermost")
    export.add_argument("--to", metavar="FILE", type=Path, required=True, help="the file to write; it must not exist")
    export.add_argument("--folder", metavar="F", type=Path, help="your copy of the shipped ones (those shipped)")


def _add_import(actions: _Commands[argparse.ArgumentParser]) -> None:
    bring = _add(actions, "import", "make a playbook of one in a format of others", full="playbook import")
    bring.add_argument("file", metavar="FILE", type=Path, help="the playbook of others")
    bring.add_argument("--format", choices=_FORMATS, help="its format (what it seems to be)")
    bring.add_argument(
        "--to", metavar="FILE", type=Path, required=True, help="like playbooks/lost-laptop.fr.md; it must not exist"
    )

    draft = _add(actions, "draft", "begin a playbook from a plan of your own", full="playbook draft")
    draft.add_argument("plan", metavar="PLAN", type=Path, help="a DOCX or XLSX file")
    draft.add_argument(
        "--to",
        metavar="FILE",
        type=Path,
        required=True,
        help="FOLDER/ID.LANG.md, in a copy of the shipped playbooks",
    )
    draft.add_argument("--lang", choices=languages(), help="the language of the plan (that of FILE)")


def _add_clock(commands: _Commands[argparse.ArgumentParser]) -> None:
    clock = _add(commands, "clock", "compute one legal clock")
    clock.add_argument("rule", metavar="RULE", help="id of the rule, like GDPR-33-1")
    clock.add_argument(
        "--aware", metavar="TIME", required=True, help="when one became aware: 2026-11-24T14:30, or with +01:00 or Z"
    )
    clock.add_argument(
        "--classified", metavar="TIME", help="when the incident was classified as major (DORA-4/24 only)"
    )
    clock.add_argument("--zone", metavar="ZONE", default="Europe/Paris", help="the zone of TIME (%(default)s)")
    clock.add_argument(
        "--country", metavar="CODE", default="FR", help="whose holidays working days leave out (%(default)s)"
    )
    clock.add_argument("--region", metavar="REGION", help="a region with holidays of its own, like Alsace")
    clock.add_argument("--json", action="store_true", help="answer in JSON")


def _add_clocks(commands: _Commands[argparse.ArgumentParser]) -> None:
    told = "look at the catalogue of legal clocks"
    clocks = commands.add_parser("clocks", help=told, description=f"{told.capitalize()}.", allow_abbrev=False)
    actions = clocks.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = _add(actions, "list", "list every legal clock there is", full="clocks list")
    listing.add_argument("--json", action="store_true", help="answer in JSON")
