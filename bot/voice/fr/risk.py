"""The risk to people: levels, questions."""

SENTENCES = {
    "risk.title": "**Risque pour les personnes**",
    "risk.level.none": "risque improbable",
    "risk.level.risk": "risque",
    "risk.level.high": "risque élevé",
    "risk.level.unknown": "inconnu",
    "risk.factor.breach": "type de violation",
    "risk.factor.data": "données",
    "risk.factor.identity": "identification",
    "risk.factor.consequences": "conséquences",
    "risk.factor.people": "personnes",
    "risk.factor.organisation": "organisme",
    "risk.factor.number": "nombre",
    "risk.factor.general": "ensemble",
}
