"""Whose devices are trusted."""

SENTENCES = {
    "first.readers": "_My messages go to: {policy}_",
    "fact.IdentityChangeSeen": "The identity of {user} changed",
    "fact.IdentityShown": "{who} looked at the new identity of {user}",
    "fact.IdentityConfirmed": "{who} confirmed the identity of {user}",
    "fact.IdentityConfirmed.operator": "The operator confirmed the identity of {user}",
    "fact.StrangerCame": "{who} came without being on the roster, the server says",
    "distrusted.no-identity": "{who}, I read that and did not act on it: your account has no verified devices yet, "
    "so I cannot tell whose device it is, and I give it no keys.\nIn Element: Settings, Encryption, set up your "
    "recovery and verify this device. Then type it again.",
    "distrusted.unsigned-device": "{who}, I read that and did not act on it: this device is not verified by you, and "
    "I give it no keys.\nIn Element on this device: Settings, Encryption, Verify this device (with another device of "
    "yours or your recovery key). Then type it again.",
    "distrusted.identity-changed": "{who}, I read that and did not act on it: your identity is another one than "
    "before. Another admin compares it with you by phone, then confirms it in the control room.",
    "distrusted.elsewhere": "**{who} wrote to me from a device I do not trust.** I did not act on it, and they may "
    "not be able to read my answer: tell them by phone to verify that device (Element: Settings, Encryption).",
    "unreached.no-identity": "**{who} is here and can read nothing of mine:** their account has no verified device, so "
    "I give it no keys. Call them. In Element: Settings, Encryption, set up the recovery and verify this device.",
    "unreached.unsigned-device": "**{who} is here and can read nothing of mine:** none of their devices is verified by "
    "them, so I give them no keys. Call them. In Element: Settings, Encryption, Verify this device.",
    "identity.changed": "**The identity of {who} changed.** They get no keys and command nothing until an admin "
    "confirms.\nNew master key: `{master}`\nIt may be a new start of theirs, or somebody else. Compare it with them "
    "by phone, never here; then `!trust {name} confirm` in the control room. If no other admin is left, the "
    "operator does it: `cellule trust`.",
    "identity.gone": "**The identity of {who} is gone.** They get no keys and command nothing. Ask them by phone "
    "whether they reset their account.",
    "identity.none": "{who} has never published an identity (cross-signing).",
    "identity.known": "{who} is known by the master key\n`{master}`",
    "identity.seen": "It is the first one that I saw; nobody has compared it yet.",
    "identity.compared": "Compared by {by}, {when}.",
    "identity.compared.operator": "Compared by the operator, {when}.",
    "identity.now": "**They publish another one now:**\n`{master}`\nCompare it with them by phone; then `!trust "
    "{name} confirm`.",
    "identity.now.none": "**They publish none any more.** Ask them by phone.",
    "device.came": "**{who} has a new device:** {device}\nFingerprint: `{fingerprint}`\nNothing vouches for it but the "
    "homeserver, and it is trusted from now on (first-use). Ask them by phone whether it is theirs; if not, `!remove` "
    "them from open incidents and have them verify their own devices.",
    "device.back": "**A device of {who} is back:** {device}\nFingerprint: `{fingerprint}`\nThe homeserver had it gone, "
    "and shows it again. It gets the keys again. Ask {who} by another way whether they still have it. If not, take "
    "them out (`!remove`) until they have reset their identity in their app, then `!trust {who}`.",
    "stranger.here": "**{who} is in this room, or invited, and not on the roster.** They get no keys from me and "
    "command nothing. I take them out; look whether they are gone.\nDo they belong here? `!invite {who}`",
    "stranger.elsewhere": "**{who} is in the room {codename}, or invited, and not on its roster.** They get no keys "
    "from me and command nothing. I take them out.",
    "stranger.control": "**{who} is in this room, or invited, and not in the configuration.** They get no keys from "
    "me and command nothing. I take them out; look whether they are gone.",
    "stays.here": "**{who} is still in this room:** the homeserver does not let me take them out. They get no keys "
    "from me and command nothing, but your apps may give them yours: write nothing here that is not for them. Take "
    "them out in your app, or have the homeserver's administrator do it.",
    "stays.elsewhere": "**{who} is still in the room {codename}:** the homeserver does not let me take them out. "
    "They get no keys from me and command nothing, but they may read what others write there. Those who lead there "
    "know.",
    "comings.elsewhere": "**In the room {codename} more people come and go than can be true.** The server makes it up, "
    "or somebody has it made. For the rest of this hour I take no notice of who comes and goes there; keys go to "
    "the roster alone, as ever.",
    "comings.control": "**In this room more people come and go than can be true.** The server makes it up, or somebody "
    "has it made. For the rest of this hour I take no notice of who comes and goes here; keys go to those in the "
    "configuration alone, as ever.",
    "identity.confirmed": "{who} is known by the new identity from now on. Devices it vouches for get keys with the "
    "next message.",
    "refusal.IdentityNotChanged": "The identity of {user} has not changed; there is nothing to confirm.",
    "refusal.NotCompared": "First look: `!trust {user}` shows the key that is published now. Compare it with them by "
    "phone, then confirm.",
    "refusal.NotOneself": "Nobody confirms their own identity. Ask another admin.",
    "who.title": "**On the roster and in this room**",
    "who.person": "{name}: {roles}, since {since}; {devices}",
    "who.away": "On the roster and not in this room: {people}",
    "who.verified": "verified by me",
    "who.seen": "not verified by me",
    "who.changed": "identity changed, no device that can read me",
    "who.none": "no device that can read me",
    "help.who": "shows who is here, with roles and devices",
    "help.who.more": "Since when somebody is on the roster, and whether I verified them or none of their devices can "
    "read me.",
    "help.trust": "shows by which identity a person is known",
    "help.trust.more": "`confirm` accepts a changed one. Compare the key by phone first. For admins.",
}
