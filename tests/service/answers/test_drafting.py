"""Drafts in the room: made, kept, reviewed, frozen; what people typed stays text in every form of them."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from bot.core.details import DETAILS
from bot.core.facts import DraftFrozen, DraftMade
from bot.core.language import Language
from bot.core.names import DraftId, Question, UserId
from bot.library.drafts import read_template
from bot.ports import Attachment
from bot.voice.details import detail_label
from tests.core.build import ALICE, BOB, CAROL, HOUR, HOUSE
from tests.library.draft_texts import FRONT
from tests.service.shell import Shell

NOTICE = (
    FRONT.replace("FR-LOPMI", "GDPR-33-1")
    + """\
{organisation} writes on {today}, version {version}.

## What happened

- **SIREN:** {siren}
- **Known since:** {aware GDPR-33-1}
- **Records:** {records}
- **Start:** {attack-start}
- **Filed:** {filed GDPR-33-1?}
- **Risk:** {risk?}

## Why so late

{late-reason?}
"""
)
LETTER = (
    NOTICE.replace("id: notice", "id: letter").replace("rank: 2", "rank: 1").replace("clock: GDPR-33-1\n", "")
).partition("## What")[0] + "## Measures\n\n{measures}\n\n{next-update?}\n"
TEMPLATES = {
    (template.id, template.language): template
    for text in (NOTICE, LETTER)
    for source in (text, text.replace("language: en", "language: fr").replace("writes on", "écrit le"))
    for template in (read_template(source).template,)
}
ID = DraftId("notice")


@pytest.fixture
def shell() -> Shell:
    return Shell(replace(HOUSE, drafts=TEMPLATES))


def files(shell: Shell) -> dict[str, Attachment]:
    """Return the files handed out last, by their ending."""
    handed = [content.file for content in shell.said() if content.file is not None]
    return {file.name.rpartition(".")[2]: file for file in handed[-2:]}


def markdown(shell: Shell) -> str:
    return files(shell)["md"].data.decode()


def docx(shell: Shell) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(files(shell)["docx"].data)).paragraphs)


def label(name: str) -> str:
    return detail_label(Question(name), Language("en"))


async def count(shell: Shell) -> int:
    return len(await shell.store.history(shell.incident().id))


async def test_the_list_has_every_draft_by_rank_with_its_state_and_how_much_is_open(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert await shell.type("!draft") == (
            "Drafts\n\nNot written yet: letter, notice\n\n"
            "!draft NAME writes one from the facts. Cellule sends nothing, and its texts are a help, not legal advice."
        )
        await shell.type("!draft notice")
        assert "notice · A notice: version 1, to be read, 5 to complete" in await shell.type("!draft")
        await shell.type("!draft notice reviewed", sender=BOB)
        assert "notice · A notice: version 1, read by bob (DPO), 5 to complete" in await shell.type("!draft")
        await shell.type("!draft notice frozen", sender=BOB)
        assert "notice · A notice: version 1, frozen\n" in await shell.type("!draft")
        await shell.type("!draft letter")
        await shell.type("!fact organisation Firm")
        assert "letter · A notice: version 1, facts have changed since, 1 to complete" in await shell.type("!draft")


async def test_a_house_without_templates_says_so() -> None:
    bare = Shell()
    async with bare.life():
        await bare.open()
        assert await bare.type("!draft") == "There are no drafts in this language."


async def test_a_draft_says_what_is_missing_first_each_with_the_command_that_gives_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        said = await shell.type("!draft notice")
        assert said.startswith("[TLP:AMBER+STRICT]\nA notice · version 1, Tue 24 Nov 2026 10:00 (UTC+1)\n")
        assert "Legal basis: GDPR art. 33(1) (https://law.example.org/33, read on 24 Nov 2026)" in said
        before, _, text = said.partition("unknown is an answer too.")
        asked = [
            *(f"- {label(name)}: !fact {name} VALUE" for name in ("organisation", "siren")),
            "- Awareness time (GDPR-33-1): !aware GDPR-33-1 WHEN SOURCE",
            *(f"- {label(name)}: !fact {name} VALUE" for name in ("records", "attack-start")),
        ]
        assert before.endswith("To complete (5)\n\n" + "\n".join(asked) + "\n\n")
        assert f"- SIREN: [to complete: {label('siren')}]" in text
        assert "Why so late" not in text
        assert text.endswith("then !filed GDPR-33-1 REFERENCE.")


async def test_in_french_the_commands_are_french(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr")
        said = await shell.type("!brouillon notice")
        assert "!constat organisme VALEUR" in said
        assert "!connaissance GDPR-33-1 QUAND SOURCE" in said
        assert "À compléter" in markdown(shell)


async def test_two_files_come_with_it_under_a_neutral_name(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open("Host Prodoc down")
        await shell.type("!draft notice")
        made = files(shell)
        name = "notice-v1-" + incident.codename.lower().replace(" ", "-")
        assert {file.name for file in made.values()} == {f"{name}.md", f"{name}.docx"}
        assert made["md"].mime == "text/markdown"
        assert made["docx"].mime.endswith("wordprocessingml.document")
        assert "Prodoc" not in markdown(shell)
        assert markdown(shell).startswith("TLP:AMBER+STRICT\n\n# A notice\n\nVersion 1, Tue 24 Nov 2026 10:00")
        assert f"**To complete:** {label('organisation')}; {label('siren')}; " in markdown(shell)
        assert f"- **SIREN:** **[to complete: {label('siren')}]**" in markdown(shell)
        assert "not legal advice" in markdown(shell)
        assert f"SIREN: [to complete: {label('siren')}]" in docx(shell)


async def test_what_is_known_is_filled_in_and_no_longer_asked(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for line in (
            *("!fact organisation Firm", "!fact siren 123", "!fact records unknown", "!fact attack-start 09:00"),
            *("!aware GDPR-33-1 09:30 mail of the host", "!risk decision none all of it encrypted"),
            *("!fact late-reason The mail was down.", "!filed GDPR-33-1 A-12 09:45"),
        ):
            await shell.type(line, sender=BOB)
        await shell.type("!confirm 1", sender=ALICE)
        said = await shell.type("!draft notice")
        assert "To complete" not in said + markdown(shell)
        assert "Firm writes on Tuesday 24 November 2026, version 1." in said
        assert "- Records: not determined\n- Start: Tuesday 24 November 2026 at 9:00 (Paris time)\n" in said
        assert "- Filed: A-12, Tuesday 24 November 2026 at 9:45 (Paris time)\n" in said
        assert "decision recorded by bob, Tuesday 24 November 2026 at 10:00 (Paris time): " in said
        assert "because: all of it encrypted" in said
        assert "Why so late\n\nThe mail was down." in said


async def test_measures_are_the_steps_done_with_their_results(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "- Steps done, with their results: !done ID RESULT" in await shell.type("!draft letter")
        await shell.type("!done D1 cable *pulled*")
        await shell.type("!done D2")
        said = await shell.type("!draft letter")
        at = "Tuesday 24 November 2026 at 10:00 (Paris time)"
        assert f"- Do D1 ({at}): cable *pulled*\n- Do D2 ({at})" in said
        assert "Cellule sends nothing: a person does." in said


async def test_the_same_facts_make_the_same_version_and_new_ones_the_next(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        await shell.pass_time(26 * HOUR)
        before = await count(shell)
        assert "version 1, Tue 24 Nov" in await shell.type("!draft notice")
        assert await count(shell) == before
        await shell.type("!fact siren 123")
        assert "version 2, Wed 25 Nov" in await shell.type("!draft notice")
        assert files(shell)["md"].name.startswith("notice-v2-")


async def test_a_fact_that_it_does_not_say_makes_no_version(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        await shell.type("!fact insurer The insurer")
        assert "version 1" in await shell.type("!draft notice")


async def test_the_dpo_finds_it_right_and_it_says_so(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        assert await shell.type("!draft notice reviewed", sender=BOB) == (
            "notice version 1: found right by bob (DPO).\n\nTo let it stand: !draft notice frozen"
        )
        assert "Draft, found right by bob (DPO)" in await shell.type("!draft notice")


@pytest.mark.parametrize(
    ("sender", "typed", "answer"),
    [
        (CAROL, "!draft notice reviewed", "That needs the role"),
        (ALICE, "!draft notice frozen", "That needs the role"),
        (BOB, "!draft letter reviewed", "Nobody has had letter drafted yet"),
        (BOB, "!draft notice frozen", "frozen only after the dpo or legal has read it"),
        (ALICE, "!draft notise", "There is no draft notise. There are: notice"),
        (ALICE, "!draft zzz", "There is no draft zzz. There are: letter, notice"),
    ],
)
async def test_what_may_not_be_is_refused_and_changes_nothing(
    shell: Shell, sender: UserId, typed: str, answer: str
) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        before = await count(shell)
        assert answer in await shell.type(typed, sender=sender)
        assert await count(shell) == before


async def test_a_version_that_facts_have_overtaken_is_not_reviewed(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        await shell.type("!fact siren 123")
        assert (await shell.type("!draft notice reviewed", sender=BOB)).startswith("Facts have changed since notice")
        await shell.type("!draft notice")
        assert "version 2: found right" in await shell.type("!draft notice reviewed", sender=BOB)


async def freeze(shell: Shell) -> str:
    await shell.type("!fact siren 123")
    await shell.type("!draft notice")
    await shell.type("!draft notice reviewed", sender=BOB)
    return await shell.type("!draft notice frozen", sender=BOB)


async def test_a_frozen_draft_stands_whatever_is_learned_later(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        said = await freeze(shell)
        text = markdown(shell)
        assert "Found right by bob (DPO); frozen by bob, Tue 24 Nov 10:00" in said
        assert "Places still to fill by hand in the files: 4" in said
        assert "It stays as it is, whatever is learned later." in said
        assert "To complete:" not in text
        await shell.type("!fact siren 999")
        later = await shell.type("!draft notice")
        assert "- SIREN: 123" in later
        assert "It stays as it is. Facts have changed since: !draft notice new begins another version." in later
        assert markdown(shell) == text
        assert "SIREN: 123" in docx(shell)
        assert files(shell)["docx"].name == "a-notice.docx"
        clean = docx(shell)
        assert not any(
            word in clean for word in ("TLP", "Version", "Cellule", "bob", "A notice", "law.example.org", "[")
        )
        assert "Known since: ________" in clean
        assert "is frozen" in await shell.type("!draft notice reviewed", sender=BOB)


async def test_another_version_begins_after_a_frozen_one(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await freeze(shell)
        await shell.type("!fact siren 999")
        said = await shell.type("!draft notice new")
        assert "version 2" in said
        assert "- SIREN: 999" in said
        assert "Draft, read by nobody yet" in said


async def test_a_restart_keeps_what_was_frozen_and_who_found_it_right(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await freeze(shell)
        text = markdown(shell)
    async with shell.life():
        state = shell.incident().drafts[ID]
        assert (state.version, state.reviewed_by[0][0]) == (1, BOB)
        await shell.type("!fact siren 999")
        await shell.type("!draft notice")
        assert markdown(shell) == text


async def test_who_had_it_made_and_frozen_is_in_the_timeline_with_all_its_text(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await freeze(shell)
        facts = [recorded.fact for recorded in await shell.store.history(shell.incident().id)]
        (made,) = (fact for fact in facts if isinstance(fact, DraftMade))
        (frozen,) = (fact for fact in facts if isinstance(fact, DraftFrozen))
        assert (made.by, frozen.by) == (ALICE, BOB)
        assert frozen.text == markdown(shell)
        assert "bob froze notice version 1" in await shell.type("!timeline")


async def test_a_closed_incident_shows_its_drafts_and_changes_none(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!draft notice")
        await shell.type("!close")
        assert "version 1" in await shell.type("!draft notice")
        assert "notice" in await shell.type("!draft")
        for typed in ("!draft letter", "!draft notice reviewed", "!draft notice frozen"):
            assert "closed" in await shell.type(typed, sender=BOB)


async def test_a_drill_says_so_in_the_message_the_files_and_their_names(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        assert "DRILL: nothing of this is sent." in await shell.type("!draft notice")
        assert "**DRILL**: nothing of this is sent." in markdown(shell)
        assert "DRILL" in docx(shell)
        assert all(file.name.startswith("drill-") for file in files(shell).values())


async def test_facts_that_contradict_each_other_stand_above_the_text_until_it_is_frozen(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for line in ("!fact insured no", "!fact policy P-1"):
            await shell.type(line)
        said = await shell.type("!draft notice")
        assert said.index("insured = no, and yet") < said.index("What happened")
        assert "**These facts contradict each other**\n\n- **insured** = no" in markdown(shell)
        await shell.type("!draft notice reviewed", sender=BOB)
        await shell.type("!draft notice frozen", sender=BOB)
        assert "contradict" not in markdown(shell)


async def test_a_text_too_long_for_a_phone_is_in_its_files(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type(f"!fact organisation {'long ' * 800}")
        said = await shell.type("!draft notice")
        assert "The whole text is in the two files." in said
        assert "To complete (4)" in said
        assert len(said) < 1_500
        assert "long long" in markdown(shell)


TYPED = (
    *("[x](http://evil.example)", "# head", "| a | b |", "`code`", "{siren}", "{{x}}", "<script>x</script>", "**b**"),
    *("- item", "1. one", "a\n# b\n- c", "<!-- when: insured = no -->", "[to complete: SIREN]", "---", "\\", "&amp;"),
)


@pytest.mark.parametrize("typed", TYPED)
async def test_what_is_typed_stays_text_in_the_room_and_in_both_files(shell: Shell, typed: str) -> None:
    async with shell.life():
        await shell.open()
        await shell.type(f"!fact organisation {typed}")
        said = await shell.type("!draft letter")
        assert f"{typed} writes on" in said
        html = next(content.html for content in shell.said() if "writes on" in content.body and not content.file)
        assert set(re.findall(r"<(\w+)", html)) <= {"p", "br", "strong", "em", "ul", "ol", "li", "code"}
        assert f"{typed} writes on" in docx(shell)
        await shell.type("!draft letter reviewed", sender=BOB)
        assert f"{typed} writes on" in await shell.type("!draft letter frozen", sender=BOB)
        assert f"{typed} writes on" in docx(shell)


def test_every_detail_can_stand_in_a_template() -> None:
    body = "".join(f"- {{{detail.name}}}\n" for detail in DETAILS)
    text = NOTICE.partition("{organisation} writes")[0] + body
    assert len(read_template(text).holes) == len(DETAILS)
    assert TEMPLATES[ID, Language("fr")].language == Language("fr")


async def test_what_is_not_established_is_no_statement_until_it_is(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact siren 123456789, supposed")
        await shell.type("!fact records about 350 not confirmed")
        await shell.type("!draft notice")
        text = files(shell)["md"].data.decode()
        assert "SIREN:** 123456789 (a supposition, according to what was known on " in text
        assert "Records:** about 350 (according to what was known on " in text
        await shell.type("!fact siren 123456789, established")
        await shell.type("!fact records 350")
        assert "version 2" in await shell.type("!draft notice")
        sure = files(shell)["md"].data.decode()
        assert "123456789\n" in sure
        assert "according to" not in sure
