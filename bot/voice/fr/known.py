"""What is known: answers and details."""

SENTENCES = {
    "known.title": "**Ce que l'on sait**",
}
