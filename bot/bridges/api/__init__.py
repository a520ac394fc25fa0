"""A read-only door for dashboards: where incidents and clocks stand, without content unless a token opens it."""
