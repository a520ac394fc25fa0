"""What each command says at the end of its help: what it needs, and its exit codes."""

from __future__ import annotations

from collections.abc import Mapping

EXITS: Mapping[str, str] = {
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
    "record export": "The bot may run. Nothing is written over. Exit codes: 0 written, 1 it could not be written, 2 "
    "nothing was written.",
    "record verify": "It needs no configuration and no network. Exit codes: 0 whole, 1 altered, cut or re-ordered, and "
    "where, 2 no record.",
    "record compare": "Each is a record, or a text with checkpoints as they stood in a room. Exit codes: 0 they do "
    "not contradict each other, 1 they do: a history was rewritten, 2 one is neither, or they are of two incidents.",
    "record key": "The bot may run. Exit codes: 0 shown, 2 there is none yet, or bad configuration.",
    "evidence export": "The bot may run. Nothing is written over, and no file is opened. Exit codes: 0 written, 1 it "
    "could not be written, 2 nothing was written.",
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
