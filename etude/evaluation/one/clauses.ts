/** What such papers always say too: nothing that is measured, and much to read past. */

export const saleClauses = [
  "GARANTIE. Cette vente est faite avec la garantie légale du droit de propriété et de qualité. Le vendeur délivrera tous les titres et les certificats de localisation en sa possession.",
  "OBLIGATIONS DE L’ACHETEUR. L’acheteur s’oblige à payer les impôts fonciers échus et à échoir, y compris la proportion de ceux-ci pour l’année courante à compter de la date des répartitions, et à rembourser au vendeur ceux qui ont été payés d’avance.",
  "DÉCLARATIONS DU VENDEUR. Le vendeur déclare que l’immeuble est libre de tout droit réel ou autre charge, sauf ce qui est mentionné aux présentes; qu’il n’a reçu aucun avis d’une autorité compétente indiquant que l’immeuble n’est pas conforme aux règlements; que l’immeuble n’est pas un bien culturel classé et n’est pas situé dans une zone agricole.",
  "TAXES DE VENTE. L’immeuble étant un immeuble d’habitation occupé principalement à titre résidentiel, la vente est exonérée de la taxe sur les produits et services et de la taxe de vente du Québec.",
  "AVANT-CONTRAT. Cette vente est faite en exécution de l’avant-contrat. Sauf incompatibilité, les parties confirment la survie des ententes qui y sont contenues mais non reproduites aux présentes.",
  "INTERPRÉTATION. Lorsque le contexte l’exige, tout mot écrit au singulier comprend aussi le pluriel et vice versa, et tout mot écrit au masculin comprend le féminin.",
];

export const giftClauses = [
  "ACCEPTATION. Le donataire accepte la donation avec reconnaissance et déclare avoir visité l’immeuble et en être satisfait.",
  "INALIÉNABILITÉ. Le donataire ne pourra aliéner l’immeuble du vivant du donateur sans son consentement écrit, afin de protéger l’usufruit réservé.",
  "INTERPRÉTATION. Lorsque le contexte l’exige, tout mot écrit au singulier comprend aussi le pluriel et vice versa.",
];

export const hypothecClauses = [
  "4. ASSURANCE. L’emprunteur s’engage à assurer l’immeuble contre l’incendie et les risques habituels jusqu’à concurrence de sa pleine valeur de remplacement, et à maintenir cette assurance pour la durée du prêt.",
  "5. TAXES. L’emprunteur s’engage à acquitter à échéance les impôts fonciers grevant l’immeuble et à en fournir les reçus sur demande du prêteur.",
  "6. DÉFAUT. L’emprunteur sera en défaut s’il n’acquitte pas à échéance un versement, s’il devient insolvable, s’il aliène l’immeuble sans le consentement du prêteur ou s’il manque à toute autre obligation.",
  "7. RECOURS. Advenant un défaut, le prêteur pourra exiger le paiement immédiat de la totalité des sommes dues et exercer les droits hypothécaires que la loi lui confère.",
  "8. ÉLECTION DE DOMICILE. L’emprunteur élit domicile à l’adresse indiquée dans la comparution et, à défaut de pouvoir y être joint, au greffe de la Cour supérieure du district.",
  "9. INDIVISIBILITÉ. Les obligations de l’emprunteur sont indivisibles et peuvent être réclamées en totalité de chacun de ses héritiers, légataires ou représentants légaux.",
];

export const promiseClauses = [
  "5.1 L’acheteur a visité l’immeuble et s’en déclare satisfait, sous réserve de l’inspection prévue ci-après.",
  "5.2 Le vendeur déclare que l’immeuble est conforme aux lois et règlements relatifs à la protection de l’environnement et qu’il n’a reçu aucun avis de non-conformité.",
  "5.3 Sont inclus dans la vente : les luminaires fixes, les stores, le lave-vaisselle encastré. Sont exclus : les effets personnels du vendeur.",
  "5.4 Les frais de l’acte, de sa publication et des copies sont à la charge de l’acheteur; les frais de radiation sont à la charge du vendeur.",
];

export const serviceClauses = [
  "Le client s’engage à fournir sans délai tout document utile et à informer le notaire de tout changement d’état civil avant la signature. Les sommes confiées sont déposées au compte en fidéicommis du notaire et n’en sortent qu’après la publication de l’acte sans inscription préjudiciable.",
  "Les renseignements personnels recueillis ne servent qu’au dossier et sont conservés selon la loi. Le client peut y accéder et en demander la rectification.",
];
