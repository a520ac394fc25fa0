"""`cellule lifeboat`: a server, a door, the bot and its playbooks, made before and run where nothing else stands."""
