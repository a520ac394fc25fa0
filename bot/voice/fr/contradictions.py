"""What contradicts what. Cellule keeps both and judges neither."""

SENTENCES = {
    "contradictions.title": "**Ceci se contredit ; tout est conservé.** Vérifiez, et corrigez ce qui est faux :",
    "contradictions.came": "**Cela contredit autre chose ; tout est conservé.** Vérifiez, et corrigez ce qui est "
    "faux :",
    "contradiction.no-personal-data": "**personal-data** = non, et pourtant il y a : {against}",
    "contradiction.no-theft": "**stolen-data** = non, et pourtant la confidentialité est atteinte : des données "
    "ont-elles été vues sans être copiées ?",
    "contradiction.not-insured": "**insured** = non, et pourtant il y a : {against}",
    "contradiction.no-processor": "**processor** = non, et pourtant le profil ou une déclaration dit le contraire : "
    "{against}",
    "contradiction.risk-aside": "Le risque a été décidé : {level}. Et pourtant **{against}** est écarté",
    "contradiction.high-risk": "Le risque a été décidé : {level}. Et pourtant **high-risk** = {answer}",
    "contradiction.attack-order": "L'attaque finit ({end}) avant de commencer ({start})",
    "contradiction.aware-before-attack": "Connu avant le début de l'attaque ({start}) : {against}",
    "contradiction.breach-before-attack": "La violation (**GDPR-33-1**) était connue avant l'attaque (**FR-LOPMI**) : "
    "la plainte a-t-elle la bonne heure ?",
    "contradiction.aware-after-discovery": "Compté après la découverte, ou après l'attaque alors que l'accès est "
    "perdu : {against}. En perdre l'accès compte aussi ; l'heure la plus ancienne est la plus sûre",
    "contradiction.not-malicious": "**malveillant** = non, et pourtant une plainte est déposée : {against}",
    "contradiction.staff-works": "**staff-stopped** = non, et pourtant il y a : {against}",
    "contradiction.stopped-order": "Le travail s'arrête jusqu'au {end}, avant de s'arrêter ({start})",
    "contradiction.headcount": "**fifty-staff** = {answer}, et pourtant l'effectif est de {headcount}",
}
