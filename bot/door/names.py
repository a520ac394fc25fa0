"""Names of chance for accounts: two words that anybody can read out, and that say nothing of anybody."""

from __future__ import annotations

import secrets

_FIRST = (
    *("amber", "ample", "azure", "basic", "brave", "brisk", "broad", "calm", "civil", "clear", "copper", "coral"),
    *("crisp", "deep", "distant", "early", "eager", "even", "exact", "fair", "firm", "fresh", "gentle", "global"),
    *("golden", "grand", "green", "happy", "honest", "indigo", "ivory", "jolly", "keen", "kind", "lively", "lucid"),
    *("lunar", "mellow", "merry", "mild", "modest", "neat", "noble", "northern", "open", "pale", "patient", "plain"),
    *("polar", "prompt", "proud", "quick", "quiet", "rapid", "rosy", "round", "royal", "rural", "serene", "silver"),
    *("simple", "smooth", "solar", "solid", "steady", "sunny", "tidy", "tranquil", "upper", "velvet", "warm", "wide"),
)
_SECOND = (
    *("acacia", "alder", "almond", "anchor", "apple", "apricot", "arbour", "aspen", "atlas", "aurora", "bamboo"),
    *("basil", "beacon", "birch", "bridge", "button", "cabin", "candle", "canyon", "carpet", "castle", "cedar"),
    *("cello", "cherry", "circle", "citrus", "clover", "comet", "cotton", "crystal", "cypress", "delta", "dune"),
    *("ebony", "ember", "feather", "fennel", "fern", "fjord", "flute", "forest", "fountain", "garden", "glacier"),
    *("granite", "harbour", "hazel", "horizon", "island", "jasmine", "kettle", "lagoon", "lantern", "laurel"),
    *("lemon", "lilac", "linen", "lotus", "magnet", "maple", "marble", "meadow", "melon", "meteor", "mirror"),
    *("mountain", "nutmeg", "oasis", "olive", "orchard", "orchid", "paper", "pebble", "pepper", "piano", "planet"),
    *("prairie", "prism", "quartz", "ribbon", "river", "rocket", "saffron", "sail", "spruce", "summit", "sycamore"),
    *("table", "tamarind", "teapot", "thyme", "timber", "tulip", "tunnel", "valley", "village", "violin", "walnut"),
    *("water", "willow", "window", "winter"),
)


def chosen() -> str:
    """Return a name that may be taken: whoever asks looks."""
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}-{secrets.randbelow(90) + 10}"
