"""The risk to people: levels, questions."""

SENTENCES = {
    "risk.title": "**Risk to people**",
    "risk.level.none": "no likely risk",
    "risk.level.risk": "risk",
    "risk.level.high": "high risk",
    "risk.level.unknown": "unknown",
    "risk.factor.breach": "type of breach",
    "risk.factor.data": "data",
    "risk.factor.identity": "identification",
    "risk.factor.consequences": "consequences",
    "risk.factor.people": "people",
    "risk.factor.organisation": "organisation",
    "risk.factor.number": "number",
    "risk.factor.general": "general",
}
