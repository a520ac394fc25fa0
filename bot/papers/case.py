"""Evidence as CASE/UCO JSON-LD, the ontology by which forensic tools exchange it (CASE 1.4, UCO 1.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never
from uuid import UUID, uuid5

from bot.core import facts
from bot.core.evidence.items import Item
from bot.core.incident import Incident
from bot.core.names import UserId

MIME = "application/ld+json"
_OURS = UUID("6f0d8f6e-3a55-5d0c-9c4c-0d1a5a7f2b11")
"""Under which the names of nodes are made: the same evidence has the same names."""
_UCO = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{f"uco-{part}": f"{_UCO}/{part}/" for part in ("action", "core", "identity", "observable", "tool", "types")},
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def case_file(incident: Incident, files: Mapping[int, str], version: str, *, called: str) -> bytes:
    """Return the evidence of *incident* with its custody; *files* names those that lie beside it, by number.

    *called* is the name of the investigation. The same evidence gives the same bytes. People have their Matrix ids.
    """
    graph = _Graph(incident, files, version, called)
    return json.dumps({"@context": _CONTEXT, "@graph": list(graph.nodes())}, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One act of the custody."""

    name: str
    """Its word of ISO/IEC 27037."""
    by: UserId | None
    """None for what the bot did."""
    at: datetime
    told: str
    began: datetime | None = None
    """None where that is the same moment."""


def _acts(item: Item) -> Iterator[_Act]:
    taken = item.taken
    yield _Act(name="identification", by=taken.by, at=taken.at, told=taken.name)
    if taken.origin is None:
        yield _Act(name="collection", by=taken.by, at=taken.at, told="its fingerprint as the holder gave it")
    else:
        told = f"sent by {taken.origin.sender} from device {taken.origin.device} ({taken.origin.proof})"
        yield _Act(name="acquisition", by=None, at=taken.at, told=told, began=taken.origin.sent_at)
    yield _Act(name="preservation", by=None, at=taken.at, told=taken.keeping)
    yield from map(_later, item.custody[1:])


def _later(fact: facts.EvidenceFact) -> _Act:
    match fact:
        case facts.EvidenceTaken():
            raise ValueError("a thing is taken in once")
        case facts.EvidenceSourced(source=source):
            return _Act(name="identification", by=fact.by, at=fact.at, told=source)
        case facts.EvidenceHanded(to=to):
            return _Act(name="transfer", by=fact.by, at=fact.at, told=f"handed to {to}")
        case facts.EvidenceReceived(device=device, proof=proof):
            return _Act(name="transfer", by=fact.by, at=fact.at, told=f"acknowledged from device {device} ({proof})")
        case _:
            assert_never(fact)


class _Graph:
    def __init__(self, incident: Incident, files: Mapping[int, str], version: str, called: str) -> None:
        self._incident, self._files, self._version, self._called = incident, files, version, called

    def nodes(self) -> Iterator[Node]:
        items = tuple(self._incident.evidence.values())
        people = dict.fromkeys(user for item in items for user in _people(item))
        yield {
            "@id": self._id("Investigation"),
            "@type": "case-investigation:Investigation",
            "uco-core:name": self._called,
            "uco-core:object": [{"@id": self._id("ProvenanceRecord", item.number)} for item in items],
        }
        yield {
            "@id": self._id("Tool"),
            "@type": "uco-tool:Tool",
            "uco-core:name": "Cellule",
            "uco-tool:version": self._version,
        }
        yield from (
            {"@id": self._id("Person", user), "@type": "uco-identity:Person", "uco-core:name": user} for user in people
        )
        for item in items:
            yield self._thing(item)
            yield self._provenance(item)
            yield from (self._act(item, place, act) for place, act in enumerate(_acts(item)))

    def _thing(self, item: Item) -> Node:
        taken, name = item.taken, self._files.get(item.number)
        size = {} if taken.size is None else {"uco-observable:sizeInBytes": taken.size}
        hashed = {
            "@id": self._id("Hash", item.number),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": "SHA256",
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": taken.digest},
        }
        content = {
            "@id": self._id("ContentDataFacet", item.number),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": hashed,
            **size,
        }
        file = {
            "@id": self._id("FileFacet", item.number),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": taken.name,
            **({} if name is None else {"uco-observable:filePath": name}),
            **size,
        }
        return {
            "@id": self._id("ObservableObject", item.number),
            "@type": "uco-observable:ObservableObject" if taken.size is None else "uco-observable:File",
            "uco-core:name": taken.name,
            "uco-core:hasFacet": [content, *([] if taken.size is None else [file])],
        }

    def _provenance(self, item: Item) -> Node:
        described = {"uco-core:description": item.source} if item.source else {}
        return {
            "@id": self._id("ProvenanceRecord", item.number),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": f"E{item.number}",
            **described,
            "uco-core:object": [{"@id": self._id("ObservableObject", item.number)}],
        }

    def _act(self, item: Item, place: int, act: _Act) -> Node:
        whose = self._id("Tool") if act.by is None else self._id("Person", act.by)
        by = {"uco-action:instrument": [{"@id": whose}]} if act.by is None else {"uco-action:performer": {"@id": whose}}
        return {
            "@id": self._id("InvestigativeAction", item.number, place),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": act.name,
            "uco-core:description": act.told,
            "uco-action:startTime": _time(act.began or act.at),
            "uco-action:endTime": _time(act.at),
            **by,
            "uco-action:object": [{"@id": self._id("ObservableObject", item.number)}],
            "uco-action:result": [{"@id": self._id("ProvenanceRecord", item.number)}],
        }

    def _id(self, kind: str, *of: object) -> str:
        named = "/".join(map(str, (self._incident.id, kind, *of)))
        return f"kb:{kind}-{uuid5(_OURS, named)}"


def _people(item: Item) -> Iterator[UserId]:
    for fact in item.custody:
        yield fact.by
        if isinstance(fact, facts.EvidenceTaken) and fact.origin is not None:
            yield fact.origin.sender
        if isinstance(fact, facts.EvidenceHanded):
            yield fact.to


def _time(at: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": at.astimezone(UTC).isoformat()}
