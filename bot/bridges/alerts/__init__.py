"""Ways in: machines report alerts over HTTP. Whatever they send is data, and nothing of it is a command."""
