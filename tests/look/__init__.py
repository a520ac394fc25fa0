"""What people see: the bot's rooms in a graphical client, measured and pictured.

`make look` runs it. It is no part of the tests: it takes minutes, and a browser.
"""
