"""Bugs to plant in the bot, one for each class of attack: a test of the suite must find each of them.

`make hostile PROVE=1` plants one after the other and runs the test that is to fail. A bug is planted in the process of
the bot, and in that of the test, by the name that PLANTED gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PLANTED = "PLANTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What is wrong with the bot, how that comes about, and which test says so."""

    what: str
    plant: Callable[[], None]
    found_by: str


def plant() -> None:
    """Plant the bug that PLANTED names in this process, if it names one."""
    name = os.environ.get(PLANTED)
    if name:
        BUGS[name].plant()


def _replace(place: str, by: Callable[[Any], Any]) -> None:
    """Put what *by* makes of it in the place of `module:name`, or of `module:Class.name`."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    setattr(owner, name, by(getattr(owner, name)))


# --- the bugs -----------------------------------------------------------------------------------------------


def _cost() -> None:
    def slowly(find: Any) -> Any:
        def found(body: str) -> Any:
            for place in range(0, len(body), 50):
                body[:place].split()
            return find(body)

        return found

    _replace("bot.commands.parse:seen", slowly)


def _signing() -> None:
    def what_is_shown(_: Any) -> Any:
        async def sign(run: Any, published: Any, keys: Any) -> None:
            from bot.matrix.guard.signatures import bare

            signed = run._signed_by_device(bare(published["master_keys"]))
            (key,) = signed["keys"].values()
            await run._wire.ask("POST", ("keys", "signatures", "upload"), {run._user: {key: signed}})

        return sign

    _replace("bot.matrix.account.cross_signing:_Identification._refuse_foreign_fields", lambda _: lambda *_: None)
    _replace("bot.matrix.account.cross_signing:_Identification._sign", what_is_shown)


def _names() -> None:
    def any_text(_: Any) -> Any:
        return lambda value: value if isinstance(value, str) else None

    for kind in ("event_id", "room_id", "user_id", "device_id"):
        _replace(f"bot.matrix.http.ids:{kind}", any_text)


def _lost() -> None:
    def unheard(say: Any) -> Any:
        async def said(sender: Any, room: Any, content: Any, **how: Any) -> Any:
            from bot.ports import RefusedError

            try:
                return await say(sender, room, content, **how)
            except RefusedError:
                if not content.rings:
                    raise
                return "$lost"

        return said

    _replace("bot.matrix.speaking.sending:Sender.say", unheard)


def _keys() -> None:
    def of_anybody(bound: Any) -> Any:
        def device(olm: Any, sender: str, session: Any) -> Any:
            found = (device for device in olm.device_store if device.curve25519 == session.sender_key)
            return bound(olm, sender, session) or next(found, None)

        return device

    _replace("bot.matrix.guard.olm:GuardedOlm.bound_device", of_anybody)


def _dropped() -> None:
    def for_good(open_event: Any) -> Any:
        def opened(*asked: Any) -> Any:
            from bot.matrix.guard.decryption import Fault, Locked, Refused

            found = open_event(*asked)
            is_anothers = isinstance(found, Locked) and found.missing.name == "OWN_KEY"
            return Refused(Fault.DAMAGED) if is_anothers else found

        return opened

    _replace("bot.matrix.guard.client:open_event", for_good)


def _room() -> None:
    def as_it_is_given(_: Any) -> Any:
        async def take(rooms: Any, room: Any, _: Any, plan: Any) -> None:
            from bot.matrix.speaking.rooms import _mark

            await rooms._vault.put(_mark(plan.name), room.encode())

        return take

    _replace("bot.matrix.speaking.rooms:Rooms._take", as_it_is_given)


def _persons() -> None:
    _replace("bot.core.people.two_persons:_brought_by", lambda _: lambda incident, user, *_: user)


def _late() -> None:
    def in_order(surroundings: Any) -> Any:
        def around(inbox: Any, message: Any) -> Any:
            from dataclasses import replace

            return replace(surroundings(inbox, message), is_late=False)

        return around

    _replace("bot.service.inbox:Inbox._surroundings", in_order)


def _redirect() -> None:
    def following(request: Any) -> Any:
        async def sent(session: Any, *asked: Any, **how: Any) -> Any:
            return await request(session, *asked, **(how | {"allow_redirects": True}))

        return sent

    _replace("aiohttp:ClientSession._request", following)


def _rights() -> None:
    _replace("bot.service.outcome:has_right", lambda _: lambda roles, _: bool(roles))


def _memory() -> None:
    _replace("bot.matrix.http.bodies:_has_too_many", lambda _: lambda *_: False)


def _identity() -> None:
    def as_if_there_was_none(_: Any) -> Any:
        async def new(*_: Any, **__: Any) -> Any:
            from bot.matrix.account.seeds import make_seeds

            return make_seeds()

        return new

    async def gives_it(_: Any) -> bool:
        return False

    _replace("bot.matrix.account.cross_signing:_Identification._new", as_if_there_was_none)
    _replace("bot.matrix.account.cross_signing:_Identification._replaces_only_with_password", lambda _: gives_it)


HOSTILE, UNSAFE = "tests/hostile/", "test_reminders_of_a_room_that_is_not_safe"
BUGS = {
    "cost": Bug(
        what="a message is looked at once for every few of its characters",
        plant=_cost,
        found_by=f"{HOSTILE}fuzz/test_cost.py::test_one_message_holds_up_nothing[words]",
    ),
    "signing": Bug(
        what="what the homeserver shows of our master key is signed as it is shown",
        plant=_signing,
        found_by=f"{HOSTILE}test_starts.py::test_what_the_homeserver_adds_to_our_keys_is_not_signed[master_keys-more0]",
    ),
    "names from outside": Bug(
        what="any text is an id",
        plant=_names,
        found_by=f"{HOSTILE}test_names.py::test_an_id_that_is_none[with advice]",
    ),
    "what rings is lost": Bug(
        what="a reminder that the room refuses counts as said",
        plant=_lost,
        found_by=f"{HOSTILE}test_unsafe_ladder.py::{UNSAFE}[not encrypted, in the state]",
    ),
    "keys of others": Bug(
        what="a session is everybody's whose name the homeserver puts on it",
        plant=_keys,
        found_by=f"{HOSTILE}test_events.py::test_forged_sender",
    ),
    "words of others": Bug(
        what="a command whose key another sent as theirs is dropped for good",
        plant=_dropped,
        found_by="tests/matrix/guard/test_keys_of_others.py::test_who_is_robbed_of_a_key_is_told_when_it_does_not_come",
    ),
    "room taken for another's": Bug(
        what="the room that the homeserver names is the one that was asked for",
        plant=_room,
        found_by=f"{HOSTILE}test_rooms_that_are_others.py::test_the_room_of_another_incident",
    ),
    "two persons": Bug(
        what="whoever was brought in by the first person is a second one",
        plant=_persons,
        found_by="tests/core/decide/test_one_alone.py::test_two_who_were_brought_in_by_the_same_person_are_not_two",
    ),
    "late confirm": Bug(
        what="what comes late is carried out as if it came in time",
        plant=_late,
        found_by=f"{HOSTILE}test_delays.py::test_a_confirmation_that_comes_after_later_words",
    ),
    "redirect": Bug(
        what="a redirect is followed",
        plant=_redirect,
        found_by="tests/matrix/http/test_redirects.py::test_a_redirect_is_not_followed[a message-307]",
    ),
    "memory": Bug(
        what="an answer is read whatever its values take",
        plant=_memory,
        found_by=f"{HOSTILE}test_cost.py::test_an_answer_of_very_many_parts[sync-[],]",
    ),
    "identity": Bug(
        what="an identity that is not shown is taken for none, and the password given for another",
        plant=_identity,
        found_by=f"{HOSTILE}test_starts.py::test_an_identity_that_is_hidden_is_not_overwritten[always, with one]",
    ),
    "rights": Bug(
        what="whoever has any role has every right",
        plant=_rights,
        found_by=f"{HOSTILE}test_member.py::test_a_command_without_the_right[plain]",
    ),
}
