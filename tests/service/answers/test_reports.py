"""`!report`: the whole record, handed out in the room as the console would write it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot.core.language import Language
from bot.core.people.roster import Role
from bot.papers.record import verify_record
from bot.ports import Attachment
from bot.service.records.making import whole
from tests.core.build import ALICE, BOB, CAROL, HOUR, MINUTE
from tests.service.shell import RECORDS, Shell


def files(shell: Shell) -> tuple[Attachment, ...]:
    return tuple(content.file for content in shell.said() if content.file is not None)


async def test_both_files_are_handed_out_under_names_that_say_nothing_of_the_incident(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!note <script>alert(1)</script>")
        said = await shell.type("!report")
        pdf, page = files(shell)
        day = f"{shell.clock.now().astimezone(incident.zone):%Y-%m-%d}"
        assert (pdf.name[:17], pdf.name[-4:], pdf.mime) == (f"record-{day}", ".pdf", "application/pdf")
        assert (page.name, page.mime) == (pdf.name.replace(".pdf", ".html"), "text/html")
        for word in (*incident.codename.split(), *incident.title.split()):
            assert word.casefold() not in (pdf.name + page.name).casefold()
        assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page.data
        head = verify_record.read(pdf.data)[0]["head"]
        assert verify_record.check(pdf.data, RECORDS.public)[0][0] == "whole"
        assert verify_record.parse_line(head)["root"].hex() in said
        assert f"{verify_record.parse_line(head)['size']} entries" in said
        assert f"python3 verify_record.py {pdf.name}" in said


async def test_it_is_what_the_console_writes_and_the_same_when_it_is_asked_for_again(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!report")
        await shell.pass_time(MINUTE)
        written = await shell.store.written(incident.id)
        made = await asyncio.to_thread(whole, shell.incident(), written, RECORDS)
        await shell.type("!rapport")
        first, page, second, again = files(shell)
        assert first == second
        assert page == again
        assert (first.data, page.data) == (made.pdf, made.html)
        assert verify_record.attached(first.data)["report.html"] == page.data


@pytest.mark.parametrize(("sender", "may"), [(ALICE, True), (BOB, True), (CAROL, False)])
async def test_who_leads_and_the_dpo_may_ask_for_it(shell: Shell, sender: str, may: bool) -> None:
    async with shell.life():
        await shell.open()
        roles = shell.incident().roster[sender]  # type: ignore[index]
        assert bool(roles & {Role.COORDINATOR, Role.ADMIN, Role.DPO}) is may
        said = await shell.type("!report", sender=sender)  # type: ignore[arg-type]
        assert bool(files(shell)) is may
        assert ("root" in said) is may


async def test_what_has_more_words_is_told_how_it_is_used(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "!report" in await shell.type("!report please")
        assert files(shell) == ()


async def test_it_says_what_no_checkpoint_is_over(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "No checkpoint was posted yet" in await shell.type("!report")
        await shell.type("!seal")
        assert "checkpoint" not in (await shell.type("!report")).casefold().replace("cellule-checkpoint", "")
        for number in range(3):
            await shell.type(f"!note {number}")
        assert "Since checkpoint 1: 4 entries" in await shell.type("!report")


async def test_a_record_with_checkpoints_and_decisions_is_whole_and_says_them(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact insured yes supposed")
        await shell.type("!decide shut the VPN because they are in it options: wait; ask review 6h", sender=BOB)
        await shell.type("!seal")
        await shell.type("!seal 1", sender=BOB)
        await shell.pass_time(7 * HOUR)
        await shell.type("!decide 1 stands: still right")
        await shell.type("!hold the insurer asks")
        await shell.type("!report")
        pdf, page = files(shell)
        assert [what for what, _ in verify_record.check(pdf.data)] == ["whole", "purged", "at", "signer"]
        told = page.data.decode()
        for said in ("shut the VPN", "they are in it", "wait<br>ask", "still right", "the insurer asks", "supposed"):
            assert said in told
        assert "cellule-checkpoint-1" in told


async def test_in_french(shell: Shell) -> None:
    async with shell.life():
        await shell.open("Essai", "--playbook provider-hit --lang fr")
        said = await shell.type("!rapport")
        pdf, page = files(shell)
        assert shell.incident().language == Language("fr")
        assert "Le dossier" in said
        assert pdf.name.startswith("dossier-")
        assert "Chronologie" in page.data.decode()
        assert json.loads(verify_record.attached(pdf.data)["record.json"])["language"] == "fr"


async def test_a_long_record_does_not_keep_the_others_waiting(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        longest = "word " * 400
        for _ in range(30):
            await shell.type(f"!note {longest}")
        await shell.pass_time(timedelta(minutes=1))
        await shell.type("!report")
        pdf, page = files(shell)
        assert longest.strip() in page.data.decode()
        size = len(await shell.store.leaves(shell.incident().id))
        assert verify_record.check(pdf.data)[0] == ("whole", {"shown": size, "size": size})
