"""The guide: one thing that is open after the other, in a thread of the room or alone with the bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.clocks.rules import Running
from bot.core.incident import StepStatus
from bot.core.names import EventId, Question, RoomId, StepId, UserId
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, GUEST, HOURS_72, NO_FIGURE
from tests.service.shell import Shell

FRENCH = "--playbook provider-hit --lang fr"
HOUR = timedelta(hours=1)
THREAD = "$root"


async def asked(shell: Shell, body: str, room: RoomId, sender: UserId = BOB, thread: str | None = None) -> str:
    """Return the answer as people read it."""
    answer = await shell.type(body, room=room, sender=sender, thread=thread)
    return answer.replace("\u00a0", " ").replace("’", "'")


async def test_alone_with_the_bot_everything_that_is_open_is_answered_by_plain_words(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(BOB)
        first = await asked(shell, "!guider", alone)
        assert HOURS_72 in first
        assert "Répondez connu QUAND SOURCE, declare REFERENCE, ecarte RAISON, ou plus tard." in first
        second = await asked(shell, "connu 9:50 sms", alone)
        assert f"{HOURS_72} lancé" in second
        assert NO_FIGURE in second
        state = shell.incident().clock_states[HOURS_72]
        assert isinstance(state, Running)
        assert state.source == "sms"
        assert "personal-data" in await asked(shell, "plus tard", alone)
        third = await asked(shell, "oui", alone)
        assert "personal-data = oui" in third
        assert "insured" in third
        assert "entry" in await asked(shell, "inconnu", alone)
        last = await asked(shell, "mail", alone)
        assert "N1 Do N1" in last
        over = await asked(shell, "fait registre à jour", alone)
        assert "N1 terminée" in over
        assert "Rien d'autre ne vous attend" in over
        assert shell.incident().step_state(StepId("N1")).text == "registre à jour"
        assert "the room of an incident" in await asked(shell, "fait", alone), "the guide is over"


async def test_any_other_word_ends_it_and_says_how_to_go_on(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(BOB)
        await asked(shell, "!guide", alone)
        assert "`" not in await asked(shell, "attends, on m'appelle", alone)
        assert "!guider le reprend" in shell.said(alone)[-1].body
        assert "this is Cellule" in await asked(shell, "oui", alone)
        assert HOURS_72 in await asked(shell, "!guider", alone)


async def test_in_the_room_it_has_a_thread_of_its_own_and_others_may_talk_there(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        message = shell.message("!guider", room=shell.room, sender=BOB)
        await shell.receive(message)
        question = shell.said()[-1]
        assert question.thread == EventId(message.id)
        assert await asked(shell, "oui", shell.room) == "", "the main timeline is for talk"
        assert await asked(shell, "qui s'en occupe ?", shell.room, CAROL, message.id) == ""
        assert "lancé" in await asked(shell, "connu 9:50 sms", shell.room, BOB, message.id)
        assert shell.said()[-1].thread == EventId(message.id) or shell.said()[-1].replaces


async def test_a_question_of_the_guide_can_be_answered_by_a_reply_and_commands_work_beside_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await asked(shell, "!guider", shell.room, BOB, THREAD)
        assert await asked(shell, "!suite", shell.room, BOB, THREAD)
        answer = await shell.reply("connu 9:50 sms", "ou plus tard", sender=BOB)
        assert f"{HOURS_72} lancé" in answer
        assert NO_FIGURE in answer
        seen = await shell.reply("connu 9:40 appel", "ou plus tard", sender=DAVE)
        assert f"{NO_FIGURE} lancé" in seen
        assert "plus tard" not in seen, "the guide is not for him"


async def test_what_is_refused_is_asked_still(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(BOB)
        await asked(shell, "!guider", alone)
        assert "futur" in await asked(shell, "connu 23:50 sms", alone)
        assert "Vouliez-vous" in await asked(shell, "!conaissance 9:50", alone)
        assert "raison" in (await asked(shell, "ecarte", alone)).casefold()
        assert f"{HOURS_72} lancé" in await asked(shell, "connu 9:50 sms", alone)


async def test_a_second_person_is_asked_in_the_room_and_the_guide_goes_on(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(BOB)
        await asked(shell, "!guider", alone)
        answer = await asked(shell, "ecarte doublon", alone)
        assert HOURS_72 in answer
        assert NO_FIGURE in answer
        assert HOURS_72 not in shell.incident().clock_states
        ring = next(content for content in reversed(shell.said()) if content.rings)
        assert ALICE in ring.mentions
        await shell.reply("je confirme", ring.body)
        assert HOURS_72 in shell.incident().clock_states


async def test_of_several_incidents_it_is_asked_which(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        first = shell.incident()
        shell.clock.advance(HOUR)
        await shell.open("Mailbox taken", FRENCH)
        alone = shell.direct_room(BOB)
        which = await asked(shell, "!guide", alone)
        assert f"1 {first.codename}" in which
        assert "Mailbox taken" in which
        assert HOURS_72 in await asked(shell, "1", alone)
        assert "s'arrête" in await asked(shell, "stop", alone)
        await asked(shell, "!guide", alone)
        assert "ends here" in await asked(shell, "neither", alone)
        assert HOURS_72 in await asked(shell, f"!guide {first.codename.upper()}", alone)


async def test_a_number_for_a_list_of_playbooks_is_none_for_the_guide(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(ALICE)
        await asked(shell, "!guider", alone, ALICE)
        shell.clock.advance(HOUR)
        await asked(shell, "!open Mailbox taken", alone, ALICE)
        await asked(shell, "1", alone, ALICE)
        assert shell.incident().title == "Mailbox taken"


async def test_who_has_no_incident_or_no_place_for_it_is_told(shell: Shell) -> None:
    async with shell.life():
        await shell.type("!list", room=shell.control_room)
        alone = shell.direct_room(BOB)
        assert "Nothing is open for you" in await asked(shell, "!guide", alone)
        assert "belongs in" in await asked(shell, "!guide", shell.control_room, ALICE)
        await shell.open(options=FRENCH)
        await shell.type(f"!inviter {ERIN}")
        assert "Rien d'autre ne vous attend" in await asked(shell, "!guider", shell.room, ERIN)
        assert await asked(shell, "!guide", shell.direct_room(GUEST), GUEST) == ""


async def test_the_guide_ends_with_the_incident_and_with_the_place_in_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=f"{FRENCH} --drill")
        alone = shell.direct_room(BOB)
        await asked(shell, "!guider", alone)
        await shell.type("!retirer bob")
        assert "ends here" in await asked(shell, "connu 9:50 sms", alone)
        assert HOURS_72 not in shell.incident().clock_states
        theirs = shell.direct_room(CAROL)
        await asked(shell, "!guider", theirs, CAROL)
        await shell.type("!clore terminé")
        assert "ends here" in await asked(shell, "oui", theirs, CAROL)
        assert Question("personal-data") not in shell.incident().answers


async def test_a_restart_does_not_end_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        alone = shell.direct_room(CAROL)
        await asked(shell, "!guider", alone, CAROL)
    async with shell.life():
        for word in ("oui", "non", "plus tard"):
            assert await asked(shell, word, alone, CAROL)
        assert "D2 terminée" in await asked(shell, "fait", alone, CAROL)
        assert shell.incident().step_state(StepId("D2")).status is StepStatus.DONE
        assert replace(shell.incident()).answers[Question("insured")] == "no"


async def test_what_a_homeserver_put_into_the_thread_or_held_back_answers_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await asked(shell, "!guider", shell.room, CAROL, THREAD)
        put = replace(shell.message("oui", room=shell.room, sender=CAROL, thread=THREAD), is_placed=False)
        known = len(shell.said())
        await shell.receive(put)
        assert len(shell.said()) == known
        await shell.receive(replace(shell.message("oui", room=shell.room, sender=CAROL, thread=THREAD), is_late=True))
        assert not shell.incident().answers
        assert len(shell.said()) == known + 1
        assert "personal-data = oui" in await asked(shell, "oui", shell.room, CAROL, THREAD)
