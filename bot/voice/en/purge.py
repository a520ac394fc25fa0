"""What is said of an incident that was kept long enough."""

SENTENCES = {
    "purge.done": "**{codename}** was purged, {days} days after it was closed. Its room is empty. What stays: its "
    "entry in the `!register`, if it has one; and files of mine on the homeserver, encrypted: their keys went with the "
    "messages.",
}
