"""Many facts in one message: the right ones are kept, the wrong ones named, in one answer and one transaction."""

from __future__ import annotations

import time

from bot.core.facts import Answered
from bot.core.names import Question
from tests.core.build import BOB, ERIN, FIVE_DAYS
from tests.service.shell import Shell

FRENCH = "--playbook provider-hit --lang fr"
RIGHT = ("organisation", "siren", "sector", "address", "place", "representative", "contact", "insurer", "policy")
LISTED = (
    "!constat insured : oui",
    *(f"- {name} : valeur {number}" for number, name in enumerate(RIGHT)),
    "personal-data = peut-être",
    "meteo : gris",
    "attack-start : la semaine dernière",
    "entry = mail",
)


async def test_of_twenty_facts_the_right_ones_are_kept_and_the_wrong_ones_named(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open(options=FRENCH)
        known, facts = len(shell.said()), shell.service.books.count(incident.id)
        answer = await shell.type("\n".join(LISTED))
        assert len([content for content in shell.said()[known:] if not content.replaces]) == 1
        assert f"{len(RIGHT) + 2} constats retenus" in answer
        assert "3 lignes non retenues" in answer
        assert "personal-data peut-être\u00a0: personal-data n’accepte pas peut-être" in answer
        assert "meteo gris\u00a0: Il n’y a pas de question meteo" in answer
        assert "attack-start : la semaine dernière" in answer
        assert FIVE_DAYS in answer, "a clock that came with the answers"
        assert shell.incident().answers[Question("siren")] == "valeur 1"
        assert shell.incident().answers[Question("insured")] == "yes"
        assert shell.service.books.count(incident.id) == facts + len(RIGHT) + 2
        history = await shell.store.history(incident.id)
        assert len({one.input for one in history if isinstance(one.fact, Answered)}) == 1, "one transaction"


async def test_a_list_of_which_nothing_is_right_changes_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        answer = await shell.type("!fact weather grey\nentry fax")
        assert "2 lines not kept" in answer
        assert "kept:" not in answer.replace("not kept:", "")
        assert not shell.incident().answers


async def test_a_list_takes_the_right_and_the_second_person_that_each_fact_takes(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        await shell.type(f"!inviter {ERIN}")
        assert "Il faut pour cela" in await shell.type("\n".join(LISTED), sender=ERIN)
        await shell.type("!constat personal-data non, des machines de test\ninsured non", sender=BOB)
        assert Question("personal-data") not in shell.incident().answers
        assert shell.incident().answers[Question("insured")] == "no"
        assert shell.incident().asked
        await shell.type("!clore terminé")
        await shell.type("!confirmer 2", sender=BOB)


async def test_a_closed_incident_takes_no_list(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=f"{FRENCH} --drill")
        await shell.type("!clore terminé")
        assert "clos" in await shell.type("!constat insured oui\nentry mail")


async def test_the_longest_list_holds_nobody_up(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        text = "é" * 900
        body = "!constat " + "\n".join(f"{RIGHT[number % len(RIGHT)]} : {text}" for number in range(25))
        assert 45_000 < len(body.encode()) < 48_000
        message = shell.message(body, room=shell.room)
        began = time.process_time()
        await shell.service._inbox.outcome(message, shell.clock.now())
        assert time.process_time() - began < 0.25, "it takes 6 ms; five times the limit, for a busy machine"
        answer = await shell.type(body)
        assert "25 constats retenus" in answer
        assert len(answer) < 8_000
