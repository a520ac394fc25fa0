"""Each table of the state: its statements, and what they mean. Nothing here knows where the rows are kept."""
