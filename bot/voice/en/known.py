"""What is known: answers and details."""

SENTENCES = {
    "known.title": "**What is known**",
}
