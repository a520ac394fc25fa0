"""The calendar file, and the message beside it."""

SENTENCES = {
    "calendar.clock": "Cellule {codename}: due time {number}",
    "calendar.clock.full": "{codename} · {rule}: {title}",
    "calendar.bulletin": "Cellule {codename}: next update",
    "calendar.note": "The room {codename} says what this is.",
    "calendar.note.full": "To: {to}\nSource: {source}",
    "calendar.none": "No clock with a due time runs, no bulletin is promised: nothing for a calendar yet.",
    "calendar.made": "{count} for your calendar, in the file below.",
    "calendar.count.one": "# due time",
    "calendar.count.many": "# due times",
    "calendar.gone": "It also takes out what was filed or set aside: {count}.",
    "calendar.drill": "A drill: its entries are marked, and stand at the hour when they ring.",
    "calendar.neutral": "Its titles are neutral, for others may read a calendar. `!clocks ics full` names the duties.",
    "calendar.full": "**It names the duties and the law.** Put it only where nobody else reads.",
    "calendar.again": "The file does not follow by itself: after a change, ask for it again and import it again.",
}
