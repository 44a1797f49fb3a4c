/** What is true in a fictional dossier, before any paper tells it. Amounts in whole cents, dates `YYYY-MM-DD`. */
import type { DeedType } from "../truth.ts";

export interface Place {
  civic: string;
  /** « rue Champlain ». */
  street: string;
  unit?: string;
  city: string;
  postalCode: string;
}

export type CivilState = "celibataire" | "marie" | "union_civile" | "union_parentale" | "divorce" | "veuf";

export interface IdentityPiece {
  kind: "permis" | "passeport" | "citoyennete" | "ramq";
  number: string;
  expires: string;
}

export interface Person {
  given: string;
  family: string;
  female: boolean;
  birth: string;
  birthPlace: string;
  occupation: string;
  home: Place;
  /** Unknown where a fault left it out. */
  civilState: CivilState | undefined;
  /** The spouse's name, where there is one. */
  spouse?: string;
  pieces: IdentityPiece[];
  taxResident: boolean;
  /** Unknown where a fault left it out. */
  canadian: boolean | undefined;
  phone: string;
}

/** A notary, a surveyor, a broker, an appraiser. */
export interface Professional {
  given: string;
  family: string;
  female: boolean;
  office: string;
  place: Place;
  phone: string;
}

export interface Institution {
  name: string;
  place: Place;
  phone: string;
}

interface Immovable {
  place: Place;
  /** The lots of the dossier, digits only; of an apartment, the private one first. */
  lots: string[];
  /** The lot that the cadastral renovation replaced: `123-45`. */
  formerLot: string;
  parish: string;
  /** Those at the north, the east and the west. */
  neighbourLots: [string, string, string];
  /** Bears a right of way in favour of the immovable. */
  servientLot: string;
  servitudeNumber: string;
  /** The registration district. */
  district: string;
  matricule: string;
  areaM2: string;
  dwellings: number;
  familyResidence: boolean;
}

interface Condominium {
  syndicate: string;
  declarationNumber: string;
  plan: string;
  sharePercent: string;
  monthlyCents: number;
  contingencyCents: number;
  attestationDate: string;
  chargesRequested: string;
  /** Missing where the syndicate has not answered. */
  chargesAnswered: string | undefined;
  arrearsCents: number;
}

interface RegisteredHypothec {
  creditor: Institution;
  date: string;
  number: string;
  cents: number;
  payoffCents: number;
  perDiemCents: number;
  statementDate: string;
  validUntil: string;
}

interface Loan {
  lender: Institution;
  cents: number;
  /** « 4,89 ». */
  rate: string;
  years: number;
  amortizationYears: number;
  paymentCents: number;
  offerDate: string;
  /** Who must be named: the takers, or the owners who refinance. */
  borrowers: Person[];
}

interface Outcome {
  deadline: string;
  /** When the condition was fulfilled; unknown where nobody wrote it down. */
  fulfilled: string | undefined;
}

interface Will {
  date: string;
  form: "notarie" | "olographe" | "devant_temoins";
  minute: string;
  witness: string | undefined;
  verified: boolean;
}

interface Succession {
  deceased: Person;
  death: string;
  deathPlace: string;
  liquidator: Person;
  will: Will;
  /** What each register reports, dated after the death. */
  searches: Record<"cnq" | "barreau", { date: string; will: string; name: string }>;
  designationNumber: string;
  designationDate: string;
  inventoryDate: string;
  closureNumber: string | undefined;
  closureDate: string;
  newspaper: string;
}

export interface Story {
  id: string;
  deed: DeedType;
  municipality: string;
  /** Sellers, donors, borrowers who own already, or nobody (a succession). */
  givers: Person[];
  /** Buyers, donees, heirs; nobody where an owner refinances. */
  takers: Person[];
  /** The giver's spouse who owns nothing and consents, where there is one. */
  consentingSpouse: Person | undefined;
  consents: boolean;
  previousOwners: Person[];
  notary: Professional;
  formerNotary: Professional;
  surveyor: Professional;
  broker: Professional;
  appraiser: Professional;
  immovable: Immovable;
  condominium: Condominium | undefined;
  title: { date: string; number: string; minute: string; priceCents: number };
  /** The owners that the index and the title tell. */
  registeredOwners: Person[];
  hypothec: RegisteredHypothec | undefined;
  /** Entries that a fault adds to the index. */
  oldHypothec: { date: string; number: string; creditor: string; cents: number } | undefined;
  syndicateHypothec: { date: string; number: string; cents: number } | undefined;
  price: number;
  deposit: number;
  downPayment: number;
  loan: Loan | undefined;
  offer: { date: string; number: string; expiry: string; expiryTime: string; accepted: string; acceptedTime: string };
  inspection: Outcome;
  financing: Outcome;
  signing: string;
  occupation: string;
  survey: { fieldDate: string; date: string; minute: string; lots: string[] };
  works: { what: string; ended: string } | undefined;
  isNew: boolean;
  roll: { landCents: number; buildingCents: number; factor: string; factorThousandths: number };
  municipalTax: { year: number; cents: number; paidCents: number; arrearsCents: number; date: string };
  schoolTax: { from: string; to: string; cents: number; arrearsCents: number; date: string };
  /** What the buyer owes the seller, by item. */
  apportionments: { municipal: number; school: number };
  declared: { baseCents: number; dutiesCents: number; exemption: string | undefined; relation: string };
  insurance: { insurer: string; policy: string; from: string; creditorNamed: boolean; cents: number };
  funds: { receivedCents: number; clearedCents: number; requiredCents: number; publication: string; disbursed: string };
  searches: { rdprm: string | undefined; bankruptcy: string | undefined };
  succession: Succession | undefined;
  /** Mentions that a fault takes out of a paper. */
  omit: Set<Mention>;
}

type Mention =
  | "base_imposition"
  | "montant_droit"
  | "meubles"
  | "en_minute"
  | "lieu_testament"
  | "dernier_domicile"
  | "relation";

export function fullName({ given, family }: { given: string; family: string }): string {
  return `${given} ${family}`;
}

/** A copy that shares nothing, for the paper that tells it differently. */
export function copyStory(story: Story): Story {
  return structuredClone(story);
}
