"""What is asked of evidence: taken in, shown, handed over. Nothing of a file is ever sent out again."""

from __future__ import annotations

from bot import ports, voice
from bot.core import commands, facts
from bot.core.evidence import deciding, errors
from bot.service.answers.sources import Sources
from bot.service.organisations.cascading import fetch_task
from bot.service.outcome import Outcome, Typed, answered, decided


def show(command: commands.ShowEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Show all, or one; below a file or in reply to one, take it in. Raises RuleError."""
    if command.number is None and asked.around.under is not None:
        return take(commands.TakeEvidence(source=""), asked, sources)
    incident, number = asked.here, command.number
    if number is None:
        return answered(asked.input, asked.address, voice.evidence_list(incident))
    return answered(asked.input, asked.address, voice.evidence(deciding.find(incident, number), incident))


def take(command: commands.TakeEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Have the file fetched that the command stands below, or replies to. Raises RuleError."""
    around, sent = asked.around, asked.around.file
    if sent is None or sent.event is None or sent.device is None or sent.sent_at is None:
        raise errors.NoEvidenceSent if around.under is None else errors.NotAFile
    deciding.refuse_file(asked.here, sent.name, sent.size, sources.house.evidence, asked.by)
    origin = facts.FileOrigin(
        event=sent.event,
        sender=sent.by,
        device=sent.device,
        proof=sources.proof_of(sent.by),
        sent_at=sent.sent_at,
    )
    wanted = ports.TakeIn(origin=origin, source=command.source)
    return Outcome(tasks=(fetch_task(sent.file, sent.name, wanted, asked.by, asked),))


def name(command: commands.NameEvidence, asked: Typed, _: Sources) -> Outcome:
    """Give a number to what stays with its holder. Raises RuleError."""
    return decided(asked, deciding.name(asked.here, command, asked.by, asked.now))


def source(command: commands.SourceEvidence, asked: Typed, _: Sources) -> Outcome:
    """Note whence a thing is. Raises RuleError."""
    return decided(asked, deciding.source(asked.here, command, asked.by, asked.now))


def hand(command: commands.HandEvidence, asked: Typed, _: Sources) -> Outcome:
    """Ask whoever a thing is handed to to acknowledge it. Raises RuleError."""
    return decided(asked, deciding.hand(asked.here, command, asked.by, asked.now))


def acknowledge(command: commands.AcknowledgeEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Note that a hand-over is acknowledged, and from which device. Raises RuleError."""
    device = asked.around.asker.device, sources.proof_of(asked.by)
    return decided(asked, deciding.acknowledge(asked.here, command.number, asked.by, device, asked.now))
