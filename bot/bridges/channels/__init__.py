"""Second channels out: mail, ntfy, a webhook, text messages. What leaves by them is one line without content."""
