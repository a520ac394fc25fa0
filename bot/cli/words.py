"""The words of the console: every command and flag, with its help."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import __version__
from bot.cli.lifeboat import typed as lifeboat
from bot.sentences import languages

_ABOUT = """Cellule opens one end-to-end-encrypted Matrix room per cyber-incident, walks the responders through a
playbook and keeps the legal clocks."""
_CONFIG = """Where --config is not given, the configuration is the file named by CELLULE_CONFIG in the environment, else
./config.yaml if it is there, else /etc/cellule/config.yaml. What you read here is in French where the locale is
(LC_ALL, LC_MESSAGES, LANG), but for --help and for what authors of content read (playbook check and new,
clock, clocks)."""

_EXITS = {
    "run": "Exit codes: 0 stopped, 1 a failure (see the log), 2 bad configuration or content, 3 login or identity "
    "refused, 4 another instance holds the state folder.",
    "check": "One finding a line: ok, warning or error, its subject, and what to do; then how many there are. It "
    "changes nothing, and logs in only with --login. With --independence it says instead what would fall together "
    "with the firm's domains; what is not known is never counted as apart. Exit codes: 0 no error, 1 an error is among "
    "them, 2 no configuration is named or found, or flags do not go together.",
    "status": "The bot must run. Exit codes: 0 shown, whatever its health, 1 the bot does not run there, 2 bad "
    "configuration.",
    "list": "The bot must run. It shows titles, which are content: only the bot's user can ask. Exit codes: 0 shown, 1 "
    "the bot does not run there, 2 bad configuration.",
    "trust": "The bot may run: then it is asked. Exit codes: 0 shown or confirmed, 1 no such person or another key, "
    "2 bad configuration, 4 the bot runs and could not be asked.",
    "init": "On a terminal it asks for what is not given. Exit codes: 0 written, 2 nothing was written.",
    "backup": "The bot may run. Exit codes: 0 written and opened on trial, 1 a failure, 2 nothing was written, "
    "4 written, but a running Cellule that could not be asked did not note when.",
    "restore": "Exit codes: 0 restored, 1 the backup is damaged, 2 another key, a folder that is not empty, or another "
    "account, 4 a running Cellule holds the state folder. Nothing is restored unless all of it is.",
    "recovery-key": "The bot must be stopped. Exit codes: 0 made, 1 the homeserver did not take it, 2 there is one "
    "already, or no identity yet, 3 login or identity refused, 4 a running Cellule holds the state folder.",
    "purge": "The bot must be stopped. Exit codes: 0 purged and proved, 1 not all of it, 2 nothing was erased, 3 login "
    "refused, 4 a running Cellule holds the state folder.",
    "state move": "The bot must be stopped, on every machine. Done again after it was cut short, it goes on. Exit "
    "codes: 0 moved and compared, 1 the database does not answer, 2 not moved, 4 a running Cellule holds it.",
    "state accept": "For a database that was brought back to an older day: what was done since may be done again. Exit "
    "codes: 0 taken, 1 the database does not answer, 2 it cannot be used, 4 a running Cellule holds it.",
    "verify": "It asks on a terminal. Exit codes: 0 answered, or nobody waits, 1 the bot does not run there, 2 bad "
    "configuration.",
    "cascade": "The bot must run. Who of the list can be reached is shown first. Exit codes: 0 each organisation has "
    "its room, or --no-wait or --check, and everybody new in the list can be reached, 1 the bot does not run there, "
    "some rooms are not open, or some people cannot be reached, and how many, 2 the list or an argument is wrong, and "
    "nothing was opened. Interrupted, the bot goes on; the same command again changes nothing and shows how far it is.",
    "door serve": "It alone needs an admin's token of the homeserver; the bot never reads FILE. Exit codes: 0 stopped, "
    "1 it cannot listen, or a failure (see the log), 2 bad configuration, 3 the homeserver refuses the token or its "
    "rights, 4 another door runs.",
    "door many": "The door must run. Nothing is written over, and the files are for nobody else to read: a link lets "
    "in whoever has it. Exit codes: 0 written, 1 the door does not run, or refused some and all were closed again, 2 "
    "the list or an argument is wrong, and nothing was written.",
    "lifeboat make": "Called again it finishes what was begun, takes another list, certificate or web client, and "
    "keeps every secret. Nobody else can read FOLDER. A backup is brought once, into a lifeboat that never ran: rooms "
    "are made anew, clocks run on, and what rang does not ring again. Exit codes: 0 made, 1 the backup is damaged, 2 "
    "what was asked cannot be, and nothing was written, 4 it runs, or is being made.",
    "lifeboat run": "Once all is up, a line `door ROLE NAME URL` on standard output for each person who is not in yet; "
    "everything else goes to standard error, what each part says to FOLDER/logs. Called again it goes on: who came "
    "keeps the account, who waits keeps the link. Exit codes: 0 stopped, 1 something is missing, a port is taken, or "
    "a part does not come up, 2 FOLDER holds no lifeboat, or not all of one, 4 it runs already.",
    "playbook check": "Each problem as FILE:LINE: what is wrong. Exit codes: 0 all is well, 1 there are problems.",
    "playbook new": "Two files, ID.en.md and ID.fr.md, ready to be filled in. Nothing is written over. Exit codes: "
    "0 written, 2 nothing was written.",
    "playbook draft": "Headings of the plan become phases; lists and the rows of tables become steps. What was not "
    "understood is marked, and `playbook check` refuses it until it is filled in. Said at the end: for which legal "
    "clocks the plan has no step. Numbers, addresses and names stay out. Exit codes: 0 written, 1 it could not be "
    "written, 2 the plan or an argument is refused, and nothing was written.",
    "playbook export": "Nothing is written over. What the format has no place for goes into fields of our own in it: a "
    "playbook goes out and comes back whole. Exit codes: 0 written, 1 it could not be written, 2 there is no such "
    "playbook, or it has mistakes.",
    "playbook import": "What has no place in a playbook of ours is kept as text, and each is named on a line. Nothing "
    "is written over, nothing of the file is run, and nobody verifies whose a signature is. Exit codes: 0 written, 1 "
    "it could not be written, 2 the file cannot be read as a playbook, and nothing was written.",
    "clock": "Exit codes: 0 computed, 2 an unknown rule, time or zone.",
    "clocks list": "Each clock with its law, how that was checked, how long it runs, and whether it is in force, "
    "off (and why) or a proposal. Exit codes: 0 listed, 2 the catalogue is faulty.",
}

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
        name, help=told, description=f"{told[0].upper()}{told[1:]}.", epilog=_EXITS[command], allow_abbrev=False
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
