/** The small print of the second generator's papers. */

export const deedSmallPrint = [
  "La partie acquéreuse prend l’immeuble dans l’état où il se trouve, déclarant l’avoir vu et examiné à sa satisfaction, et avoir vérifié auprès des autorités que l’usage qu’elle entend en faire est permis.",
  "La partie cédante affirme que les versements d’impôts fonciers exigibles sont acquittés, qu’aucune construction n’a été faite sans permis et qu’aucun locataire n’occupe les lieux.",
  "Tout ajustement entre les parties est fait en date de ce jour sur un état séparé; elles se tiennent quittes l’une envers l’autre de toute erreur ou omission, sauf à la corriger de bonne foi.",
  "Le notaire n’a pas été chargé de vérifier la capacité portante du sol, la présence de contaminants ni la conformité des installations septiques.",
  "Les parties dispensent le notaire de lire les annexes, après en avoir pris connaissance.",
];

export const loanSmallPrint = [
  "L’emprunteur gardera le bâtiment en bon état, le fera assurer et paiera les impôts fonciers. À défaut, le prêteur pourra le faire à sa place et ajouter les sommes au capital.",
  "Le prêteur peut inspecter les lieux en tout temps raisonnable. Aucune tolérance de sa part n’est une renonciation.",
  "En cas de vente sans consentement, de faillite ou de retard de plus de trente jours, tout le solde devient exigible sans autre avis que ceux de la loi.",
  "L’emprunteur reconnaît avoir reçu un exemplaire des conditions du prêt avant la signature et en avoir compris la portée.",
];

export const promiseSmallPrint = [
  "3. DÉCLARATIONS ET OBLIGATIONS DE L’ACHETEUR. L’ACHETEUR a examiné l’immeuble et n’a reçu aucune autre garantie que celles qui sont écrites ici. Les frais de l’acte sont à sa charge.",
  "7. DÉCLARATIONS ET OBLIGATIONS DU VENDEUR. Le VENDEUR livrera l’immeuble dans l’état où il était lors de la visite, avec un certificat de localisation décrivant son état actuel, et paiera le coût des radiations.",
  "9. INCLUSIONS ET EXCLUSIONS. Inclus : rideaux, pôles, aspirateur central. Exclu : congélateur.",
  "13. La promesse et son acceptation lient les héritiers et représentants légaux des parties.",
];

export const mandateSmallPrint = [
  "Le notaire conserve les originaux en minute. Il agit pour les deux parties avec impartialité et les avise de leurs intérêts opposés, s’il y a lieu. Toute modification du mandat est confirmée par écrit.",
];
