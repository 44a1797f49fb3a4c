import { describe, expect, it } from "vitest";
import type { AmountFact, DateFact } from "../src/facts.ts";
import {
  amount,
  date,
  deed,
  document,
  dossierWith,
  hidden,
  items,
  page,
  promise,
  scan,
  statuses,
  title,
  unreadable,
  withFacts,
  withScannedPage,
} from "./rules-fixture.ts";

const NB = "\u00A0";
const promiseWith = (dates: DateFact[]) => document("promesse.pdf", "promesse_achat", page({ dates }));
const dossierWithDates = (...dates: DateFact[]) => dossierWith({ "promesse.pdf": promiseWith(dates) });

describe("V01, no accepted promise to purchase", () => {
  it("is missing when every document was read", () => {
    expect(items("V01", dossierWith({ "promesse.pdf": null }))).toEqual([
      {
        rule: "V01",
        status: "manquant",
        severity: "haute",
        message: "Promesse d'achat acceptée absente.",
        evidence: [],
      },
    ]);
    expect(statuses("V01", [])).toEqual(["manquant"]);
  });

  it("is missing when the promise has no acceptance", () => {
    expect(items("V01", dossierWithDates(date("offre", "2026-10-01")))).toMatchObject([
      { status: "manquant", message: "Promesse d'achat au dossier, mais sans acceptation." },
    ]);
  });

  it("names the files that were read and not recognised", () => {
    const unknown = document("divers.pdf", "inconnu", page());
    expect(items("V01", dossierWith({ "promesse.pdf": null, "divers.pdf": unknown }))[0]?.message).toBe(
      "Promesse d'achat acceptée absente. Documents non reconnus : divers.pdf.",
    );
  });

  it("quotes the acceptance", () => {
    expect(items("V01", dossierWith({}))).toMatchObject([
      {
        status: "conforme",
        evidence: [{ document: "promesse.pdf", page: 2, quotation: "acceptation le 2026-10-04 à 10:30" }],
      },
    ]);
  });

  it.each([
    ["a scanned promise", dossierWith({ "promesse.pdf": scan("promesse.pdf", "promesse_achat") })],
    ["a page of the promise without text", dossierWith({ "promesse.pdf": withScannedPage(promiseWith([])) })],
    ["hidden text", dossierWith({ "promesse.pdf": hidden(promise) })],
    ["a corrupt file", dossierWith({ "promesse.pdf": unreadable("promesse.pdf") })],
    ["a scan of another document", dossierWith({ "promesse.pdf": null, "titre.pdf": withScannedPage(title) })],
    ["an ambiguous date", dossierWithDates(date("acceptation", undefined))],
    ["a date that does not exist", dossierWithDates(date("acceptation", "2026-02-31"))],
  ])("is to be verified, never missing nor in order, with %s", (_, documents) => {
    expect(statuses("V01", documents)).toEqual(["a_verifier"]);
  });
});

describe("V02, accepted after the expiry", () => {
  it("alerts, and quotes both dates", () => {
    expect(
      items("V02", dossierWithDates(date("expiration", "2026-10-05", "17:00"), date("acceptation", "2026-10-06"))),
    ).toEqual([
      {
        rule: "V02",
        status: "alerte",
        severity: "haute",
        message: "Acceptation (6 octobre 2026) postérieure à l'expiration de l'offre (5 octobre 2026 à 17 h).",
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "acceptation le 2026-10-06" },
          { document: "promesse.pdf", page: 1, quotation: "expiration le 2026-10-05 à 17:00" },
        ],
      },
    ]);
  });

  it.each([
    ["17:00", "17:01", "alerte"],
    ["17:00", "17:00", "conforme"],
    ["17:00", undefined, "a_verifier"],
    [undefined, "23:59", "conforme"],
    [undefined, undefined, "conforme"],
  ])("on the last day, offer until %s, accepted at %s: %s", (expiry, acceptance, status) => {
    expect(
      statuses(
        "V02",
        dossierWithDates(date("expiration", "2026-10-05", expiry), date("acceptation", "2026-10-05", acceptance)),
      ),
    ).toEqual([status]);
  });

  it("the same date with and without its hour is one date", () => {
    const dates = [
      date("expiration", "2026-10-05"),
      date("expiration", "2026-10-05", "17:00"),
      date("acceptation", "2026-10-05", "18:00"),
    ];
    expect(statuses("V02", dossierWithDates(...dates))).toEqual(["alerte"]);
  });

  it("a counter-offer with its own expiry is for a person to sort out", () => {
    const dates = [
      date("expiration", "2026-10-05"),
      date("expiration", "2026-10-09"),
      date("acceptation", "2026-10-08"),
    ];
    expect(items("V02", dossierWithDates(...dates))).toMatchObject([
      { status: "a_verifier", message: expect.stringContaining("plusieurs dates") },
    ]);
  });

  it("an acceptance in a file of its own answers the offer", () => {
    const offer = document("offre.pdf", "promesse_achat", page({ dates: [date("expiration", "2026-10-05")] }));
    const answer = document("reponse.pdf", "promesse_achat", page({ dates: [date("acceptation", "2026-10-07")] }));
    expect(statuses("V02", [offer, answer])).toEqual(["alerte"]);
  });

  it("is to be verified when a date is ambiguous, unread or hidden", () => {
    expect(statuses("V02", dossierWithDates(date("expiration", undefined), date("acceptation", "2026-10-04")))).toEqual(
      ["a_verifier"],
    );
    expect(
      statuses(
        "V02",
        dossierWith({ "promesse.pdf": withScannedPage(promiseWith([date("acceptation", "2026-10-04")])) }),
      ),
    ).toEqual(["a_verifier"]);
    expect(statuses("V02", dossierWith({ "promesse.pdf": hidden(promise) }))).toEqual(["a_verifier"]);
    expect(statuses("V02", [unreadable("x.pdf")])).toEqual(["a_verifier"]);
  });

  it("does not apply without an expiry", () => {
    expect(statuses("V02", dossierWithDates(date("acceptation", "2026-10-04")))).toEqual(["non_applicable"]);
  });
});

const financing = (...amounts: AmountFact[]) => dossierWith({ "promesse.pdf": withFacts(promise, { amounts }) });

describe("V05, the financing does not make the price", () => {
  it("alerts, and quotes the price and each part", () => {
    const documents = financing(
      amount(485_000, "prix"),
      amount(10_000, "acompte"),
      amount(87_000, "mise_de_fonds"),
      amount(380_000, "pret"),
    );
    expect(items("V05", documents)).toEqual([
      {
        rule: "V05",
        status: "alerte",
        severity: "haute",
        message: `Financement : acompte 10${NB}000,00${NB}$ + mise de fonds 87${NB}000,00${NB}$ + prêt 380${NB}000,00${NB}$ = 477${NB}000,00${NB}$ ≠ prix 485${NB}000,00${NB}$ (écart 8${NB}000,00${NB}$).`,
        evidence: ["prix de 485000 $", "acompte de 10000 $", "mise_de_fonds de 87000 $", "pret de 380000 $"].map(
          (quotation) => ({ document: "promesse.pdf", page: 1, quotation }),
        ),
      },
    ]);
  });

  it.each([
    [485_000.01, "conforme"],
    [484_999.99, "conforme"],
    [485_000.02, "alerte"],
  ])("a cent is tolerated, two are not: parts of %d $ for 485 000 $ are %s", (sum, status) => {
    expect(
      statuses("V05", financing(amount(485_000, "prix"), amount(10_000, "acompte"), amount(sum - 10_000, "pret"))),
    ).toEqual([status]);
  });

  it("an amount said twice is one payment, and two equal deposits are two", () => {
    expect(
      statuses("V05", financing(amount(100, "prix"), amount(20, "acompte"), amount(20, "acompte"), amount(80, "pret"))),
    ).toEqual(["conforme"]);
    expect(
      statuses("V05", financing(amount(100, "prix"), amount(20, "acompte"), amount(20, "acompte"), amount(60, "pret"))),
    ).toEqual(["conforme"]);
  });

  it("a balance that restates the down payment and the loan is not counted twice", () => {
    expect(
      statuses(
        "V05",
        financing(
          amount(100, "prix"),
          amount(10, "acompte"),
          amount(15, "mise_de_fonds"),
          amount(75, "pret"),
          amount(90, "solde"),
        ),
      ),
    ).toEqual(["conforme"]);
  });

  it("is to be verified when a part may stand on an unread page, or only a deposit is given", () => {
    const [price, deposit] = [amount(485_000, "prix"), amount(10_000, "acompte")];
    const partial = withScannedPage(withFacts(promise, { amounts: [price, deposit, amount(1_000, "pret")] }));
    expect(statuses("V05", dossierWith({ "promesse.pdf": partial }))).toEqual(["a_verifier"]);
    expect(statuses("V05", financing(price, deposit))).toEqual(["a_verifier"]);
    expect(statuses("V05", dossierWith({ "promesse.pdf": scan("promesse.pdf", "promesse_achat") }))).toEqual([
      "a_verifier",
    ]);
    expect(statuses("V05", dossierWith({ "promesse.pdf": hidden(promise) }))).toEqual(["a_verifier"]);
  });

  it("too much alerts even with an unread page", () => {
    const partial = withScannedPage(
      withFacts(promise, { amounts: [amount(100, "prix"), amount(20, "acompte"), amount(90, "pret")] }),
    );
    expect(statuses("V05", dossierWith({ "promesse.pdf": partial }))).toEqual(["alerte"]);
  });

  it("does not apply without parts", () => {
    expect(statuses("V05", financing(amount(485_000, "prix")))).toEqual(["non_applicable"]);
    expect(statuses("V05", [])).toEqual(["non_applicable"]);
  });
});

describe("V06, the chronology", () => {
  it("alerts when the acceptance comes before the offer, and quotes both", () => {
    expect(items("V06", [promiseWith([date("offre", "2026-10-04"), date("acceptation", "2026-10-01")])])).toEqual([
      {
        rule: "V06",
        status: "alerte",
        severity: "moyenne",
        message: "Chronologie : offre (4 octobre 2026) après acceptation (1er octobre 2026).",
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "offre le 2026-10-04" },
          { document: "promesse.pdf", page: 1, quotation: "acceptation le 2026-10-01" },
        ],
      },
    ]);
  });

  it.each([
    [
      [date("acceptation", "2026-10-04"), date("condition", "2026-10-01")],
      "acceptation (4 octobre 2026) après échéance d'une condition (1er octobre 2026)",
    ],
    [
      [date("condition", "2026-12-20"), date("acte", "2026-12-15")],
      "échéance d'une condition (20 décembre 2026) après acte (15 décembre 2026)",
    ],
    [
      [date("acte", "2026-12-15"), date("occupation", "2026-12-14")],
      "acte (15 décembre 2026) après occupation (14 décembre 2026)",
    ],
    [
      [date("condition", "2026-12-16")],
      "échéance d'une condition (16 décembre 2026) après signature prévue au dossier (15 décembre 2026)",
    ],
    [
      [date("offre", "2026-10-04", "12:00"), date("acceptation", "2026-10-04", "09:00")],
      "offre (4 octobre 2026 à 12 h) après acceptation (4 octobre 2026 à 9 h)",
    ],
  ])("alerts on %#", (dates, message) => {
    expect(items("V06", [promiseWith(dates)]).map((item) => `${item.status} ${item.message}`)).toEqual([
      `alerte Chronologie : ${message}.`,
    ]);
  });

  it("two events of one day are in order", () => {
    const dates = (["offre", "acceptation", "condition", "acte", "occupation"] as const).map((label) =>
      date(label, "2026-12-15"),
    );
    expect(statuses("V06", [promiseWith(dates)])).toEqual(["conforme"]);
  });

  it.each([
    ["2026-12-12", "Chronologie : signature le samedi 12 décembre 2026 (fin de semaine)."],
    ["2026-12-13", "Chronologie : signature le dimanche 13 décembre 2026 (fin de semaine)."],
    ["2026-12-25", "Chronologie : signature le vendredi 25 décembre 2026 (jour férié : Noël)."],
  ])("alerts for a signing on %s, and quotes the draft deed", (signingDate, message) => {
    const dated = document("projet.docx", "projet_acte", page({ dates: [date("acte", signingDate)] }));
    expect(items("V06", [dated], { signingDate })).toMatchObject([
      {
        status: "alerte",
        message,
        evidence: [{ document: "projet.docx", page: 1, quotation: `acte le ${signingDate}` }],
      },
    ]);
    expect(statuses("V06", [], { signingDate })).toEqual(["alerte"]);
  });

  it("alerts for a planned signing on a Saturday that only the promise dates", () => {
    expect(items("V06", [promiseWith([date("acte", "2026-12-12")])], { signingDate: "2026-12-12" })).toMatchObject([
      { status: "alerte", evidence: [{ document: "promesse.pdf", page: 1, quotation: "acte le 2026-12-12" }] },
    ]);
  });

  it("« no later than » a Sunday is not a signing on a Sunday", () => {
    expect(statuses("V06", [promiseWith([date("acte", "2026-12-20")])])).toEqual(["conforme"]);
  });

  it("the earlier deed that a draft cites is not this sale's", () => {
    const dates = [date("acte", "2012-06-01"), date("acte", "2026-12-15")];
    expect(statuses("V06", dossierWith({ "projet.docx": withFacts(deed, { dates }) }))).toEqual(["conforme"]);
  });

  it("is to be verified when a date is ambiguous, unread or hidden, or the planned date is not one", () => {
    expect(items("V06", [promiseWith([date("occupation", undefined)])])).toMatchObject([
      { status: "a_verifier", evidence: [{ quotation: "occupation le 05/06/2026" }] },
    ]);
    expect(statuses("V06", dossierWith({ "projet.docx": scan("projet.docx", "projet_acte") }))).toEqual(["a_verifier"]);
    expect(statuses("V06", dossierWith({ "projet.docx": hidden(deed) }))).toEqual(["a_verifier"]);
    expect(statuses("V06", dossierWith({}), { signingDate: "bientôt" })).toEqual(["a_verifier"]);
  });

  it("does not apply without a date", () => {
    expect(statuses("V06", [])).toEqual(["non_applicable"]);
  });
});
