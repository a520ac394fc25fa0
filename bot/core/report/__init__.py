"""The report: the record of an incident as people read it, whoever draws it."""
