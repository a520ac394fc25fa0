"""The read-only API: what each scope opens, what none opens, and what is refused."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from yarl import URL

from bot.bridges.api.server import BURST
from bot.core.clocks.business import business_rule
from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import CONTRACT
from bot.core.facts import ClockAdded, ClockFiled, Closed, Fact, PurgeCause, Purged, RoomReady, StepDone
from bot.core.names import IncidentId, RoomId, RuleId, StepId
from bot.core.people.roster import Role
from tests.bridges.api.door import DOCUMENT, META_SCHEMA, door, token
from tests.core.build import ALICE, BOB, DAY, HOUR, HOURS_72, NOW, OPENED, RULES, rule, started

SECRET_WORDS = ("The host is down", "lawyer of Dupont", "DUPONT", "mail of the host", "evidence in safe 4", "ref 17")


def opened(number: int = 0, **changes: Any) -> tuple[Fact, ...]:
    made = {"codename": f"Calm Heron {number}" if number else "Calm Heron", "at": NOW + number * timedelta(seconds=1)}
    fact = replace(OPENED, incident=IncidentId(f"{number:016x}"), **{**made, **changes})
    return fact, RoomReady(at=fact.at, room=RoomId(f"!room{number}:example.org"))


def busy() -> tuple[Fact, ...]:
    """Return an incident in which people typed words of theirs everywhere."""
    own = business_rule("lawyer of Dupont", NOW + DAY, Role.LEGAL, NOW)
    contract = rule(RuleId("C-DUPONT"), Elapsed(hours=24), regime=CONTRACT, title=own.title)
    return (
        *opened(rules=(*RULES, contract)),
        started(),
        ClockAdded(at=NOW, by=ALICE, rule=own, person=None),
        StepDone(at=NOW, by=BOB, step=StepId("D1"), result="evidence in safe 4"),
        ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="ref 17", filed_at=NOW),
    )


# --- the document ---------------------------------------------------------------------------------------------


def test_the_document_is_one_of_openapi_3_1_and_its_schemas_are_json_schemas() -> None:
    Draft202012Validator(META_SCHEMA).validate(DOCUMENT)
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_the_document_is_served_to_anybody() -> None:
    async with door() as api:
        answer = await api.ask("/openapi.json", None)
        assert (answer.status, answer.body) == (200, DOCUMENT)
        assert (await api.ask("/openapi.json", "clocks")).status == 200


# --- what is answered -----------------------------------------------------------------------------------------


async def test_incidents_are_codenames_states_times_and_counts_and_nothing_that_anybody_typed() -> None:
    async with door(busy()) as api:
        answer = await api.ask("/v1/incidents", "incidents")
    assert answer.body == {
        "items": [
            {
                "codename": "Calm Heron",
                "state": "open",
                "severity": "high",
                "drill": False,
                "opened": "2026-03-27T17:00:00Z",
                "closed": None,
                "steps": {"open": 3, "doing": 0, "done": 1, "skipped": 0},
            }
        ],
        "next": None,
    }
    assert answer.headers["Cache-Control"] == "no-store"


async def test_clocks_say_when_they_end_and_hide_what_the_firm_calls_its_own() -> None:
    async with door(busy()[:-1]) as api:
        clocks = (await api.ask("/v1/clocks", "clocks")).body["items"]
        by_rule = {clock["rule"]: clock for clock in clocks}
        assert by_rule["GDPR-33-1"] == {
            "codename": "Calm Heron",
            "drill": False,
            "rule": "GDPR-33-1",
            "name": "GDPR-33-1",
            "legal": True,
            "state": "running",
            "due": "2026-03-30T17:00:00Z",
            "overdue": False,
        }
        assert by_rule["GDPR-33-2"]["state"] == "suspected"
        assert by_rule[None] | {"due": ""} == {**by_rule[None], "name": None, "legal": False, "due": ""}
        api.clock.advance(73 * HOUR)
        late = (await api.ask("/v1/clocks", "clocks")).body["items"]
        assert {clock["rule"]: clock["overdue"] for clock in late}["GDPR-33-1"]


async def test_a_clock_that_was_filed_or_whose_incident_was_closed_is_not_overdue() -> None:
    closed = (*opened(1), started(), Closed(at=NOW, by=ALICE, summary="over"))
    async with door(busy(), closed) as api:
        api.clock.advance(90 * HOUR)
        clocks = (await api.ask("/v1/clocks", "clocks")).body["items"]
    found = {(clock["codename"], clock["state"], clock["overdue"]) for clock in clocks if clock["rule"] == HOURS_72}
    assert found == {("Calm Heron", "filed", False), ("Calm Heron 1", "running", False)}


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/clocks"])
async def test_no_word_of_content_no_room_and_no_person_is_told_without_the_scope(path: str) -> None:
    async with door(busy()) as api:
        for name in ("incidents", "clocks"):
            answer = await api.ask(path, name)
            said = json.dumps([answer.body, dict(answer.headers)])
            assert not [words for words in (*SECRET_WORDS, ALICE, BOB, "!room", "0000000") if words in said]


async def test_with_the_scope_titles_steps_and_names_of_the_firm_are_told_and_never_a_room() -> None:
    async with door(busy()) as api:
        paths = ("/v1/incidents", "/v1/clocks", "/v1/steps?codename=Calm%20Heron")
        answers = [(await api.ask(path, "all")).body for path in paths]
        steps = {step["step"]: step for step in (await api.ask(paths[2], "content")).body["items"]}
    said = json.dumps(answers)
    assert [words for words in SECRET_WORDS if words in said] == [*SECRET_WORDS[:3], SECRET_WORDS[4]]
    assert "!room" not in said
    assert steps["D1"] == {
        "step": "D1",
        "title": "Do D1",
        "text": "Act.",
        "state": "done",
        "mandatory": True,
        "assigned": "coordinator",
        "result": "evidence in safe 4",
        "by": "@bob:example.org",
        "at": "2026-03-27T17:00:00Z",
    }


async def test_incidents_are_picked_by_state_and_codename_and_those_purged_are_gone() -> None:
    closed = (*opened(1), Closed(at=NOW, by=ALICE, summary="over"))
    purged = (
        *opened(2),
        Closed(at=NOW, by=ALICE, summary=""),
        Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=3, head="x"),
    )
    async with door(opened(), closed, purged) as api:

        async def names(query: str) -> list[str]:
            return [item["codename"] for item in (await api.ask(f"/v1/incidents{query}")).body["items"]]

        assert await names("") == ["Calm Heron", "Calm Heron 1"]
        assert await names("?state=closed") == ["Calm Heron 1"]
        assert await names("?codename=Calm%20Heron&state=open") == ["Calm Heron"]
        assert await names("?codename=Nobody") == []
        assert {item["codename"] for item in (await api.ask("/v1/clocks?state=closed")).body["items"]} == {
            "Calm Heron 1"
        }


@pytest.mark.parametrize("path", ["/v1/incidents?", "/v1/clocks?", "/v1/steps?codename=Calm%20Heron&"])
async def test_what_is_much_comes_page_by_page_and_each_once(path: str) -> None:
    async with door(*(opened(number) for number in range(5))) as api:
        whole = (await api.ask(f"{path}limit=100")).body
        found, page = list[object](), dict[str, Any](next=0)
        while page["next"] is not None:
            page = (await api.ask(f"{path}limit=2&after={page['next']}")).body
            found += page["items"]
    assert whole["next"] is None
    assert found == whole["items"] != []


async def test_a_head_has_no_body() -> None:
    async with door(busy()) as api:
        answer = await api.ask("/v1/incidents", method="HEAD")
    assert (answer.status, answer.size, int(answer.headers["Content-Length"]) > 0) == (200, 0, True)


# --- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/incidents", "clocks"),
        ("/v1/incidents", "content"),
        ("/v1/clocks", "incidents"),
        ("/v1/steps?codename=Calm%20Heron", "incidents"),
        ("/v1/steps", "clocks"),
    ],
)
async def test_a_token_without_the_scope_is_told_in_one_sentence_which_it_lacks(path: str, name: str) -> None:
    async with door(busy()) as api:
        answer = await api.ask(path, name)
    scope = {"/v1/incidents": "incidents", "/v1/clocks": "clocks"}.get(path, "content")
    assert answer.status == 403
    assert answer.body == {"error": f"This token lacks the scope {scope}; whoever runs Cellule gives it in api.tokens."}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer " + "1" * 32},
        {"Authorization": f"Bearer {token('all')}0"},
        {"Authorization": f"Basic {token('all')}"},
        {"Authorization": token("all")},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {'é' * 40}"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/incidents", "/nowhere", "/"])
async def test_without_a_known_token_nothing_is_told_not_even_which_paths_there_are(
    path: str, headers: dict[str, str]
) -> None:
    async with door(busy()) as api:
        answer = await api.ask(path, None, headers=headers)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.body == {"error": "This needs a token that Cellule knows: send Authorization: Bearer TOKEN."}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_nothing_but_reading_is_answered(method: str) -> None:
    async with door(busy()) as api:
        answer = await api.ask("/v1/incidents", method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("name", ["all", None])
async def test_a_body_of_ten_megabytes_is_not_read(name: str | None) -> None:
    async with door(busy()) as api:
        answer = await api.ask("/v1/incidents", name, data=io.BytesIO(b"x" * 10_000_000))
        posted = await api.ask("/v1/incidents", name, method="POST", data=io.BytesIO(b"x" * 10_000_000))
        assert (await api.ask("/v1/incidents")).status == 200
    assert (answer.status, answer.headers["Connection"]) == (400, "close")
    assert (posted.status, posted.headers["Connection"]) == (405, "close")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v1/incidents/",
        "//v1/incidents",
        "/v1//incidents",
        "/v1/clocks/../incidents",
        "/v1/%69ncidents",
        "/v1/incidents%00",
        "/v1/incidents;x",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/V1/incidents",
        "/v1/incidents/!room:example.org",
    ],
)
async def test_a_path_is_one_of_the_few_letter_by_letter(path: str) -> None:
    async with door(busy()) as api:
        reader, writer = await asyncio.open_connection("127.0.0.1", api.page.port)
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token('all')}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer = (await reader.read()).decode()
        writer.close()
    assert answer.startswith("HTTP/1.1 404 ")
    assert answer.endswith('{"error": "There is no such path; /openapi.json lists all there are."}')


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=1e3",
        "limit=\u0663",
        "limit=" + "9" * 4000,
        "after=-1",
        "state=gone",
        "state=open&state=closed",
        "title=x",
        "limit",
    ],
)
async def test_a_parameter_that_is_none_is_refused(query: str) -> None:
    async with door(busy()) as api:
        answer = await api.ask(f"/v1/incidents?{query}")
        assert answer.status == 400
        assert len(answer.body["error"]) < 120, "nothing of what was asked is repeated"


async def test_steps_are_those_of_one_incident_that_is_there() -> None:
    async with door(busy()) as api:
        assert (await api.ask("/v1/steps")).status == 400
        assert (await api.ask("/v1/steps?codename=x&state=open")).status == 400
        assert (await api.ask("/v1/steps?codename=x")).status == 404


async def test_who_asks_too_much_waits_and_others_do_not() -> None:
    async with door(busy()) as api:
        answers = [await api.ask("/v1/steps", "clocks") for _ in range(BURST + 10)]
        strangers = [(await api.ask("/v1/clocks", None)).status for _ in range(BURST + 10)]
        assert (await api.ask("/v1/incidents")).status == 200
    assert answers[0].status == 403
    assert answers[-1].status == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2
    assert (strangers[0], strangers[-1]) == (401, 429)
    assert api.counts.questions[429] == [answer.status for answer in answers].count(429) + strangers.count(429)


async def test_until_the_state_is_read_it_says_so() -> None:
    async with door(ready=False) as api:
        answer = await api.ask("/v1/incidents")
        assert (await api.ask("/openapi.json")).status == 200
    assert answer.status == 503


async def test_a_failure_of_ours_is_a_sentence_and_the_log_has_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    async with door(busy()) as api:
        api.page.books = lambda: 1 / 0  # type: ignore[assignment,return-value]
        async with api.session.get(
            URL(f"{api.address}/v1/incidents"), headers={"Authorization": f"Bearer {token('all')}"}
        ) as answer:
            assert answer.status == 500
            assert await answer.json() == {"error": "A failure of ours; the log has the rest."}
    assert "the API could not answer a question" in caplog.text


async def test_an_address_that_is_taken_is_refused_and_the_page_stays_closed() -> None:
    async with door() as api:
        second = replace(api.page, _runner=None)
        with pytest.raises(OSError, match="address already in use"):
            await second.open("127.0.0.1", api.page.port)
        assert second.port == 0
        await second.close()


async def test_of_1200_incidents_no_answer_holds_the_loop_for_50_ms() -> None:
    async with door(*((*opened(number), started(at=NOW + DAY)) for number in range(1200))) as api:
        beats = [time.thread_time()]

        async def beat() -> None:
            while True:
                await asyncio.sleep(0)
                beats.append(time.thread_time())

        async with asyncio.TaskGroup() as tasks:
            beating = tasks.create_task(beat())
            for path in ("/v1/incidents?limit=100&after=1000", "/v1/clocks?limit=100&after=1000"):
                # Not by `ask`: reading it and holding it against the document is the test's own work.
                headers = {"Authorization": f"Bearer {token('all')}"}
                async with api.session.get(f"{api.address}{path}", headers=headers) as answer:
                    assert len(await answer.read()) > 20_000
            beating.cancel()
    held = [after - before for before, after in itertools.pairwise(beats)]
    assert max(held) < 0.05, "of the processor's time in the loop's own thread"
