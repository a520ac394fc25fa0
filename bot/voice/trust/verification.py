"""What is said while a person verifies the bot, and of how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.guests import Door
from bot.core.people.naming import localpart
from bot.voice.catalogue import say, word
from bot.voice.markup import Text, render
from bot.voice.wording import guest_name, short

EMOJI: tuple[tuple[str, str], ...] = (
    ("🐶", "dog"),
    ("🐱", "cat"),
    ("🦁", "lion"),
    ("🐎", "horse"),
    ("🦄", "unicorn"),
    ("🐷", "pig"),
    ("🐘", "elephant"),
    ("🐰", "rabbit"),
    ("🐼", "panda"),
    ("🐓", "rooster"),
    ("🐧", "penguin"),
    ("🐢", "turtle"),
    ("🐟", "fish"),
    ("🐙", "octopus"),
    ("🦋", "butterfly"),
    ("🌷", "flower"),
    ("🌳", "tree"),
    ("🌵", "cactus"),
    ("🍄", "mushroom"),
    ("🌏", "globe"),
    ("🌙", "moon"),
    ("☁️", "cloud"),
    ("🔥", "fire"),
    ("🍌", "banana"),
    ("🍎", "apple"),
    ("🍓", "strawberry"),
    ("🌽", "corn"),
    ("🍕", "pizza"),
    ("🎂", "cake"),
    ("❤️", "heart"),
    ("😀", "smiley"),
    ("🤖", "robot"),
    ("🎩", "hat"),
    ("👓", "glasses"),
    ("🔧", "spanner"),
    ("🎅", "santa"),
    ("👍", "thumbs_up"),
    ("☂️", "umbrella"),
    ("⌛", "hourglass"),
    ("⏰", "clock"),
    ("🎁", "gift"),
    ("💡", "light_bulb"),
    ("📕", "book"),
    ("✏️", "pencil"),
    ("📎", "paperclip"),
    ("✂️", "scissors"),
    ("🔒", "lock"),
    ("🔑", "key"),
    ("🔨", "hammer"),
    ("☎️", "telephone"),
    ("🏁", "flag"),
    ("🚂", "train"),
    ("🚲", "bicycle"),
    ("✈️", "aeroplane"),
    ("🚀", "rocket"),
    ("🏆", "trophy"),
    ("⚽", "ball"),
    ("🎸", "guitar"),
    ("🎺", "trumpet"),
    ("🔔", "bell"),
    ("⚓", "anchor"),
    ("🎧", "headphones"),
    ("📁", "folder"),
    ("📌", "pin"),
)
"""Each sign, and under which key its name stands."""


def to_compare(emoji: Sequence[int], numbers: Sequence[int], language: Language) -> str:
    """Return what both sides show, in one line: emoji with their names, or numbers where an app has no emoji."""
    named = [f"{EMOJI[place][0]} {word(language, f'emoji.{EMOJI[place][1]}')}" for place in emoji]
    return " · ".join(named or map(str, numbers))


def comparison(user: UserId, shown: str, code: str, people: Sequence[UserId], language: Language) -> Text:
    """Return that *user* is verifying us; *people* are all whom a command could mean."""
    same = [other for other in people if localpart(other).casefold() == localpart(user).casefold()]
    name = localpart(user) if len(same) <= 1 else short(user)
    return render(say(language, "verify.asked", who=short(user), name=name, shown=shown, code=code))


def comparison_with_guest(user: UserId, door: Door, shown: str, code: str, language: Language) -> Text:
    """Return that a guest's app shows what they have to read aloud to whoever vouched for them."""
    name, account = guest_name(door), localpart(user)
    return render(say(language, "verify.asked.guest", name=name, account=account, shown=shown, code=code))


def comparison_elsewhere(user: UserId, language: Language) -> Text:
    """Return that *user* is verifying us, where nobody but them could answer."""
    return render(say(language, "verify.asked.alone", who=short(user)))


def verdict(user: UserId, language: Language, *, same: bool) -> Text:
    """Return what becomes of a verification once somebody has compared."""
    return render(say(language, "verify.yes" if same else "verify.no", user=short(user)))


def verification_ended(user: UserId, end: str, language: Language, *, is_known_by_it: bool) -> Text:
    """Return how the verification of *user* ended, and whether they are known by what was compared from now on."""
    key = "verify.ended.known" if is_known_by_it else f"verify.ended.{end}"
    return render(say(language, key, user=short(user)))
