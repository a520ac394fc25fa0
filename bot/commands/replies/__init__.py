"""From a reply to a message of ours to the command it means."""

from bot.commands.replies.reading import NotAnAnswer, Reply, Which, means_seen, read_reply
from bot.commands.replies.verbs import is_verb, verb_of

__all__ = ["NotAnAnswer", "Reply", "Which", "is_verb", "means_seen", "read_reply", "verb_of"]
