"""Who speaks for many: the room of the coordination, and what a firm reads of it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, UserId
from bot.core.people.profile import Profile
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.sentences import languages
from tests.core.build import ALICE, CAROL, HOUSE
from tests.service.cascades import children_of, firms, open_cascade, order, parent_of, send
from tests.service.shell import Shell

SHELF = playbooks.load(playbooks_folder())
BODY = Profile(answers={Question("organisation"): "Order <of> Paris"})
SHIPPED = replace(HOUSE, playbooks=SHELF, rules=rules.load(playbooks_folder()))


# --- the playbook of the coordination ------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
async def test_who_opens_rooms_for_many_reads_the_steps_of_who_is_not_hit(language: Language) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent = await open_cascade(shell, firms(2), options=f"--lang {language}")
        assert (parent.playbook.id, parent.playbook.language) == ("coordinator", language)
        assert parent.clocks() == ()
        said = " ".join(content.body for content in shell.said(parent.room))
        assert parent.open_steps()[0].title in said
        assert "ransom" not in said.casefold()
        assert "rançon" not in said.casefold()
        children = [one for one in shell.service.books.incidents() if one.parent == parent.id]
        assert {child.playbook.id for child in children} == {"provider-hit"}


async def test_who_is_hit_too_begins_with_the_playbook_of_the_attack_and_adding_firms_changes_it_no_more() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent = await open_cascade(shell, firms(1), options="--parent-playbook rancongiciel")
        assert parent.playbook.id == "ransomware"
        assert parent.clocks()
        await send(shell, firms(2))
        await order(shell, "!cascade open Host down --parent-playbook coordinator")
        assert parent_of(shell).playbook.id == "ransomware"


async def test_a_playbook_of_the_parent_that_nobody_keeps_is_refused_before_anything_is_opened() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        await send(shell, firms(1))
        answer = await order(shell, "!cascade open Host down --parent-playbook nosuch")
        assert "There is no playbook nosuch in this language." in answer
        assert shell.service.books.incidents() == ()


async def test_who_keeps_no_playbook_for_it_has_the_one_of_the_attack_or_of_the_firms(shell: Shell) -> None:
    kept = {key: book for key, book in SHELF.items() if key[0] != "coordinator"}
    older = Shell(replace(SHIPPED, playbooks=kept))
    async with older.life():
        assert (await open_cascade(older, firms(1))).playbook.id == "ransomware"
    async with shell.life():
        assert (await open_cascade(shell, firms(1))).playbook.id == "provider-hit"


# --- what a firm reads first ---------------------------------------------------------------------------------


async def only_child(shell: Shell, text: str, options: str = "") -> Incident:
    parent = await open_cascade(shell, text, options=options)
    (child,) = (one for one in shell.service.books.incidents() if one.parent == parent.id)
    return child


def heard(shell: Shell, child: Incident) -> list[str]:
    return [content.body for content in shell.said(child.room)]


async def test_a_firm_reads_first_who_opened_its_room_why_who_reads_there_and_what_to_do() -> None:
    shell = Shell(replace(SHIPPED, profile=BODY))
    async with shell.life():
        child = await only_child(shell, firms(1))
        card, first, *_ = heard(shell, child)
        assert "Host down\nFor Firm 1, opened by Order <of> Paris\n" in card
        assert first.startswith(
            "Order <of> Paris (@alice:example.org) opened this room for Firm 1: Host down\n"
            "Who reads here: your people and this bot. Whoever opened it sees where you stand, "
            "what you ask (!question) and why you close, not what else is said here.\n"
            "First: the step below. Then acknowledge each bulletin: !ack\n"
        )
        assert "From the list that opened this room: 2 details" in first
        assert "rofile" not in first


async def test_without_a_name_the_person_is_named_and_so_is_who_reads_along() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        child = await only_child(shell, f"organisation;people;langue\nDurand;@d:firm.example, {CAROL} observer;fr\n")
        card, first, *_ = heard(shell, child)
        assert "Pour Durand, salle ouverte par @alice:example.org\n" in card.replace("\u00a0", " ")
        assert first.replace("\u00a0", " ").startswith(
            "@alice:example.org a ouvert cette salle pour Durand : Host down\n"
            "Lisent ici : les personnes de votre organisation et ce bot ; pour qui a ouvert la salle : "
            "@carol:example.org\n"
            "D’abord : l’étape ci-dessous. Puis accusez réception de chaque bulletin : !vu\n"
        )


async def test_what_the_homeserver_reads_of_the_room_says_nothing_of_it() -> None:
    shell = Shell(replace(SHIPPED, profile=BODY))
    async with shell.life():
        child = await only_child(shell, firms(1))
        assert child.room is not None
        plan = shell.chat.rooms[child.room].plan
        assert plan.name == child.codename
        for told in ("Order", "Paris", "Firm", "Host"):
            assert told not in repr(plan)


async def test_an_incident_of_the_house_itself_reads_nothing_of_it() -> None:
    shell = Shell(replace(SHIPPED, profile=BODY))
    async with shell.life():
        await shell.open(options="--playbook provider-hit")
        said = " ".join(content.body for content in shell.said(shell.room))
        assert "opened this room" not in said
        assert "Profile of the organisation: 1 detail" in said


# --- a bulletin ----------------------------------------------------------------------------------------------


async def test_a_bulletin_says_who_wrote_it_when_and_how_it_is_answered() -> None:
    shell = Shell(replace(SHIPPED, profile=BODY))
    async with shell.life():
        child = await only_child(shell, f"organisation;people\nDurand;@d:firm.example, {CAROL} observer\n", "--drill")
        room = parent_of(shell).room
        assert room is not None
        await shell.type("!bulletin Cut the link", room=room)
        await shell.reply("yes", "Is this right?", room=room)
        told = heard(shell, child)[-1]
        head, hour = told.split("\n")[:2]
        assert head == "[DRILL] Bulletin 1"
        assert hour.startswith("Order <of> Paris (@alice:example.org) · ")
        assert hour.endswith(" (UTC+1)")
        assert "Read it? !ack · A question? Reply to this message" in told
        assert child.room is not None
        await shell.move(CAROL, room=child.room, present=True)
        await shell.type("!bulletin Cut it now", room=room)
        await shell.reply("Oui !", "Is this right?", room=room)
        assert "Answer in this room; who reads here for the sender: @carol:example.org" in heard(shell, child)[-1]


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["!rollup", "!bulletin x", "!cascade", "!cascade open X", "!synthese csv", "!rollup nonsense"]
)
@pytest.mark.parametrize("user", ["@c1:firm.example", "@d1:firm.example"])
async def test_a_firm_that_types_what_is_the_coordinations_is_told_where_it_stands(typed: str, user: str) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        (child,) = children_of(shell, (await open_cascade(shell, firms(1))).id)
        assert child.room is not None
        told = await shell.type(typed, room=child.room, sender=UserId(user))
        assert told.startswith("That is done in the room from which this one was opened, for all organisations.")
        assert "This room is yours" in told
        assert "control room" not in told


async def test_a_misspelt_word_offers_a_firm_nothing_that_is_the_coordinations() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent = await open_cascade(shell, firms(1))
        (child,) = children_of(shell, parent.id)
        assert child.room is not None
        assert parent.room is not None
        assert "!bulletin" not in await shell.type("!buletin x", room=child.room, sender=UserId("@c1:firm.example"))
        assert "!bulletin" in await shell.type("!buletin x", room=parent.room, sender=ALICE)
        assert "!don" in await shell.type("!doen D1", room=child.room, sender=UserId("@c1:firm.example"))
