/** Facts of a sale in order, and the means to spoil one of them: what the tests of the rules start from. */
import type { ChecklistItem, DossierContext } from "../src/checklist.ts";
import type {
  AddressFact,
  AmountFact,
  AmountLabel,
  DateFact,
  DateLabel,
  DocumentFacts,
  DocumentType,
  LotFact,
  PageFacts,
  PageStatus,
  PartyFact,
  PartyRole,
  PostalCodeFact,
  UnreadableReason,
} from "../src/facts.ts";
import { applyRules } from "../src/rules/apply-rules.ts";

type Facts = Partial<Omit<PageFacts, "page" | "status">>;

export function page(facts: Facts = {}, status: PageStatus = "text", number = 1): PageFacts {
  return {
    page: number,
    status,
    amounts: [],
    dates: [],
    lots: [],
    postalCodes: [],
    addresses: [],
    parties: [],
    ...facts,
  };
}

export function document(file: string, type: DocumentType, ...pages: PageFacts[]): DocumentFacts {
  return { file, type, pages };
}

export function scan(file: string, type: DocumentType): DocumentFacts {
  return document(file, type, page({}, "no_text"));
}

export function unreadable(
  file: string,
  reason: UnreadableReason = "corrupt",
  type: DocumentType = "inconnu",
): DocumentFacts {
  return { file, type, pages: [], unreadable: { reason, message: "lecture impossible" } };
}

export function amount(dollars: number, label?: AmountLabel, wordsDollars?: number): AmountFact {
  const cents = Math.round(dollars * 100);
  return {
    quotation: `${label ?? "montant"} de ${dollars} $`,
    cents,
    ...(label && { label }),
    ...(wordsDollars !== undefined && { wordsCents: Math.round(wordsDollars * 100) }),
  };
}

export function date(label: DateLabel, iso: string | undefined, time?: string): DateFact {
  const quotation = iso === undefined ? `${label} le 05/06/2026` : `${label} le ${iso}${time ? ` à ${time}` : ""}`;
  return { quotation, label, ...(iso !== undefined && { date: iso }), ...(time !== undefined && { time }) };
}

export function lot(number: string, servitude = false): LotFact {
  return { quotation: `lot ${number}`, lot: number, servitude };
}

export function party(name: string, role: PartyRole): PartyFact {
  return { quotation: `M. ou Mme ${name}`, name, role };
}

export function address(text: string, immovable = true): AddressFact {
  const normalized = text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
  return { quotation: text, address: text, normalized, immovable };
}

export function postalCode(code: string, immovable = true): PostalCodeFact {
  return { quotation: `code ${code}`, postalCode: code, immovable };
}

export const context: DossierContext = { type: "vente", municipality: "Montréal", signingDate: "2026-12-15" };

const IMMOVABLE = "456, rue Champlain, Montréal (Québec) H2L 4H2";
const VENDORS = [party("Jean-Pierre Tremblay", "vendeur"), party("Marie-Claude Gagnon", "vendeur")];
const BUYERS = [party("Mario Roy", "acheteur"), party("Marie Roy", "acheteur")];

export const promise = document(
  "promesse.pdf",
  "promesse_achat",
  page({
    parties: [...VENDORS, ...BUYERS],
    addresses: [address(IMMOVABLE), address("12, rue du Fleuve, Laval", false)],
    postalCodes: [postalCode("H2L 4H2"), postalCode("H7A 1A1", false)],
    lots: [lot("1234567")],
    amounts: [
      amount(485_000, "prix"),
      amount(10_000, "acompte"),
      amount(87_000, "mise_de_fonds"),
      amount(388_000, "pret"),
    ],
  }),
  page(
    {
      dates: [
        date("offre", "2026-10-01"),
        date("expiration", "2026-10-05", "17:00"),
        date("acceptation", "2026-10-04", "10:30"),
        date("condition", "2026-10-20"),
        date("acte", "2026-12-15"),
        date("occupation", "2026-12-18"),
      ],
    },
    "text",
    2,
  ),
);

export const certificate = document(
  "certificat.pdf",
  "certificat_localisation",
  page({
    dates: [date("leve", "2020-05-01"), date("emission", "2020-05-12")],
    lots: [lot("1 234 567"), lot("3456789", true)],
    addresses: [address("456 rue Champlain, Montréal")],
    parties: [party("Luc Arpent", "arpenteur")],
  }),
);

export const title = document(
  "titre.pdf",
  "titre",
  page({
    parties: [
      party("Jeanne Tremblé", "vendeur"),
      party("JEAN PIERRE TREMBLAY", "acheteur"),
      party("Marie-Claude Gagnon", "acheteur"),
    ],
    lots: [lot("1234567"), lot("3456790", true)],
    amounts: [amount(300_000, "prix")],
    dates: [date("acte", "2012-06-01")],
  }),
);

export const index = document(
  "index.pdf",
  "index_immeubles",
  page({
    parties: [party("Jean-Pierre Tremblay", "proprietaire"), party("Marie-Claude Gagnon", "proprietaire")],
    lots: [lot("1234567")],
  }),
);

export const loan = document(
  "pret.pdf",
  "offre_pret",
  page({
    parties: [party("Mario Roy", "emprunteur"), party("Marie Roy", "emprunteur")],
    amounts: [amount(485_000, "prix"), amount(388_000, "pret")],
  }),
);

export const deed = document(
  "projet.docx",
  "projet_acte",
  page({
    parties: [...VENDORS, ...BUYERS, party("Anne Minute", "notaire")],
    addresses: [address(IMMOVABLE)],
    postalCodes: [postalCode("H2L 4H2")],
    lots: [lot("1234567")],
    amounts: [amount(485_000, "prix", 485_000), amount(485_000, "base_imposition"), amount(5_385.5, "droits_mutation")],
    dates: [date("acte", "2026-12-15")],
  }),
);

export const taxes = document(
  "taxes.pdf",
  "compte_taxes_municipales",
  page({ amounts: [amount(450_000, "evaluation_role"), amount(3_650, "taxes")] }),
);

/** A dossier in which everything agrees. */
export const cleanDossier: readonly DocumentFacts[] = [promise, certificate, title, index, loan, deed, taxes];

/** The clean dossier, with some documents changed (by file name), added, or (given null) taken away. */
export function dossierWith(changes: Record<string, DocumentFacts | null>): DocumentFacts[] {
  const kept = cleanDossier.flatMap((known) => (known.file in changes ? (changes[known.file] ?? []) : known));
  const added = Object.entries(changes).flatMap(([file, change]) =>
    change && !cleanDossier.some((known) => known.file === file) ? change : [],
  );
  return [...kept, ...added];
}

/** The document with its first page's facts replaced. */
export function withFacts(original: DocumentFacts, facts: Facts, status?: PageStatus): DocumentFacts {
  const [first, ...others] = original.pages;
  if (!first) throw new Error(`${original.file} has no page`);
  return { ...original, pages: [{ ...first, ...facts, ...(status && { status }) }, ...others] };
}

/** The document with a page more, that nobody could read. */
export function withScannedPage(original: DocumentFacts): DocumentFacts {
  return { ...original, pages: [...original.pages, page({}, "no_text", original.pages.length + 1)] };
}

export function hidden(original: DocumentFacts): DocumentFacts {
  return { ...original, pages: original.pages.map((known) => ({ ...known, status: "hidden_text" })) };
}

export function items(
  rule: string,
  documents: readonly DocumentFacts[],
  changes: Partial<DossierContext> = {},
): ChecklistItem[] {
  return applyRules({ ...context, ...changes }, [...documents]).filter((item) => item.rule === rule);
}

export function statuses(
  rule: string,
  documents: readonly DocumentFacts[],
  changes: Partial<DossierContext> = {},
): string[] {
  return items(rule, documents, changes).map(({ status }) => status);
}
