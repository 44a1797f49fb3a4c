/** The French README of the samples, its table made from the planted contradictions. */
import { type Planted, planted } from "./planted.ts";

export function writeReadme(): string {
  return `# Dossiers d'exemple

Deux ventes résidentielles à Montréal, inventées de toutes pièces : les personnes, les entreprises, les rues et les numéros n'existent pas (le cadastre du Québec ne compte aucun lot en 9 xxx xxx), et aucun document ne provient d'un organisme réel. Elles servent aux essais et à la démonstration.

Les fichiers sont produits par \`node etude/scripts/make-samples.ts\` (Node 24); deux exécutions donnent les mêmes octets. Ne pas les modifier à la main.

| Fichier | Document | Forme |
|---|---|---|
| \`dossier.json\` | type, municipalité, date prévue de l'acte | JSON |
| \`promesse-achat.pdf\` | promesse d'achat acceptée | 3 pages |
| \`certificat-localisation.pdf\` | certificat de localisation, rapport et plan | 3 pages |
| \`titre-acquisition.pdf\` | acte de vente antérieur (titre des vendeurs) | 2 pages |
| \`index-immeubles.pdf\` | index des immeubles | 1 page, paysage |
| \`offre-pret.pdf\` | offre de prêt hypothécaire | 1 ou 2 pages |
| \`compte-taxes-municipales-2026.pdf\` | compte de taxes, valeur au rôle | 1 page |
| \`projet-acte-vente.docx\` | projet d'acte de vente | Word, avec tableau |
| \`declarations-vendeur.pdf\` | déclarations du vendeur | 1 page |

## \`vente-contradictions\`

Signature prévue le mardi 15 décembre 2026. Vendeurs : Jean-Pierre Quévillard et Marie-Claude Sansregret; acheteurs : Étienne Larocque-Vallon et Sofia Abelhauzer; lot 9 412 305; 4127, rue des Trois-Clochers, Montréal (Québec) H2K 4Z1; prix de la promesse : 725 000,00 $. Les déclarations du vendeur y sont une image, sans couche texte.

Chaque règle ci-dessous doit lever une alerte, à l'endroit dit (\`expected.json\` en donne la version pour les essais). V01 et V07 sont satisfaites : la promesse acceptée et le certificat sont au dossier. La valeur juste (lot, nom, adresse, prix) figure aussi dans les autres documents du dossier; le tableau cite un seul d'entre eux. Un fichier Word n'a pas de pages : il compte pour la page 1. Les mots sont ceux que rendent \`unpdf\` (qui change les espaces insécables en espaces ordinaires) et \`mammoth\` (qui les garde).

| Règle | Contradiction | Document, page | Mots exacts |
|---|---|---|---|
${planted.flatMap(toRows).join("\n")}

Droits de mutation, Montréal 2026, base 752 400 $ : 62 900 × 0,5 % + 252 100 × 1 % + 237 300 × 1,5 % + 200 100 × 2 % = 314,50 + 2 521,00 + 3 559,50 + 4 002,00 = **10 397,00 $**.

Ce qui n'est pas une contradiction : l'hypothèque de 2011 est radiée; le compte de taxes est au nom des vendeurs; le paiement du prix au projet d'acte (15 000 + 150 000 + 570 000) balance avec son propre prix, et l'offre de prêt (155 000 + 570 000) avec celui de la promesse.

## \`vente-conforme\`

Signature prévue le vendredi 11 décembre 2026. Vendeurs : Anne-Sophie Fauteux-Mérand et René Castonguay-Lhéritier; acheteurs : Jean-François Ouellet-Barrière et Maïté Desrochers-Vuong; lot 9 634 118; 2285, avenue du Vieux-Sémaphore, Montréal (Québec) H1Y 0B4; prix : 612 500,00 $. Aucune règle ne doit lever d'alerte, malgré ces pièges :

- les noms sont en majuscules au titre et au projet d'acte (vendeurs), sans accents au compte de taxes et à l'offre de prêt, sans accents ni traits d'union à l'index, et avec des traits d'union insécables au projet d'acte (acheteurs);
- une servitude « en faveur du lot 3 456 790 », le lot d'un voisin, au titre, au certificat, à l'index et au projet d'acte;
- des numéros d'inscription de sept chiffres (« sous le numéro 4 417 862 »), qui ne sont pas des lots;
- « avenue » devient « av. » au compte de taxes; les adresses des acheteurs, du prêteur et du notaire ont d'autres codes postaux;
- les milliers sont séparés par une espace insécable, une espace fine insécable (projet d'acte) ou une espace ordinaire (compte de taxes); les dates sont en lettres, en chiffres, abrégées ou ISO;
- le projet d'acte énonce les mentions des droits de mutation dans un tableau.

Promesse : offre du 5 octobre 2026, acceptée le 6, expirant le 7; inspection le 16, financement le 26 (offre de prêt du 21); acte le 11 décembre; occupation le 18 décembre. Acompte 12 500 + mise de fonds 110 000 + emprunt 490 000 = 612 500 $. Levé du certificat : 6 novembre 2023, trois ans.

Droits de mutation, Montréal 2026, base 612 500 $ (le prix; le rôle vaut 588 900 × 1,00) : 62 900 × 0,5 % + 252 100 × 1 % + 237 300 × 1,5 % + 60 200 × 2 % = 314,50 + 2 521,00 + 3 559,50 + 1 204,00 = **7 599,00 $**, le montant déclaré.
`;
}

function toRows({ rule, what, evidence }: Planted): string[] {
  return evidence.map(({ document, page, contains }, index) => {
    const words = contains === "" ? "_(aucun texte)_" : `« ${contains} »`;
    return `| ${index === 0 ? rule : ""} | ${index === 0 ? what : ""} | \`${document}\`, p. ${page} | ${words} |`;
  });
}
