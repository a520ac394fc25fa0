"""The door: a process of its own, which alone holds the homeserver's admin rights and lets in who has a ticket.

It knows tickets, ends and accounts of chance. It knows no name, no role and no incident: whoever asks keeps those.
"""
