"""The operator's console at the running bot: questions and answers over a socket that only its owner can open."""
