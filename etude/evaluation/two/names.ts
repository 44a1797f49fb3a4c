/** Fictional names for the second generator's dossiers. */
import type { Pool } from "../story/make-story.ts";

export const names: Pool = {
  families: ["Arsenault", "Bissonnette", "Boisvert", "Chrétien", "D’Amours", "De Grandpré", "Éthier", "Fontaine", "Giguère", "Haddad", "Isabelle", "Joyal", "Kowalski", "L’Heureux", "Larivière", "Morin", "Michaud", "Pelletier", "Poitras-Lemay", "Racine", "Rousseau", "St-Pierre", "Turgeon", "Villeneuve", "Wolfe", "Yelle", "Bergeron", "Cloutier"], // prettier-ignore
  women: ["Adèle", "Brigitte", "Carole-Anne", "Danielle", "Estelle", "Florence", "Ghislaine", "Jacinthe", "Laurence", "Manon", "Nathalie", "Ophélie", "Priscille", "Raphaëlle", "Sylvie", "Thérèse", "Ursule", "Viviane"], // prettier-ignore
  men: ["Armand", "Bruno", "Clément", "Dominic", "Éric", "Fabien", "Gilles", "Henri-Paul", "Ismaël", "Jean-François", "Lucien", "Maxime", "Nicolas", "Pierre-Luc", "Raymond", "Sébastien", "Thomas", "Vincent"], // prettier-ignore
  streets: ["rue Champlain", "avenue de la Gare", "chemin Sainte-Foy", "boul. René-Lévesque Ouest", "rue du 24-Juin", "montée Saint-François", "croissant des Lilas", "route 132 Est", "rue Notre-Dame", "côte de la Montagne"], // prettier-ignore
  towns: [
    { name: "Montréal", district: "Montréal", postal: "H4" },
    { name: "Sherbrooke", district: "Sherbrooke", postal: "J1" },
    { name: "Saguenay", district: "Chicoutimi", postal: "G7" },
    { name: "Drummondville", district: "Drummond", postal: "J2" },
    { name: "Lévis", district: "Lévis", postal: "G6" },
    { name: "Terrebonne", district: "Terrebonne", postal: "J6" },
  ],
  occupations: ["agronome", "menuisière", "pharmacien", "avocate", "soudeur", "graphiste", "cadre retraité", "mécanicienne"], // prettier-ignore
  lenders: ["Banque des Cantons", "Crédit coopératif du Saguenay", "Prêts Hypothécaires Horizon inc.", "Banque Saint-Maurice"], // prettier-ignore
  insurers: ["Prévoyance Appalaches, compagnie d’assurance", "Assurance générale du Littoral"],
  parishes: ["Saint-Jean-Baptiste", "Notre-Dame-de-la-Victoire", "Sainte-Famille"],
  offices: {
    notary: ["Giguère Larivière, notaires", "Étude de Me Fontaine inc.", "Cabinet notarial de l’Estrie"],
    surveyor: ["Les Arpenteurs Cloutier inc.", "Bornage & Plans, s.e.n.c."],
    broker: ["Agence Portes ouvertes", "Immeubles du Parc inc."],
  },
};
