/** Fictional names for the first generator's dossiers. */
import type { Pool } from "../story/make-story.ts";

export const names: Pool = {
  families: "Archambault Beaudry Bélanger Charlebois Côté Desrosiers Dufour Fortin Gauthier Hébert Kovacs Lachance Lamontagne Leblanc Marchildon Nadeau Ouellette Paquin Quesnel Robitaille Saint-Onge Sévigny Thériault Vaillancourt Zamora Nguyen O’Brien Tremblay-Roy".split(" "), // prettier-ignore
  women: "Marie-Claude Anne Béatrice Catherine Élodie Françoise Geneviève Hélène Isabelle Josée Karine Lise Madeleine Noémie Odette Pascale Rosalie Solange Thu-Trang Véronique".split(" "), // prettier-ignore
  men: "Jean-Pierre Alexis Benoît Charles-Antoine Denis Émile François Gaétan Hugues Jocelyn Kevin Louis Mathieu Normand Olivier Philippe Réal Stéphane Tristan Yannick".split(" "), // prettier-ignore
  streets: ["rue des Érables", "rue Principale", "avenue du 11-Novembre-1918", "chemin du Lac-à-la-Loutre", "boulevard Gouin Est", "rue Saint-Hubert", "rang du Bord-de-l’Eau", "place des Tilleuls", "rue De La Durantaye", "avenue des Pins"], // prettier-ignore
  towns: [
    { name: "Montréal", district: "Montréal", postal: "H2" },
    { name: "Longueuil", district: "Chambly", postal: "J4" },
    { name: "Trois-Rivières", district: "Trois-Rivières", postal: "G9" },
    { name: "Rimouski", district: "Rimouski", postal: "G5" },
    { name: "Saint-Jérôme", district: "Terrebonne", postal: "J7" },
    { name: "Granby", district: "Shefford", postal: "J2" },
  ],
  occupations: ["ingénieure civile", "enseignant", "infirmière", "électricien", "comptable", "technicien en informatique", "retraitée", "chauffeur"], // prettier-ignore
  lenders: ["Banque Boréale du Canada", "Caisse populaire des Trois-Ruisseaux", "Fiducie Laurentia", "Société hypothécaire Maisonneuve"], // prettier-ignore
  insurers: ["Assurances Mille-Îles inc.", "La Mutuelle du Fleuve"],
  parishes: ["Saint-Antoine", "Sainte-Anne-du-Bout-de-l’Île", "Saint-Hilaire"],
  offices: {
    notary: ["Étude Charlebois notaires inc.", "Notaires du Vieux-Quai", "Ouellette et associés, notaires"],
    surveyor: ["Géomatique Outaouais-Est inc.", "Arpentage Beaurivage S.E.N.C.R.L."],
    broker: ["Immobilière Rivage inc., agence", "Courtiers Horizon"],
  },
};
