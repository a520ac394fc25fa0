"""What goes wrong while something is said, and what it costs when nothing does."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.core.names import EventId, RoomId
from bot.core.people.trust import Distrust
from bot.matrix.guard.trust import Admitted, Device, Excluded, Verdict
from bot.ports import BusyError, ChatError, Content, RefusedError, UnreachableError
from tests.matrix.between import Between, Broken, Changed, Instead, Lost
from tests.matrix.people import Bot, Person, Town, opened, say
from tests.servers import register


async def ready(town: Town, between: Between) -> tuple[Bot, Person, RoomId]:
    """A bot behind the proxy and alice in a room; the room key is shared."""
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    bot.chat.invalidate(room)
    assert await alice.read(room, await say(bot, room, "hello", alice)) == "hello"
    between.passed.clear()
    return bot, alice, room


async def reach_out(person: Person, bot: Bot) -> None:
    """Open an Olm session from the device of *person* to the bot's."""
    machine, device = person.client.machine, str(bot.client.device_id)
    machine.wedged_devices.append(machine.device_store[bot.user][device])
    await person.client.keys_claim({bot.user: [device]})
    await person.client.send_to_device_messages()


async def test_in_a_quiet_room_a_message_costs_one_request(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    await say(bot, room, "one", alice)
    await say(bot, room, "two", alice)
    assert [request.path.split("/")[2:4] for request in between.passed] == [["send", "m.room.encrypted"]] * 2


async def test_the_first_message_in_a_new_room_costs_four_requests(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    between.passed.clear()
    await say(bot, room, "first", alice)
    assert [request.path.split("/")[0] for request in between.passed] == ["keys", "keys", "sendToDevice", "rooms"]


async def test_a_lost_answer_leaves_one_message(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.once("PUT", "/send/m.room.encrypted/", Lost())
    content, readers = Content(body="once", html=""), frozenset({alice.user})
    with pytest.raises(UnreachableError):
        await bot.chat.say(room, content, txn="lost-1", readers=readers)
    event = await bot.chat.say(room, content, txn="lost-1", readers=readers)
    last = await say(bot, room, "last", alice)
    assert await alice.read(room, last) == "last"
    assert [id for id in alice.timelines[room] if await alice.read(room, EventId(id)) == "once"] == [event]


@pytest.mark.parametrize("path", ["keys/query", "keys/claim", "sendToDevice", "/state", "/send/"])
@pytest.mark.parametrize("fault", [Broken(), Instead(status=502, body="<html>"), Instead(status=200, body="<html>")])
async def test_a_passing_fault_anywhere_is_a_passing_fault_of_the_message(
    town: Town, between: Between, path: str, fault: Broken | Instead
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    bot.chat.invalidate(room)
    method = {"keys/query": "POST", "keys/claim": "POST", "/state": "GET"}.get(path, "PUT")
    between.once(method, path, fault)
    with pytest.raises(UnreachableError):
        await say(bot, room, "no", alice)
    event = await say(bot, room, "yes", alice)
    await alice.join(room)
    assert await alice.read(room, event) == "yes"


async def test_being_limited_is_told_with_the_delay(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.once("PUT", "/send/", Instead(status=429, body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1234}))
    with pytest.raises(BusyError) as busy:
        await say(bot, room, "too fast", alice)
    assert busy.value.retry_after == timedelta(milliseconds=1234)
    assert between.count("PUT", "/send/") == 1


@pytest.mark.parametrize(
    ("status", "code", "error"), [(429, "M_LIMIT_EXCEEDED", BusyError), (403, "M_FORBIDDEN", RefusedError)]
)
async def test_what_the_homeserver_did_not_take_is_sent_again_without_looking_for_it(
    town: Town, between: Between, status: int, code: str, error: type[ChatError]
) -> None:
    bot, alice, room = await ready(town, between)
    content, readers = Content(body="once", html=""), frozenset({alice.user})
    between.once("PUT", "/send/", Instead(status=status, body={"errcode": code}))
    with pytest.raises(error):
        await bot.chat.say(room, content, txn="not-taken", readers=readers)
    for _ in ("it is taken now", "and that was confirmed"):
        await bot.chat.say(room, content, txn="not-taken", readers=readers)
    assert between.count("GET", "/messages") == 0


async def test_a_revoked_token_is_no_reason_to_give_a_message_up(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.once("PUT", "/send/", Instead(status=401, body={"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}))
    with pytest.raises(UnreachableError):
        await say(bot, room, "wait", alice)


async def test_a_refusal_is_lasting_and_carries_the_code(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.once("PUT", "/send/", Instead(status=403, body={"errcode": "M_FORBIDDEN", "error": "secret text"}))
    with pytest.raises(RefusedError) as refused:
        await say(bot, room, "no", alice)
    assert refused.value.code == "M_FORBIDDEN"
    assert "secret" not in str(refused.value)


async def test_a_device_whose_key_was_not_carried_reads_from_its_first_message_later(
    town: Town, between: Between, caplog: pytest.LogCaptureFixture
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    between.once("PUT", "sendToDevice", Instead(status=413, body={"errcode": "M_TOO_LARGE"}))
    with caplog.at_level(logging.WARNING):
        first = await say(bot, room, "first", alice)
    assert "1 of 1" in caplog.text
    assert alice.user not in caplog.text
    assert room not in caplog.text
    assert await alice.read(room, first) is None
    between.passed.clear()
    await bot.chat.deliver_owed_keys()
    assert between.passed == [], "what was refused is not tried again for nothing"
    second = await say(bot, room, "second", alice)
    assert await alice.read(room, second) == "second"
    assert await alice.read(room, first) == "first"


async def test_a_device_without_one_time_keys_is_owed_the_room_key(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room = await opened(bot, alice, bob)
    await alice.join(room)
    await bob.join(room)

    def without_alice(answer: dict[str, dict[str, object]]) -> object:
        answer["one_time_keys"].pop(alice.user)
        return answer

    between.once("POST", "keys/claim", Changed(by=without_alice))
    first = await say(bot, room, "first", alice, bob)
    assert await bob.read(room, first) == "first"
    assert await alice.read(room, first) is None
    between.passed.clear()
    await say(bot, room, "second", alice, bob)
    assert between.count("POST", "keys/claim") == 0, "a device without keys must not cost a request per message"
    # alice's device opens an Olm session of its own, as it does when it finds it cannot read.
    await reach_out(alice, bot)
    await bot.sync()
    await bot.chat.deliver_owed_keys()
    await alice.sync()
    assert await alice.read(room, first) == "first"
    between.passed.clear()
    await bot.chat.deliver_owed_keys()
    assert between.passed == []


async def test_a_device_that_lost_its_olm_session_gets_the_room_key_again(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    # As after a restored backup: the device has forgotten the room keys and the session they came by.
    machine = alice.client.machine
    machine.inbound_group_store._entries.clear()
    machine.session_store._entries.clear()
    await reach_out(alice, bot)
    await bot.sync()
    event = await say(bot, room, "again", alice)
    assert await alice.read(room, event) == "again"


async def test_somebody_who_leaves_while_the_key_is_shared_does_not_get_the_message(
    town: Town, between: Between
) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room = await opened(bot, alice, bob)
    await alice.join(room)
    await bob.join(room)

    def meddle(request: object) -> None:
        # The sync tells of a change in the room while the room key is under way.
        if "sendToDevice" in str(request):
            between.meddle = lambda _: None
            bot.chat.invalidate(room)

    between.meddle = meddle
    between.passed.clear()
    await say(bot, room, "careful", alice, bob)
    assert between.count("GET", "/state") == 1
    assert between.passed[-1].path.startswith(f"rooms/{room}/send/")


async def test_malformed_devices_of_one_person_cost_the_others_nothing(town: Town, between: Between) -> None:
    bot, alice, eve = await town.bot(url=between.url), await town.person(), await town.person("eve")
    room = await opened(bot, alice, eve)
    await alice.join(room)

    def hostile(answer: dict[str, dict[str, object]]) -> object:
        answer["device_keys"][eve.user] = {
            "A": None,
            "B": {"user_id": eve.user, "device_id": "B", "keys": {"ed25519:B": "A" * 44, "curve25519:B": "A" * 43}},
            "C": {"keys": []},
        }
        return answer

    between.once("POST", "keys/query", Changed(by=hostile))
    assert await alice.read(room, await say(bot, room, "fine", alice, eve)) == "fine"


class OnlyFirstDevices:
    """Admits the devices it was told of; leaves the others without a verdict."""

    def __init__(self) -> None:
        self.admitted: set[str] = set()
        self.refused: set[str] = set()

    def judge(self, user: object, devices: object) -> dict[object, Verdict]:
        verdicts: dict[object, Verdict] = {}
        assert isinstance(devices, list)
        for device in devices:
            assert isinstance(device, Device)
            if device.id in self.admitted:
                verdicts[device.id] = Admitted()
            if device.id in self.refused:
                verdicts[device.id] = Excluded(why=Distrust.UNSIGNED_DEVICE)
        return verdicts


async def test_only_devices_the_policy_admits_get_the_key(town: Town) -> None:
    policy = OnlyFirstDevices()
    bot, phone = await town.bot(policy=policy), await town.person()  # type: ignore[arg-type]
    tablet, laptop = await town.device_of(phone.account), await town.device_of(phone.account)
    policy.admitted.add(str(phone.client.device_id))
    policy.refused.add(str(tablet.client.device_id))
    room = await opened(bot, phone)
    await phone.join(room)
    event = await say(bot, room, "for the phone", phone)
    assert await phone.read(room, event) == "for the phone"
    assert await tablet.read(room, event) is None
    assert await laptop.read(room, event) is None


async def test_a_device_the_policy_turns_away_later_cannot_read_on(town: Town) -> None:
    policy = OnlyFirstDevices()
    bot, phone = await town.bot(policy=policy), await town.person()  # type: ignore[arg-type]
    tablet = await town.device_of(phone.account)
    policy.admitted |= {str(phone.client.device_id), str(tablet.client.device_id)}
    room = await opened(bot, phone)
    await phone.join(room)
    assert await tablet.read(room, await say(bot, room, "both", phone)) == "both"
    policy.admitted.remove(str(tablet.client.device_id))
    event = await say(bot, room, "phone", phone)
    assert await tablet.read(room, event) is None
    assert await phone.read(room, event) == "phone"


async def test_another_device_of_the_bot_gets_no_key(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    spare = await town.device_of(bot.account)
    room = await opened(bot, alice)
    event = await say(bot, room, "from one", alice)
    assert await spare.read(room, event) is None


async def test_a_session_serves_as_many_messages_as_the_room_allows(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    await bot.set_state(
        room, "m.room.encryption", algorithm="m.megolm.v1.aes-sha2", rotation_period_msgs=2, rotation_period_ms=1
    )
    await bot.chat.remove(room, (await town.person("ghost")).user)
    bot.chat.invalidate(room)
    events = [await say(bot, room, str(number), alice) for number in range(5)]
    sessions = [(await bot.raw(room, event))["content"]["session_id"] for event in events]
    assert [len(set(sessions[:2])), len(set(sessions[2:4])), len(set(sessions))] == [1, 1, 3]
    assert [await alice.read(room, event) for event in events] == ["0", "1", "2", "3", "4"]


async def test_twenty_five_devices_all_read(town: Town) -> None:
    bot, alice = await town.bot(), await register(town.homeserver, "alice")
    devices = [await town.device_of(alice) for _ in range(25)]
    room = await opened(bot, devices[0])
    await devices[0].join(room)
    event = await say(bot, room, "all", devices[0])
    assert [await device.read(room, event) for device in devices] == ["all"] * 25


async def test_somebody_invited_who_gets_a_new_device_is_asked_about_again(
    town: Town, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await say(bot, room, "first", alice)
    tablet = await town.device_of(alice.account)
    await bot.sync()
    monkeypatch.setattr("bot.matrix.speaking.devices._UNTOLD_REST_S", 0.0)
    event = await say(bot, room, "second", alice)
    await tablet.join(room)
    assert await tablet.read(room, event) == "second"


async def test_readers_whose_server_does_not_tell_their_devices_are_waited_for(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    between.always("POST", "keys/query", Instead(body={"device_keys": {}, "failures": {"example.org": {}}}))
    with pytest.raises(UnreachableError):
        await say(bot, room, "who are you", alice)


async def test_a_key_that_is_owed_stays_owed_while_the_homeserver_is_away(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room = await opened(bot, alice, bob)
    await alice.join(room)
    between.once("PUT", "sendToDevice", Broken())
    with pytest.raises(UnreachableError):
        await say(bot, room, "first", alice, bob)
    between.once("PUT", "sendToDevice", Broken())
    await bot.chat.deliver_owed_keys()
    await bot.chat.deliver_owed_keys()
    between.passed.clear()
    event = await say(bot, room, "second", alice, bob)
    assert len(between.passed) == 1
    assert await alice.read(room, event) == "second"
