"""Replies to messages of ours, as people type them: no id, the rights of the command, and room for talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.clocks.rules import Filed, Running
from bot.core.incident import StepStatus
from bot.core.names import EventId, Question, StepId, UserId
from bot.ports import KEPT_SPOKEN
from bot.service.upkeep.budget import AWAY_BURST
from tests.core.build import BOB, DAVE, ERIN, HOURS_72, SOFT
from tests.service.shell import Shell

FRENCH = "--playbook provider-hit --lang fr"
HOUR = timedelta(hours=1)
D1, D2 = StepId("D1"), StepId("D2")


def status(shell: Shell, step: StepId) -> StepStatus:
    return shell.incident().step_state(step).status


async def test_an_incident_is_opened_by_a_number_in_a_reply_to_the_list(shell: Shell) -> None:
    async with shell.life():
        await shell.type("!open Host down", room=shell.control_room)
        await shell.reply("2.", "Which playbook?", room=shell.control_room)
        assert shell.incident().playbook.id == "provider-hit"
        assert "No list" in await shell.reply("2.", "Which playbook?", room=shell.control_room)


async def test_a_reply_to_an_old_list_opens_nothing_under_the_newer_title(shell: Shell) -> None:
    async with shell.life():
        await shell.type("!open Host down", room=shell.control_room)
        old = shell.event("Which playbook?", room=shell.control_room)
        shell.clock.advance(HOUR / 60)
        await shell.type("!open Mailbox taken", room=shell.control_room)
        assert "No list" in await shell.type("1", room=shell.control_room, reply_to=old)
        assert "No list" in await shell.reply("1", "Which playbook?", room=shell.control_room, sender=DAVE)
        await shell.reply("mailbox", "Which playbook?", room=shell.control_room)
        assert (shell.incident().title, shell.incident().playbook.id) == ("Mailbox taken", "mailbox")


async def test_a_step_is_done_by_replies_and_each_answer_names_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        assert "D1" in await shell.type("!etape D1")
        assert "D1 terminée" in await shell.reply("fait serveur isolé", "D1 Do D1")
        assert shell.incident().step_state(D1).text == "serveur isolé"
        assert "D2 terminée" in await shell.reply("!fait", "D1 terminée")
        assert "de nouveau ouverte" in await shell.reply("rouvre", "D1 terminée")
        assert "confié à bob" in await shell.reply("à bob", "de nouveau ouverte")
        assert "D1 passée" in await shell.reply("passe pas de VPN", "confié à bob")


async def test_of_several_steps_it_is_asked_which_and_a_number_says_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type("!point")
        asked = await shell.reply("fait capture gardée", "Étapes ouvertes")
        assert "fait : pour lequel" in asked.replace("\u00a0", " ")
        assert "1 D1 Do D1" in asked
        assert "2 D2 Do D2" in asked
        assert status(shell, D1) is StepStatus.OPEN
        assert "D2 terminée" in await shell.reply("2", "pour lequel")
        assert shell.incident().step_state(D2).text == "capture gardée"
        assert "est déjà faite" in await shell.reply("2", "pour lequel")
        assert "D1 terminée" in await shell.reply("fait D1", "pour lequel")


async def test_questions_and_clocks_are_answered_by_replies(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type("!constats")
        asked = await shell.reply("oui", "Encore à répondre")
        assert "1 personal-data" in asked
        assert "personal-data = oui" in await shell.reply("1", "pour lequel")
        assert HOURS_72 in await shell.type(f"!delais {HOURS_72}")
        assert f"{HOURS_72} lancé" in await shell.reply("connu 9:50 sms de l'hébergeur", f"{HOURS_72} {HOURS_72}")
        state = shell.incident().clock_states[HOURS_72]
        assert isinstance(state, Running)
        assert state.source == "sms de l'hébergeur"
        assert "PV 2026/1234" in await shell.reply("declare PV 2026/1234", "lancé")
        assert isinstance(shell.incident().clock_states[HOURS_72], Filed)


async def test_an_answer_is_corrected_by_a_reply_to_its_confirmation(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type("!constat insured non")
        assert "insured = oui" in await shell.reply("oui", "insured = non")
        assert shell.incident().answers[Question("insured")] == "yes"


async def test_a_reminder_is_seen_by_a_reply_and_that_of_another_clock_is_not(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        for rule in (HOURS_72, SOFT):
            await shell.type(f"!connaissance {rule}")
        await shell.pass_time(24 * HOUR)
        ring = next(content for content in reversed(shell.rings()) if SOFT in content.body)
        assert SOFT in await shell.reply("vu", ring.body)
        await shell.pass_time(60 * HOUR)
        assert HOURS_72 in await shell.reply("vu merci", shell.rings()[-1].body, sender=BOB)


async def test_a_step_that_rang_is_done_by_a_reply_to_what_rang(shell: Shell) -> None:
    book = shell.house.playbooks["provider-hit", shell.house.language]
    phases = tuple(
        replace(phase, steps=tuple(replace(step, target=HOUR) if step.id == D1 else step for step in phase.steps))
        for phase in book.phases
    )
    shell.house = replace(
        shell.house,
        playbooks={**shell.house.playbooks, (book.id, book.language): replace(book, phases=phases)},
    )
    async with shell.life():
        await shell.open()
        await shell.pass_time(2 * HOUR)
        assert "D1 done" in await shell.reply("done", shell.rings()[-1].body)


async def test_what_waits_for_a_second_person_is_confirmed_by_theirs_alone(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type(f"!ecarter {HOURS_72} doublon", sender=BOB)
        first = shell.said()[-1].body
        assert HOURS_72 not in shell.incident().clock_states
        assert await shell.reply("je confirme", first, sender=BOB)
        assert HOURS_72 not in shell.incident().clock_states
        await shell.reply("je confirme", first)
        assert HOURS_72 in shell.incident().clock_states


# --- talk, and who may ---------------------------------------------------------------------------------------


async def test_talk_is_told_once_what_can_be_answered_and_then_left_alone(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        hint = await shell.reply("merci", "Commencez ici")
        assert hint.replace("\u00a0", " ").startswith(
            "Ici, je comprends : fait RESULTAT, passe RAISON, à QUI, oui, non"
        )
        assert await shell.reply("qui fait ça ?", "Commencez ici") == ""
        assert await shell.reply("moi non plus je ne sais pas qui", "Commencez ici", sender=BOB)
        await shell.type("!apropos")
        assert "n'attend pas de réponse" in (await shell.reply("merci", shell.said()[-1].body)).replace("’", "'")


async def test_a_reply_to_somebody_else_is_talk_unless_it_is_a_command(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        assert await shell.type("fait", reply_to="$bobs") == ""
        assert await shell.type("oui", reply_to="$bobs") == ""
        assert "D1 terminée" in await shell.type("!fait D1", reply_to="$bobs")


async def test_a_reply_to_one_of_ours_that_is_gone_is_told_what_to_type_instead(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)

        async def said(body: str) -> str:
            known = len(shell.said())
            message = shell.message(body, room=shell.room, reply_to="$gone")
            await shell.receive(replace(message, replies_to_us=True))
            return "".join(content.body for content in shell.said()[known:] if not content.replaces)

        assert "!fait ID [RESULTAT]" in await said("fait capture")
        assert await said("merci") == "", "once a message"
        assert "D1 terminée" in await said("!fait D1")


async def test_a_reply_names_only_messages_of_its_own_room(shell: Shell) -> None:
    async with shell.life():
        first = await shell.open(options=FRENCH)
        there = shell.event("Commencez ici")
        shell.clock.advance(HOUR)
        await shell.open("Mailbox", FRENCH)
        assert shell.incident().id != first.id
        assert await shell.type("fait D1", reply_to=there) == ""
        assert status(shell, D1) is StepStatus.OPEN


async def test_an_old_message_of_ours_is_forgotten_in_a_room_where_very_much_was_said(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        first = shell.event("Commencez ici")
        for _ in range(KEPT_SPOKEN // 20 + 1):
            shell.clock.advance(HOUR)
            for _ in range(20):
                await shell.type("!qui")
        assert await shell.type("merci", reply_to=first) == ""
        assert "D1 terminée" in await shell.type("fait D1", reply_to=shell.incident().card)


async def test_the_right_to_the_command_is_that_of_the_reply(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type(f"!inviter {ERIN}")
        for body in ("fait D1", "fait", "oui"):
            assert "Il faut pour cela" in await shell.reply(body, "Commencez ici", sender=ERIN)
        assert await shell.reply("fait", "Commencez ici", sender=UserId("@mallory:example.org")) == ""
        assert shell.incident().steps == {}


async def test_a_reply_in_a_thread_is_answered_in_the_thread(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        answer = await shell.type("fait D1", thread="$root", reply_to=shell.event("Commencez ici"))
        assert "D1 terminée" in answer
        assert next(content for content in shell.said() if content.body == answer).thread == EventId("$root")


async def test_a_restart_forgets_nothing_of_what_was_said(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
    async with shell.life():
        assert "D1 terminée" in await shell.reply("fait D1 capture", "Commencez ici")


async def test_who_replies_too_fast_is_slowed_down_like_everybody(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        there, known = shell.event("Commencez ici"), len(shell.said())
        shell.clock.advance(HOUR)
        await shell.receive(*(shell.message("fait D1", room=shell.room, reply_to=there) for _ in range(2 * AWAY_BURST)))
        answers = [content.body for content in shell.said()[known:] if not content.replaces]
        assert sum("est déjà faite" in answer for answer in answers) <= AWAY_BURST
        assert sum("Un instant" in answer for answer in answers) == 1


@pytest.mark.parametrize("body", ["vu", "!vu"])
async def test_what_is_seen_while_its_reminder_is_still_being_said_counts_after_it(shell: Shell, body: str) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type(f"!connaissance {HOURS_72}")
        message = shell.message(body, room=shell.room, sender=BOB, reply_to="$any")
        assert shell.service._inbox.acknowledges(message) is shell.incident()
        assert shell.service._inbox.acknowledges(replace(message, body="merci")) is None
        assert shell.service._inbox.acknowledges(replace(message, body="vu", reply_to=None)) is None
