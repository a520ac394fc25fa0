"""The trial of a coordinator of forty firms again, line by line: each mistake, and what comes of it now.

It is acted on a real homeserver, with strict clients, in French and in English; build/coordinator/trial.LANGUAGE.md is
what was typed and read.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.console import cellule as console
from tests.coordinator import trial as lists
from tests.coordinator.server import Server
from tests.coordinator.stage import BUILD, until
from tests.coordinator.trial import BRESARD, COMPTA, DURAND, HEADER, LATE, LEFEVRE, NEVER, NEW, NGUYEN, OKAFOR, Trial
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]

THERE = (DURAND, LEFEVRE, NGUYEN, OKAFOR)
"""Whose people are at a strict client from the start."""
OPEN = "!cascade ouvrir Hébergeur tombé"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_line_of_the_trial_has_its_new_outcome(
    homeserver: Homeserver, tmp_path: Path, language: str
) -> None:
    names = ("presidente", "secretaire", "cellule", "spare", "durand", "lefevre", "nguyen", "okafor", "tardif", "plain")
    accounts = {name: await register(homeserver, name) for name in names}
    leads = {accounts[name].user: ["admin", "coordinator"] for name in ("presidente", "secretaire")}
    async with AsyncExitStack() as stack:
        more = {"organisation": {"name": "Ordre du Centre", "roles": ["controller"]}}
        bot = Bot(tmp_path, homeserver, accounts["cellule"], leads, language=language, more=more)
        await stack.enter_async_context(bot)

        async def peer(name: str) -> Peer:
            return await stack.enter_async_context(Peer(homeserver, accounts[name], meet=[bot.user]))

        lead = await peer("presidente")
        control = Talk(peer=lead, room=(await lead.wait_room(inviter=bot.user)).id, bot=bot.user)
        play = Trial(
            language=language,
            homeserver=homeserver,
            bot=bot,
            server=Server(homeserver.database, bot.user),
            control=control,
            parent=control,
            second=await peer("secretaire"),
            spare=accounts["spare"],
        )
        await play.second.wait_room(inviter=bot.user)
        firms = dict(zip((*THERE, LATE, NEVER), names[4:], strict=True))
        play.users = {firm: accounts[name].user for firm, name in firms.items()} | {
            lists.AWAY: "@gerance:serveur-absent.invalid",
            NEW: f"@garage-dix-{language}:{homeserver.server_name}",
        }
        peers = {firm: await peer(firms[firm]) for firm in THERE}
        try:
            await lists_with_mistakes(play)
            await opening(play, peers)
            await first_words(play)
            await bulletins(play)
            peers[LATE] = await peer("tardif")
            await who_comes_late(play, peers[LATE])
            await questions(play)
            await the_same_list(play)
            peers[BRESARD] = await repairs(play, stack)
            await where_they_stand(play)
            await what_firms_cannot(play)
            await the_end(play)
            await console_errors(play, tmp_path)
        finally:
            play.save()
        for firm, one in peers.items():
            assert await unread(one, bot.user) == [], firm
            said = [str(message.text) for message in await play.talks[firm].heard()]
            strangers = [other for other in lists.NAMED if other != firm and any(other in text for text in said)]
            assert not strangers, f"in the room of {firm}"


# --- before anything is opened --------------------------------------------------------------------------------


async def lists_with_mistakes(play: Trial) -> None:
    play.item("H4 M7 L2 L3 L9", "a list with mistakes: each by its line, and nothing is opened")
    before = await play.rooms()
    head = ("organisation", "personnes", "connaissance", "données personnelles", "siren")
    wrong = (
        ("Durand", "Jeanne <@d:example.org>", "03/11/2026 18:30", "oui", ""),
        ("Lefèvre", "@l:example.org", "27/11/2026", "non", ""),
        ("Nguyen", "@n:example.org", "", "peut-être", ""),
        ("Okafor", "@o:example.org", "", "", "12345"),
        ("DURAND", "@d2:example.org", "", "", ""),
    )
    await play.send("adherents.csv", lists.as_csv((head, *wrong)))
    told = await play.type(play.control, OPEN, "5.erreurs", "5.mistakes")
    for fr, en in (
        ("ligne 2.*le jour ou avec le mois en premier", "line 2.*day.*month"),
        ("ligne 3.*n'a pas d'heure", "line 3.*hour"),
        ("ligne 4.*peut-être", "line 4.*peut-être"),
        ("ligne 5.*12345 n'est pas un SIREN", "line 5.*12345"),
        ("ligne 6.*DURAND est déjà à la ligne 2", "line 6.*DURAND.*line 2"),
    ):
        assert _found(play.either(fr, en), told), told

    play.item("L1", "a first sheet that is not the list, and a title above the names of the columns")
    good = lists.rows(play.users)
    note = (("Lisez-moi d'abord",), ("Liste tenue par l'Ordre",))
    await play.send("lisez-moi.xlsx", lists.as_xlsx((HEADER, *good), first=note))
    told = await play.type(play.control, OPEN, "première feuille", "first sheet")
    assert "Lisez-moi d" in told
    await play.send("titre.csv", lists.as_csv((("Adhérents de l'Ordre",), HEADER, *good)))
    told = await play.type(play.control, OPEN, "aucune colonne", "no column")
    assert "Adhérents de l" in told
    assert await play.rooms() == before


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


async def opening(play: Trial, peers: dict[str, Peer]) -> None:
    play.item("H4 H6 L3", "the list of forty: how it is read, two who open it, and who cannot be invited")
    await play.send("adherents.xlsx", lists.as_xlsx((HEADER, *lists.rows(play.users))))
    await play.lead(OPEN, "40 organisations", "40 organisations", room=play.control)
    for fr, en in (
        ("4 peuvent lire tout de suite, 33 n'ont pas de compte", "4 can read at once.*33 have no account"),
        ("1 est sur un serveur qui ne répond pas", "Serveur Absent: @gerance:serveur-absent.invalid"),
        ("ligne 10, Plain Deux", "line 10, Plain Deux"),
    ):
        assert _found(play.either(fr, en), play.shown), play.shown
    lead = play.control.peer
    play.parent = play.control.in_room((await lead.wait_room(inviter=play.bot.user, known=[play.control.room])).id)
    await play.second.wait_room(inviter=play.bot.user, name="", known=[play.control.room])
    done = await play.hear(play.parent, "Les 40 salles sont toutes ouvertes", "All 40 rooms are open")
    assert _found(play.either("Dans 1 salle, quelqu'un n'a pas pu être invité", "In 1 room"), str(done.text))
    for firm, one in peers.items():
        play.talks[firm] = Talk(peer=one, room=(await one.wait_room(inviter=play.bot.user)).id, bot=play.bot.user)


async def first_words(play: Trial) -> None:
    play.item("M2", "who writes, why, and who reads: the first words of a firm")
    durand = play.talks[DURAND]
    first = await play.hear(durand, "a ouvert cette salle pour Étude Durand", "opened this room for Étude Durand")
    assert "Ordre du Centre" in str(first.text)
    await durand.hear(play.either("Commencez ici", "Start here"))

    play.item("H4", "the natural header answers the question")
    await play.type(durand, "!constats", "données-personnelles|donnees-personnelles", "personal-data = yes")

    play.item("M6", "an awareness time from the list is in the firm's timeline, with its source")
    told = await play.type(durand, "!chronologie 30", "adherents.xlsx", "adherents.xlsx")
    assert "GDPR-33-1" in told or "CNIL" in told

    play.item("M5", "the room of the coordination asks nobody for a ransom note")
    said = " ".join(str(one.text) for one in await play.parent.heard())
    assert not _found("rançon|ransom", said.casefold())
    await play.type(play.parent, "!suite")


# --- bulletins ------------------------------------------------------------------------------------------------


async def bulletins(play: Trial) -> None:
    durand, lefevre = play.talks[DURAND], play.talks[LEFEVRE]
    play.item("M3 M2", "a bulletin to all is shown before it leaves, and another person lets it go")
    text = "!bulletin {organisation}, adhérent {n°-adhérent} : coupez le lien"
    await play.lead(text, "Bulletin 1 à toutes", "Bulletin 1 to all")
    heard = await play.hear(durand, "coupez le lien", "coupez le lien")
    assert "Étude Durand, adhérent A-0001" in str(heard.text)
    assert "Ordre du Centre" in str(heard.text)
    assert _found(r"\(UTC[+-]\d\)", str(heard.text))

    play.item("H3 L6", "filters by any column of the list, by several values, and by who is not there")
    for typed, fr, en in (
        ("--pour secteur=santé Santé {ville}", "Bulletin 2 à secteur=santé", "Bulletin 2 to"),
        ("--pour ville=tours,lyon Villes", "Bulletin 3 à", "Bulletin 3 to"),
        ("--pour absentes Nous vous cherchons", "Bulletin 4 à", "Bulletin 4 to"),
    ):
        await play.lead(f"!bulletin {typed}", fr, en)
    await play.lead("!bulletin --pour siren=900000002 Pour vous seul", "Bulletin 5 à", "Bulletin 5 to")
    await play.hear(lefevre, "Pour vous seul", "Pour vous seul")
    await play.type(play.parent, "!bulletin --pour nosuch=1 x", "Je ne connais pas nosuch=1", "nosuch=1")

    play.item("L4", "seen, in words: what acknowledges, and what is said to what does not")
    await play.type(durand, "vu", "accusé réception", "acknowledged", reply_to=heard.id)
    other = await lefevre.hear("Pour vous seul")
    await play.type(
        lefevre, "Vu, merci", "Transmise|accusé|question", "Sent on|acknowledged|question", reply_to=other.id
    )


async def who_comes_late(play: Trial, late: Peer) -> None:
    play.item("L7", "who logs in after the bulletins reads all of them; who has no account yet, too")
    play.talks[LATE] = Talk(peer=late, room=(await late.wait_room(inviter=play.bot.user)).id, bot=play.bot.user)
    await play.hear(play.talks[LATE], "adhérent A-0007", "adhérent A-0007")
    localpart = play.users[NEW][1:].partition(":")[0]
    await play.homeserver.register(localpart, "a password")
    account = Account(user=play.users[NEW], localpart=localpart, password="a password")
    async with Peer(play.homeserver, account, meet=[play.bot.user]) as new:
        talk = Talk(peer=new, room=(await new.wait_room(inviter=play.bot.user)).id, bot=play.bot.user)
        await play.type(talk, "!etat", "Hébergeur tombé", "Hébergeur tombé")
        assert await unread(new, play.bot.user) == []


# --- questions ------------------------------------------------------------------------------------------------


async def questions(play: Trial) -> None:
    durand, lefevre = play.talks[DURAND], play.talks[LEFEVRE]
    play.item("H5", "a question reaches whoever coordinates with the firm's name, and is answered where it was asked")
    await play.type(
        durand, "!question La DSN peut-elle attendre vendredi ?", "Transmise : question", "Sent on as question"
    )
    told = await play.hear(play.parent, "Étude Durand.*La DSN", "Étude Durand.*La DSN")
    number = str(told.text).partition(DURAND)[0].split()[-1].strip(":-")
    await play.type(
        play.parent, f"!repondre {number} Oui, jusqu'à vendredi", "envoyée à : Étude Durand", "Étude Durand"
    )
    await play.hear(durand, "Oui, jusqu.à vendredi", "Oui, jusqu.à vendredi")
    assert not [one for one in await lefevre.heard() if "DSN" in str(one.text)]


# --- the same list --------------------------------------------------------------------------------------------


async def the_same_list(play: Trial) -> None:
    good, before = lists.rows(play.users), await play.rooms()
    plain = str.maketrans("ÉÈéèàêô", "EEeeaeo")
    bare = [(row[0].translate(plain), *row[1:]) for row in good]
    play.item("H1", "the same list: another title, an accent less, another order, another encoding: no new room")
    for name, data, title in (
        ("adherents-v2.xlsx", lists.as_xlsx((HEADER, *good)), "Hebergeur Tombé "),
        ("autre-titre.xlsx", lists.as_xlsx((HEADER, *good)), "Panne de notre prestataire"),
        ("autre-ordre.csv", lists.as_csv((HEADER, *reversed(good))), "Hébergeur tombé"),
        ("cp1252.csv", lists.as_csv((HEADER, *good), "cp1252"), "Hébergeur tombé"),
        ("sans-accents.csv", lists.as_csv((HEADER, *bare), "utf-16"), "HEBERGEUR TOMBE"),
    ):
        await play.send(name, data)
        await play.type(play.control, f"!cascade ouvrir {title}", "Rien de nouveau", "Nothing new")
        assert await play.rooms() == before, name


# --- repairs --------------------------------------------------------------------------------------------------


async def repairs(play: Trial, stack: AsyncExitStack) -> Peer:
    good, before = lists.rows(play.users), await play.rooms()
    play.item("H2", "a contact that changed and a name that was corrected are shown; no room is opened for them")
    changed = [
        (row[0].replace(COMPTA, "Compta Sud"), row[1].replace("@gerance5:", "@remplace5:"), *row[2:]) for row in good
    ]
    await play.send("corrigee.xlsx", lists.as_xlsx((HEADER, *changed)))
    told = await play.type(play.control, OPEN, "Étude Brésard", "Étude Brésard")
    assert _found(r"Étude Brésard\s?: .*@remplace5:.*@gerance5:", told), told
    assert "Compta Sud" in told
    assert await play.rooms() == before

    play.item("H2", "the right contact is let into the room from above")
    account = await register(play.homeserver, "remplacant")
    other = await stack.enter_async_context(Peer(play.homeserver, account, meet=[play.bot.user]))
    await play.type(
        play.parent,
        f"!cascade inviter {BRESARD} {account.user}",
        "reçoit une invitation dans la salle de",
        "is invited into",
    )
    play.talks[BRESARD] = Talk(peer=other, room=(await other.wait_room(inviter=play.bot.user)).id, bot=play.bot.user)
    await play.type(play.talks[BRESARD], "!etat", "Hébergeur tombé", "Hébergeur tombé")

    play.item("H2", "who pressed Leave is told apart, and let in again")
    okafor = play.talks[OKAFOR]
    await okafor.peer.leave(okafor.room)
    await until(lambda: _has_left(play, okafor), "who left")
    assert play.either("repartie", "left") in " ".join((await table(play))[OKAFOR])
    await play.type(play.parent, f"!cascade inviter {OKAFOR} {okafor.peer.user}", "invitation", "invited")
    await okafor.peer.wait_member(okafor.room, okafor.peer.user)
    await play.type(okafor, "!etat", "Hébergeur tombé", "Hébergeur tombé")
    return other


async def table(play: Trial) -> dict[str, list[str]]:
    """Return the lines of the table of the roll-up, by the name of the firm; the last one is kept."""
    asked = await play.parent.say("!synthese csv")
    file = await play.parent.peer.file(await play.parent.hear(r"\.csv$", after=asked))
    await asyncio.to_thread((BUILD / f"trial.{play.language}.csv").write_bytes, file.data)
    lines = csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=play.either(";", ","))
    return {line[0]: line for line in lines}


async def _has_left(play: Trial, talk: Talk) -> bool:
    return talk.room not in await play.server.joined(talk.peer.user)


# --- the roll-up ----------------------------------------------------------------------------------------------


async def where_they_stand(play: Trial) -> None:
    nguyen = play.talks[NGUYEN]
    play.item("M4", "complaint, reference and why a firm closed are there for whoever coordinates")
    await play.type(nguyen, "!fait N2 plainte 2026/1234 brigade de Lyon", "N2", "N2")
    await play.type(nguyen, "!clore Tout va bien chez nous", "[Cc]los", "[Cc]losed")

    play.item("M1 M4", "the roll-up: who is reached, the last three bulletins, duties in words")
    told = await play.type(play.parent, "!synthese", "Synthèse de", "Roll-up of")
    for fr, en in (
        ("Plainte : 1 en règle", "Complaint: 1 done"),
        ("Bulletin 5", "Bulletin 5"),
        ("Bulletin 4", "Bulletin 4"),
    ):
        assert _found(play.either(fr, en), told), told

    play.item("L5", "the picture has a title")
    picture = await play.parent.peer.file(await play.parent.hear(r"\.png$"))
    await asyncio.to_thread((BUILD / f"trial.{play.language}.png").write_bytes, picture.data)
    assert picture.data.startswith(b"\x89PNG")

    play.item("M4", "the table has every column of the list, references, and why a firm closed")
    closed = " | ".join((await table(play))[NGUYEN])
    assert "Tout va bien chez nous" in closed
    assert "plainte 2026/1234 brigade de Lyon" in closed
    assert "A-0003" in closed
    assert "la gérance 3" in closed

    play.item("H6", "who is not reached, told apart, with whom to call; what came of a call is noted")
    told = await play.type(play.parent, "!synthese non-joints", "pas encore jointes", "not reached")
    assert _found(play.either("1 impossible à inviter", "1 .*not be invited|1 uninvited|1 could not"), told), told
    await play.type(play.parent, f"!appele {NEVER}: répondeur", "Noté pour Plain Deux", "Noted for Plain Deux")


async def what_firms_cannot(play: Trial) -> None:
    durand = play.talks[DURAND]
    play.item("M2 H5", "what is the coordination's is refused to a firm in words that are for the firm")
    for body in ("!synthese", "!bulletin x", "!cascade"):
        await play.type(durand, body, "Cette salle est la vôtre|Cela se fait dans la salle", "This room is yours")
    told = await play.type(durand, "!buletin x", "Je ne connais pas", "I do not know")
    assert "!bulletin" not in told

    play.item("L8", "help shows blanks as they are typed")
    told = await play.type(play.parent, "!aide bulletin", "bulletin", "bulletin")
    assert "{ " not in told


async def the_end(play: Trial) -> None:
    play.item(
        "H2", "all are closed from above with a farewell, but where a clock of the law runs and somebody is there"
    )
    await play.lead("!cascade clore Merci à tous", "Bulletin 6 à", "Bulletin 6 to")
    await play.hear(play.talks[BRESARD], "Merci à tous", "Merci à tous")
    await play.type(play.talks[DURAND], "!etat", "Hébergeur tombé", "Hébergeur tombé")
    told = await play.type(play.parent, "!synthese", "Synthèse de", "Roll-up of")
    assert _found(r"\d\d (closes|closed)", told), told


async def console_errors(play: Trial, folder: Path) -> None:
    play.item("M8", "the console speaks French where the locale does")
    path = folder / "fautes.csv"
    await asyncio.to_thread(path.write_bytes, lists.as_csv((("organisation", "personnes"), ("Durand", "pas d'id"))))
    ended = await console(
        *("cascade", path, "--config", play.bot.config, "--title", "Hébergeur tombé"),
        env={"LC_ALL": "fr_FR.UTF-8", "LANGUAGE": "fr"},
    )
    play.note(f"```\n{ended.err.strip()}\n```")
    assert ended.code
    assert _found(r"ligne\s2.*identifiant Matrix", ended.err), ended.err
