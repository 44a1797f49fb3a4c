/** Les textes du studio en français ; ceux de chaque écran sont à côté de lui. */
import { fr as conversation } from "../conversation/fr.ts";
import { fr as jsonSchemaForm } from "../json-schema-form/fr.ts";
import { fr as api } from "../screens/api/fr.ts";
import { fr as query } from "../screens/query/fr.ts";
import { fr as run } from "../screens/run/fr.ts";
import { fr as runs } from "../screens/runs/fr.ts";
import { fr as waiting } from "../screens/waiting/fr.ts";
import { fr as sessions } from "../screens/sessions/fr.ts";
import { fr as tryIt } from "../screens/try-it/fr.ts";
import { fr as statistics } from "../screens/statistics/fr.ts";
import type { en } from "./en.ts";

export const fr: typeof en = {
  product: "Minutier",
  shell: {
    skip: "Aller au contenu",
    navigation: "Écrans",
    menu: "Menu",
    runs: "Exécutions",
    sessions: "Sessions",
    statistics: "Statistiques",
    waiting: "En attente",
    waitingCount_one: "{{count}} question ouverte",
    waitingCount_other: "{{count}} questions ouvertes",
    tryIt: "Essayer",
    query: "Requête",
    api: "API",
    language: "English",
    languageLabel: "Show in English",
    scheme: "Couleurs",
    schemeAuto: "Comme le système",
    schemeLight: "Clair",
    schemeDark: "Sombre",
    shortcuts: "Raccourcis clavier",
    forgetKey: "Oublier la clé",
    minutierVersion: "Minutier {{version}}",
    engineVersion: "SurrealDB {{version}}",
    engineUntested: "jamais essayé",
  },
  shortcuts: {
    title: "Raccourcis clavier",
    filter: "Aller au filtre",
    help: "Montrer cette liste",
    rows: "Ligne précédente ou suivante",
    ends: "Première ou dernière ligne",
    open: "Ouvrir la ligne",
    close: "Fermer",
  },
  connection: {
    lost: "Le serveur ne répond pas. Nouvel essai…",
    loading: "Chargement…",
    retry: "Réessayer",
  },
  key: {
    title: "Ce serveur demande une clé",
    explanation:
      "Donnez la clé de son option auth. Elle n'est gardée que dans cet onglet, et oubliée quand vous le fermez.",
    refused: "Le serveur a refusé cette clé.",
    label: "Clé",
    submit: "Ouvrir le studio",
  },
  notFound: {
    title: "Il n'y a rien ici",
    explanation: "Cette adresse ne mène à aucun écran du studio.",
    back: "Voir les exécutions",
  },
  crash: {
    title: "Cet écran s'est arrêté",
    explanation: "Rechargez la page. Si cela se reproduit, signalez ce message :",
    reload: "Recharger",
  },
  failure: { title: "Le serveur a refusé" },
  soon: "Cet écran n'existe pas encore.",
  json: {
    expand: "Déplier",
    collapse: "Replier",
    copyPath: "Copier le chemin",
    copyValue: "Copier la valeur",
    items_one: "{{formatted}} élément",
    items_other: "{{formatted}} éléments",
    fields_one: "{{formatted}} champ",
    fields_other: "{{formatted}} champs",
    characters_one: "{{formatted}} caractère",
    characters_other: "{{formatted}} caractères",
    base64: "fichier{{type}}, {{size}}",
  },
  copy: {
    id: "Copier l'identifiant",
    done: "Copié",
    failed: "Le navigateur ne donne pas de presse-papiers à cette page : sélectionnez le texte et copiez-le.",
  },
  status: { running: "En cours", waiting: "En attente", success: "Réussie", error: "Échouée" },
  runs,
  waiting,
  query,
  api,
  run,
  jsonSchemaForm,
  conversation,
  sessions,
  tryIt,
  statistics,
};
