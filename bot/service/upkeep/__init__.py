"""What nobody asks for: reminders, silences, retention, the control room, budgets."""
