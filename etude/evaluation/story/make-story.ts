/** A clean dossier from a pool of names: every paper agrees with every other, and nothing is missing. */
import type { Random } from "../random.ts";
import type { DeedType } from "../truth.ts";
import { transferDuties } from "./duties.ts";
import { addDays, addYears, dateParts, daysBetween, workingDay } from "./spell.ts";
import {
  type CivilState,
  fullName,
  type IdentityPiece,
  type Institution,
  type Person,
  type Place,
  type Professional,
  type Story,
} from "./story.ts";

/** The names that a generator draws from, its own. */
export interface Pool {
  families: readonly string[];
  women: readonly string[];
  men: readonly string[];
  streets: readonly string[];
  /** With the registration district and the beginning of the postal codes. */
  towns: readonly { name: string; district: string; postal: string }[];
  occupations: readonly string[];
  lenders: readonly string[];
  insurers: readonly string[];
  parishes: readonly string[];
  offices: { notary: readonly string[]; surveyor: readonly string[]; broker: readonly string[] };
}

export interface StoryWish {
  id: string;
  deed: DeedType;
  /** The planned date of the deed; a weekend becomes the Monday. */
  signing: string;
  montreal: boolean;
  sellers: 1 | 2;
  buyers: 1 | 2;
  /** The only seller is married to someone who owns nothing. */
  spouse?: true;
}

const postalLetters = Array.from("ABCEGHJKLMNPRSTVXYZ");

export function makeStory(pool: Pool, wish: StoryWish, random: Random): Story {
  const draw = createDraw(pool, random);
  const { deed, id } = wish;
  const signing = workingDay(wish.signing);
  const town = wish.montreal ? pool.towns[0]! : random.pick(pool.towns.slice(1));
  const isSuccession = deed === "succession";
  const place: Place = {
    ...draw.place(town),
    ...(deed === "copropriete" ? { unit: String(random.integer(101, 612)) } : {}),
  };
  const givers = isSuccession ? [] : draw.couple(wish.sellers, place, deed === "donation" ? 62 : 44, wish.spouse);
  const takers = deed === "refinancement" ? [] : draw.couple(wish.buyers, undefined, 33);
  if (deed === "donation" || isSuccession) for (const taker of takers.slice(0, 1)) taker.civilState = "celibataire";
  const consentingSpouse = givers.length === 1 && givers[0]!.spouse !== undefined ? draw.spouse(givers[0]!) : undefined;
  const succession = isSuccession ? draw.succession(signing, place) : undefined;
  const owners = succession === undefined ? givers : [succession.deceased];

  const price = random.integer(wish.montreal ? 455 : 262, wish.montreal ? 748 : 452) * 1000_00;
  const deposit = random.pick([5000_00, 10_000_00, 12_500_00]);
  const loanCents = Math.round((price * random.pick([0.7, 0.75, 0.8])) / 100_000) * 100_000;
  const title = addDays(addYears(signing, -random.integer(6, 14)), random.integer(-60, 60));
  const rollCents = Math.round((price * 0.84) / 10_000) * 10_000;
  const land = Math.round((rollCents * 0.37) / 10_000) * 10_000;
  const { year, month } = dateParts(signing);
  const schoolStart = month >= 7 ? year : year - 1;
  const municipalCents = random.integer(2400, 4900) * 100 + random.integer(5, 95);
  const schoolCents = random.integer(240, 610) * 100 + random.integer(5, 95);
  const inspectionDeadline = addDays(signing, -52);
  const lots =
    deed === "copropriete"
      ? [draw.lot(), draw.lot(), draw.lot()]
      : random.next() < 0.35
        ? draw.lotPair()
        : [draw.lot()];
  const isSale = deed === "vente" || deed === "copropriete";
  const exempt = deed === "donation";
  const hypothecCents = Math.round((price * 0.61) / 100_000) * 100_000;
  const needsLoan = isSale || deed === "refinancement";
  const creditor = draw.lender();
  const payoffCents = Math.round(hypothecCents * 0.57) + random.integer(11, 97_000);

  return {
    id,
    deed,
    municipality: town.name,
    givers,
    takers,
    consentingSpouse,
    consents: true,
    previousOwners: draw.couple(random.pick([1, 2] as const), undefined, 58),
    notary: draw.professional(pool.offices.notary),
    formerNotary: draw.professional(pool.offices.notary),
    surveyor: draw.professional(pool.offices.surveyor),
    broker: draw.professional(pool.offices.broker),
    appraiser: draw.professional(["Évaluations Rive-Nord inc.", "Groupe Valoris, évaluateurs agréés"]),
    immovable: {
      place,
      lots,
      formerLot: `${random.integer(112, 890)}-${random.integer(12, 96)}`,
      parish: random.pick(pool.parishes),
      neighbourLots: [draw.lot(), draw.lot(), draw.lot()],
      servientLot: draw.lot(),
      servitudeNumber: groupless(random, "1"),
      district: town.district,
      matricule: `${random.digits(4)}-${random.digits(2)}-${random.digits(4)}-${random.digits(1)}-000-0000`,
      areaM2: `${random.integer(310, 940)},${random.integer(1, 9)}`,
      dwellings: 1,
      familyResidence: true,
    },
    condominium:
      deed === "copropriete"
        ? {
            syndicate: `Syndicat de la copropriété ${place.civic}, ${place.street}`,
            declarationNumber: groupless(random, "1"),
            plan: `PC-${random.digits(5)}`,
            sharePercent: `${random.integer(1, 6)},${random.digits(3)}`,
            monthlyCents: random.integer(210, 480) * 100,
            contingencyCents: random.integer(38, 120) * 100_000,
            attestationDate: addDays(signing, -24),
            chargesRequested: addDays(signing, -22),
            chargesAnswered: addDays(signing, -12),
            arrearsCents: 0,
          }
        : undefined,
    title: {
      date: workingDay(title),
      number: groupless(random, "2"),
      minute: String(random.integer(2100, 9800)),
      priceCents: Math.round((price * 0.58) / 100_000) * 100_000,
    },
    registeredOwners: owners,
    hypothec:
      isSuccession || exempt
        ? undefined
        : {
            creditor,
            date: workingDay(addDays(title, 0)),
            number: groupless(random, "2"),
            cents: hypothecCents,
            payoffCents,
            perDiemCents: random.integer(1400, 3900),
            statementDate: addDays(signing, -9),
            validUntil: addDays(signing, 14),
          },
    oldHypothec: undefined,
    syndicateHypothec: undefined,
    price,
    deposit,
    downPayment: price - deposit - loanCents,
    loan: needsLoan
      ? {
          lender: draw.lender(),
          cents: loanCents,
          rate: `${random.integer(3, 5)},${random.pick(["24", "59", "74", "89", "94"])}`,
          years: random.pick([3, 5]),
          amortizationYears: 25,
          paymentCents: Math.round(loanCents * 0.00571) + random.integer(1, 90),
          offerDate: addDays(signing, -30),
          borrowers: isSale ? takers : givers,
        }
      : undefined,
    offer: {
      date: addDays(signing, -66),
      number: `${random.pick(["PA", "PAD"])}-${random.digits(5)}`,
      expiry: addDays(signing, -63),
      expiryTime: "21:00",
      accepted: addDays(signing, -64),
      acceptedTime: `1${random.integer(0, 9)}:${random.pick(["05", "20", "35", "50"])}`,
    },
    inspection: { deadline: inspectionDeadline, fulfilled: addDays(inspectionDeadline, -2) },
    financing: { deadline: addDays(signing, -40), fulfilled: addDays(signing, -43) },
    signing,
    occupation: addDays(signing, 2),
    survey: {
      fieldDate: addDays(addYears(signing, -3), -random.integer(10, 300)),
      date: addDays(addYears(signing, -3), random.integer(-8, 40)),
      minute: String(random.integer(1200, 16_400)),
      lots,
    },
    works: undefined,
    isNew: false,
    roll: { landCents: land, buildingCents: rollCents - land, factor: "1,00", factorThousandths: 1000 },
    municipalTax: { year, cents: municipalCents, paidCents: municipalCents, arrearsCents: 0, date: `${year}-01-28` },
    schoolTax: {
      from: `${schoolStart}-07-01`,
      to: `${schoolStart + 1}-06-30`,
      cents: schoolCents,
      arrearsCents: 0,
      date: `${schoolStart}-07-18`,
    },
    apportionments: {
      municipal: buyerShare(municipalCents, `${year}-01-01`, `${year}-12-31`, signing),
      school: buyerShare(schoolCents, `${schoolStart}-07-01`, `${schoolStart + 1}-06-30`, signing),
    },
    declared: {
      baseCents: price,
      dutiesCents: isSuccession || deed === "refinancement" ? 0 : transferDuties(price, town.name, signing),
      exemption: exempt ? "20 d)" : undefined,
      relation: takers[0]?.female === false ? "fils" : "fille",
    },
    insurance: {
      insurer: random.pick(pool.insurers),
      policy: `${random.digits(3)}-${random.digits(6)}`,
      from: signing,
      creditorNamed: true,
      cents: Math.round((price * 0.72) / 100_000) * 100_000,
    },
    funds: {
      receivedCents: isSale ? price + 4200_00 : loanCents,
      clearedCents: isSale ? price + 4200_00 : loanCents,
      requiredCents: isSale ? price + 3100_00 : payoffCents + 2875_00,
      publication: addDays(signing, 3),
      disbursed: addDays(signing, 4),
    },
    searches: { rdprm: addDays(signing, -8), bankruptcy: addDays(signing, -8) },
    succession,
    omit: new Set(),
  };
}

/** The buyer owns from the day of signing. */
function buyerShare(cents: number, from: string, to: string, signing: string): number {
  const days = daysBetween(from, to) + 1;
  return cents - Math.floor((cents * daysBetween(from, signing)) / days + 0.5);
}

/** A registration number: eight digits. */
function groupless(random: Random, first: string): string {
  return `${first}${random.integer(1, 9)}${random.digits(6)}`;
}

function createDraw(pool: Pool, random: Random) {
  const families = random.shuffle(pool.families);
  const women = random.shuffle(pool.women);
  const men = random.shuffle(pool.men);
  const next = (names: string[]): string => {
    const name = names.shift()!;
    names.push(name);
    return name;
  };
  const postal = (start: string): string => {
    const [first, second] = [random.pick(postalLetters), random.pick(postalLetters)];
    return `${start}${first} ${random.digits(1)}${second}${random.digits(1)}`;
  };
  const place = (town = random.pick(pool.towns)): Place => ({
    civic: String(random.integer(12, 9860)),
    street: random.pick(pool.streets),
    city: town.name,
    postalCode: postal(town.postal),
  });
  const phone = (): string => `${random.pick(["514", "418", "450", "819"])} 555-01${random.digits(2)}`;
  const pieces = (): IdentityPiece[] => [
    { kind: "permis", number: `${random.pick(postalLetters)}${random.digits(4)}-${random.digits(6)}-${random.digits(2)}`, expires: `2029-0${random.integer(1, 9)}-1${random.integer(0, 9)}` }, // prettier-ignore
    random.next() < 0.5
      ? { kind: "passeport", number: `${random.pick(["AB", "GK", "HN"])}${random.digits(6)}`, expires: `2031-0${random.integer(1, 9)}-2${random.integer(0, 8)}` } // prettier-ignore
      : { kind: "citoyennete", number: random.digits(8), expires: "" },
  ];
  const person = (home: Place, age: number, civilState: CivilState): Person => {
    const female = random.next() < 0.5;
    return {
      given: next(female ? women : men),
      family: next(families),
      female,
      birth: `${2026 - age - random.integer(0, 9)}-${random.pick(["02", "05", "08", "11"])}-${random.integer(10, 28)}`,
      birthPlace: random.pick(pool.towns).name,
      occupation: random.pick(pool.occupations),
      home,
      civilState,
      pieces: pieces(),
      taxResident: true,
      canadian: true,
      phone: phone(),
    };
  };
  const marry = (one: Person, other: Person, state: CivilState): void => {
    [one.civilState, other.civilState] = [state, state];
    [one.spouse, other.spouse] = [fullName(other), fullName(one)];
  };
  const couple = (count: 1 | 2, at: Place | undefined, age: number, isMarried = false): Person[] => {
    const home = at ?? place();
    const states: CivilState[] = isMarried ? ["marie"] : ["celibataire", "divorce", "marie", "union_civile"];
    const one = person(home, age, random.pick(states));
    if (count === 1) {
      if (one.civilState === "marie" || one.civilState === "union_civile")
        one.spouse = fullName(person(home, age, "marie"));
      return [one];
    }
    const other = person(home, age, "marie");
    marry(one, other, random.pick(["marie", "union_civile", "union_parentale"]));
    return [one, other];
  };
  const spouse = (of: Person): Person => {
    const [family] = of.spouse!.split(" ").slice(-1);
    const given = of.spouse!.slice(0, of.spouse!.length - family!.length - 1);
    const found = person(of.home, 40, of.civilState ?? "marie");
    // The spouse's family name may have two words.
    const name = splitName(pool, of.spouse!, { given, family: family! });
    return { ...found, ...name, female: pool.women.includes(name.given), spouse: fullName(of) };
  };
  const institution = (name: string): Institution => ({ name, place: place(), phone: phone() });
  return {
    place,
    couple,
    spouse,
    // Québec’s cadastre has no lot in 9 xxx xxx: no paper speaks of anyone’s land.
    lot: () => `9${random.integer(101, 988)}${random.digits(3)}`,
    lotPair: () => {
      const first = random.integer(9_101_102, 9_988_760);
      return [String(first), String(first + 1)];
    },
    lender: () => institution(random.pick(pool.lenders)),
    professional: (offices: readonly string[]): Professional => {
      const { given, family, female } = person(place(), 45, "celibataire");
      return { given, family, female, office: random.pick(offices), place: place(), phone: phone() };
    },
    succession: (signing: string, at: Place) => {
      const deceased = person(at, 74, random.pick(["veuf", "divorce"]));
      const death = addDays(signing, -260);
      const will = addYears(death, -random.integer(4, 16));
      const name = fullName(deceased);
      return {
        deceased,
        death,
        deathPlace: at.city,
        liquidator: person(place(), 45, "celibataire"),
        will: { date: will, form: "notarie" as const, minute: random.digits(4), witness: `${next(women)} ${next(families)}`, verified: false }, // prettier-ignore
        searches: {
          cnq: { date: addDays(death, 24), will, name },
          barreau: { date: addDays(death, 26), will, name },
        },
        designationNumber: `${death.slice(2, 4)}-0${random.digits(6)}-0001`,
        designationDate: addDays(death, 70),
        inventoryDate: addDays(death, 120),
        closureNumber: `${death.slice(2, 4)}-0${random.digits(6)}-0002`,
        closureDate: addDays(death, 130),
        newspaper: random.pick(["Le Courrier du Fleuve", "L’Écho des Rivières"]),
      };
    },
  };
}

function splitName(pool: Pool, name: string, otherwise: { given: string; family: string }) {
  const family = pool.families.find((family) => name.endsWith(` ${family}`));
  return family === undefined ? otherwise : { given: name.slice(0, -family.length - 1), family };
}
