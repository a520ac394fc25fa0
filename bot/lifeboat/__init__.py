"""The lifeboat: a folder from which a server, a door, the bot and its playbooks stand where nothing stands any more.

What is in it follows from `boat`, which is pure; `folder` writes it so that a kill leaves nothing half made; `front` is
the one address that browsers need; `children` keeps what runs.
"""
