"""What the bot must do, worked out from the content files and what people typed. Nothing here imports the bot."""
