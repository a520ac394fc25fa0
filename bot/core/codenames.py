# ruff: noqa: SIM905 - a hundred quotes would hide the words
"""Codenames: what the homeserver is allowed to read of an incident. Words without meaning here, never used twice."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from hashlib import sha256

from bot.core.language import ENGLISH, Language
from bot.core.names import InputId

_FIRST = (
    "Amber Azure Birch Brisk Calm Cedar Clear Cobalt Copper Coral Crisp Dapper Early Elm Ember Fern Flint Gentle "
    "Golden Green Hazel Indigo Ivory Jade Juniper Keen Larch Late Lilac Linen Maple Marble Mellow Mild Misty "
    "Mossy Noble Ochre Olive Opal Pearl Pine Plum Polar Quiet Rapid Rosy Ruby Russet Sable Saffron Sandy Scarlet "
    "Silver Slate Sunny Teal Topaz Umber Violet Walnut Willow Winter Yellow"
).split()
_SECOND = (
    "Acorn Anchor Badger Basil Beacon Beaver Bison Bridge Brook Canyon Castle Cliff Comet Crane Curlew Delta "
    "Dolphin Falcon Ferry Finch Forest Fox Garden Glacier Grove Harbor Heron Hill Island Jetty Kestrel Lagoon "
    "Lake Lantern Lark Magpie Marten Meadow Meteor Mill Orchard Otter Owl Pebble Pelican Pier Plover Prairie "
    "Puffin Quarry Raven Reef Ridge River Robin Sparrow Spring Summit Swallow Swan Tern Thistle Valley Wharf "
    "Woodland Wren"
).split()
# In French the noun comes first; the second words are nouns of colours, which agree with nothing.
_PREMIERS = (
    "Ancre Atoll Baie Balise Bambou Barque Bassin Bison Blaireau Bouleau Brise Brume Cabane Canyon Castor Cigale "
    "Cigogne Colline Comptoir Corniche Coteau Crique Dauphin Digue Dune Falaise Faucon Fontaine Galet Grotte Grue "
    "Hameau Hibou Jardin Lagune Lande Lanterne Loutre Lynx Marais Martre Mouette Moulin Orme Palombe Phare Pinson "
    "Plage Plaine Ponton Prairie Renard Rive Roitelet Roseau Ruche Sapin Saule Sentier Source Torrent Vallon Verger "
    "Voile"
).split()
_SECONDS = (
    "Acajou Agate Amande Ambre Ardoise Argent Azur Bistre Brique Bronze Cannelle Caramel Carmin Cerise Chamois Cobalt "
    "Corail Cuivre Cyan Garance Grenat Indigo Ivoire Jade Jonquille Lavande Lilas Lin Magenta Marron Menthe Miel Moka "
    "Nacre Noisette Ocre Olive Opale Paille Platine Prune Rubis Sable Safran Saphir Sienne Tilleul Topaze Turquoise "
    "Vanille Vermeil Zinc"
).split()
_WORDS = {Language("fr"): (_PREMIERS, _SECONDS)}


def pick_codename(input: InputId, used: AbstractSet[str], language: Language = ENGLISH) -> str:
    """Return a codename for the incident that *input* opens: the same for the same input, none of *used*.

    Its words are those of *language*, English ones where there are none.
    """
    firsts, seconds = _WORDS.get(language, (_FIRST, _SECOND))
    pairs = len(firsts) * len(seconds)
    start = int.from_bytes(sha256(input.encode()).digest()[:8], "big")
    for attempt in range(pairs):
        first, second = divmod((start + attempt) % pairs, len(seconds))
        name = f"{firsts[first]} {seconds[second]}"
        if name not in used:
            return name
    return f"{firsts[start % len(firsts)]} {len(used) + 1}"
