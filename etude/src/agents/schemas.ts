/** What the agents answer, as schemas: checked whether code or a model answers. */
import { z } from "zod";

const documentTypes = [
  "promesse_achat",
  "certificat_localisation",
  "titre",
  "index_immeubles",
  "projet_acte",
  "offre_pret",
  "compte_taxes_municipales",
  "compte_taxes_scolaires",
  "piece_identite",
  "declarations_vendeur",
  "releve_hypothecaire",
  "assurance",
  "inconnu",
] as const;

const quotation = {
  quotation: z.string(),
  start: z.int().nonnegative().optional(),
  end: z.int().nonnegative().optional(),
  boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).optional(),
};
const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const page = z.object({
  page: z.int().positive(),
  status: z.enum(["text", "no_text", "hidden_text"]),
  hidden: z.string().optional(),
  amounts: z.array(
    z.object({ ...quotation, cents: z.int(), label: z.string().optional(), wordsCents: z.int().optional() }),
  ),
  dates: z.array(
    z.object({ ...quotation, date: isoDate.optional(), time: z.string().optional(), label: z.string().optional() }),
  ),
  lots: z.array(
    z.object({ ...quotation, lot: z.string(), servitude: z.boolean(), former: z.literal(true).optional() }),
  ),
  postalCodes: z.array(z.object({ ...quotation, postalCode: z.string(), immovable: z.boolean() })),
  addresses: z.array(z.object({ ...quotation, address: z.string(), normalized: z.string(), immovable: z.boolean() })),
  parties: z.array(z.object({ ...quotation, name: z.string(), role: z.string(), registered: isoDate.optional() })),
});

/** The classifier's answer: the document that it was given, with its type. */
export const classification = z.object({
  document: z.string(),
  file: z.string(),
  hash: z.string(),
  type: z.enum(documentTypes),
});

/** The extractor's answer: a `DocumentFacts`. */
export const documentFacts = z.object({
  file: z.string(),
  type: z.enum(documentTypes),
  pages: z.array(page),
  unreadable: z.object({ reason: z.string(), message: z.string() }).optional(),
});

/** The verifier's answer. */
export const checklistItems = z.object({
  items: z.array(
    z.object({
      rule: z.string(),
      status: z.enum(["conforme", "alerte", "manquant", "a_verifier", "non_applicable"]),
      severity: z.enum(["haute", "moyenne", "basse"]),
      message: z.string(),
      evidence: z.array(z.object({ document: z.string(), page: z.int().positive(), ...quotation })),
    }),
  ),
});

/** The generator's answer. */
export const report = z.object({ summary: z.string() });
