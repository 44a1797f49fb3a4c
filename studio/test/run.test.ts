import { RecordId } from "minutier";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio, type OpenOptions } from "./browser.ts";
import { type RunOffice, startRunOffice } from "./run-office.ts";

let office: RunOffice;

beforeAll(async () => {
  office = await startRunOffice();
});

afterAll(() => office.close());

function openRun(id: string, options: OpenOptions = {}): Promise<Page> {
  return openStudio({ server: office.url, address: `runs/${id}`, ...options });
}

function row(page: Page, name: string | RegExp): ReturnType<Page["getByRole"]> {
  return page.getByRole("treegrid", { name: /Timeline/ }).getByRole("row", { name });
}

async function startSlowRun(): Promise<string> {
  const response = await fetch(`${office.url}/workflows/lent/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "go", stream: false, background: true }),
  });
  return ((await response.json()) as { run_id: string }).run_id;
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

describe("a run", () => {
  test("is told by its facts, and leads to what it is part of", async () => {
    const page = await openRun(office.whole);
    await page.getByRole("heading", { name: "Run: dossier" }).waitFor();
    expect(await page.title()).toBe("Run: dossier · Minutier");
    expect(await page.locator("main .run-status").textContent()).toBe("Success");
    const facts = page.locator("dl").first();
    for (const text of ["user:notaire1", "15(10 in, 5 out)", "CA$0.000035"])
      expect(await facts.textContent()).toContain(text);
    expect(await page.getByRole("link", { name: "bureau-7" }).getAttribute("href")).toMatch(
      /\/sessions\/workflow\/dossier\/bureau-7$/,
    );
    await page.getByRole("link", { name: "dossier_id dossier:7" }).click();
    await page.waitForURL(/\/runs\?metadata\.dossier_id=dossier%3A7$/);
    await page.getByText(/^\d+ runs$/).waitFor();
  });

  test("shows its steps by their place: branches, choices, items, iterations, attempts and nested runs", async () => {
    const page = await openRun(office.whole);
    await row(page, /^lire function/).waitFor();
    const rows = await page
      .locator("[role=treegrid] [data-id]")
      .evaluateAll((elements) =>
        elements.map((element) => [element.getAttribute("data-id"), element.getAttribute("aria-level")]),
      );
    expect(rows.slice(0, 16)).toEqual([
      ["lire", "1"],
      ["analyser", "1"],
      ["analyser/parties", "2"],
      ["analyser/calculs", "2"],
      ["analyser/calculs/somme", "3"],
      ["analyser/calculs/taxes", "3"],
      ["choisir", "1"],
      ["choisir/vente/acte", "2"],
      ["pages", "1"],
      ["pages[0]", "2"],
      ["pages[0]/ocr", "3"],
      ["pages[0]/ranger", "3"],
      ["pages[1]", "2"],
      ["pages[1]/ocr", "3"],
      ["pages[1]/ranger", "3"],
      ["pages[2]", "2"],
    ]);
    expect(await row(page, /^taxes/).textContent()).toContain("Attempt 2");
    expect(await row(page, /^choisir/).textContent()).toContain("vente");
    expect(await row(page, /^pages/).textContent()).toContain("3 items");
    // Its duration and beginning are texts, for those who do not see the bars.
    expect(await row(page, /^lire/).textContent()).toMatch(/function, Successstarts after \d+ ms\d+ ms/);
    expect(await page.getByText("21 steps", { exact: true }).count()).toBe(1);
  });

  test("shows a step's detail, at an address of its own, with the way to its conversation and its nested run", async () => {
    const page = await openRun(office.whole);
    await row(page, /^parties/).click();
    await page.waitForURL(/\?step=analyser%2Fparties$/);
    const detail = page.getByRole("region", { name: "Detail" });
    await detail.getByRole("heading", { name: "parties" }).waitFor();
    expect(await detail.getByText("Le titre est clair.").count()).toBe(1);
    expect(await detail.getByRole("link", { name: "clerc" }).getAttribute("href")).toMatch(
      /\/sessions\/agent\/clerc\/.+\?run=.+$/,
    );
    await page.goto(`${office.url}/studio/runs/${office.whole}?step=verifier%2Fconclure`);
    await detail.getByRole("heading", { name: "conclure" }).waitFor();
    expect(
      await row(page, /^conclure/)
        .first()
        .getAttribute("aria-selected"),
    ).toBe("true");
    expect(
      await row(page, /^conclure/)
        .first()
        .getAttribute("aria-level"),
    ).toBe("2");
    await row(page, /^verifier/).click();
    await detail.getByText("Nested run", { exact: true }).waitFor();
    await detail.getByRole("link", { name: /^…/ }).click();
    await page.getByRole("heading", { name: "Run: titres" }).waitFor();
    expect(await page.locator("dl").first().textContent()).toContain("Part of");
  });

  test("shows values as trees: long texts folded, files short, each with its path to copy", async () => {
    const page = await openRun(office.whole, {
      permissions: ["clipboard-read", "clipboard-write"],
      address: `runs/${office.whole}?step=lire`,
    });
    const tree = page.getByRole("tree", { name: "Output" });
    await tree.waitFor();
    const text = tree.getByRole("treeitem", { name: /^texte/ });
    expect(await text.textContent()).toMatch(/…\s*\(1,720 characters\)$/);
    expect(await tree.getByRole("treeitem", { name: /^scan/ }).textContent()).toContain("(file, 3 kB)");
    await text.click();
    await tree.getByText(/Le notaire soussigné.*ce qui suit\. $/).waitFor();
    await page.getByRole("button", { name: "Copy the path" }).last().click();
    expect(await clipboard(page)).toBe("texte");
    await page.getByRole("button", { name: "Copy the value" }).click();
    expect((await clipboard(page)).length).toBe(1720);
    await page.getByRole("button", { name: "Copy as JSON: Output" }).click();
    expect(JSON.parse(await clipboard(page))).toMatchObject({ dossier: "dossier:7" });
  });

  test("gives the SurrealQL that shows its row and its steps", async () => {
    const page = await openRun(office.whole, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy the SurrealQL" }).click();
    const surql = await clipboard(page);
    const [rows, steps] = await office.db.query<[unknown[], unknown[]]>(surql);
    expect(rows).toMatchObject([{ workflow_name: "dossier", status: "success" }]);
    expect(steps).toHaveLength(19);
    // The query screen takes it too.
    expect(await office.db.queryRecord(surql, {})).toHaveLength(2);
  });

  test("is gone through by the keyboard alone", async () => {
    const page = await openRun(office.whole);
    await row(page, /^lire/).focus();
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute("data-id") ?? null);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("analyser");
    await page.keyboard.press("ArrowLeft");
    expect(await row(page, /^analyser/).getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("choisir");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("analyser/parties");
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe("analyser");
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-id") === "conclure");
    await page.keyboard.press("Enter");
    await page.waitForURL(/step=conclure$/);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-id") === "lire");
  });

  test("says why it failed, at which step, and what to do", async () => {
    const page = await openRun(office.nestedFailure);
    const alert = page.getByRole("alert");
    await alert.getByText("The run failed at the step controler").waitFor();
    expect(await alert.textContent()).toContain("Le prix de vente ne se lit pas à la page 3.");
    expect(await alert.textContent()).toContain("step_failed");
    await alert.getByRole("button", { name: "Show the step" }).click();
    // The step inside the nested run, not the one that it is.
    await page.getByRole("region", { name: "Detail" }).getByRole("heading", { name: "calculer" }).waitFor();
    await checkAccessibility(page);
  });

  test("says whom it waits for, and who answered, when and why", async () => {
    const page = await openRun(office.waiting);
    await page.getByText("Valider la liste avant la signature").waitFor();
    expect(await page.getByText("Asked: user:notaire1", { exact: false }).count()).toBe(1);
    expect(await row(page, /^valider/).textContent()).toContain("Waiting");
    await checkAccessibility(page);
    expect(await page.getByRole("link", { name: "Answer in Waiting" }).getAttribute("href")).toMatch(
      /\/waiting\?open=.+%2Fvalider%2F\d+$/,
    );
    await page.goto(`${office.url}/studio/runs/${office.answered}?step=valider`);
    const detail = page.getByRole("region", { name: "Detail" });
    await detail.getByText(/^Approved by user:notaire1, /).waitFor();
    expect(await detail.getByText("Note: Vérifié au registre.").count()).toBe(1);
  });

  test("gives a wait of days little room beside the work of moments", async () => {
    const page = await openRun(office.answered);
    await row(page, /^signer/).waitFor();
    expect(await row(page, /^valider/).textContent()).toContain("3 d 0 h");
    const widthOf = async (name: string): Promise<number> =>
      (
        await row(page, new RegExp(`^${name}`))
          .locator("[data-status]")
          .nth(1)
          .boundingBox()
      )?.width ?? 0;
    expect(await widthOf("preparer")).toBeGreaterThan(12);
    expect(await widthOf("valider")).toBeGreaterThan(12);
  });

  test("whose process died can be resumed", async ({ skip }) => {
    const stale = await fetch(`${office.url}/runs/stale`);
    skip(stale.status === 404, "This server has no route for runs whose process died.");
    const runId = await startSlowRun();
    const [silent, other] = [office.silent, runId].map((id) => new RecordId("workflow_runs", id));
    // As if a process had started it with the same definition.
    await office.db.query("UPDATE $silent SET definition = $other.definition", { silent, other });
    await fetch(`${office.url}/runs/${runId}/cancel`, { method: "POST" });
    const page = await openRun(office.silent);
    await page.getByText("The process that worked on this run has stopped").waitFor();
    await checkAccessibility(page);
    await page.getByRole("button", { name: "Resume the run" }).click();
    await row(page, /^partie1 function, Running/).waitFor();
    await page.getByText("The process that worked on this run has stopped").waitFor({ state: "hidden" });
    expect(await page.locator("dl").first().textContent()).toContain("Resumed1 time");
    await fetch(`${office.url}/runs/${office.silent}/cancel`, { method: "POST" });
    await page.getByRole("alert").waitFor();
  });

  test("grows while it is under way, and can be ended by somebody who said so twice", async () => {
    const page = await openRun(await startSlowRun());
    await row(page, /^partie1 function, Running/).waitFor();
    const shown = (await row(page, /^partie1/).textContent()) ?? "";
    await page.waitForFunction(
      (before) => !document.querySelector('[data-id="partie1"]')?.textContent?.includes(before),
      /after .*$/.exec(shown)?.[0] ?? "",
    );
    office.endSteps();
    await row(page, /^partie1 function, Success/).waitFor();
    await row(page, /^partie2 function, Running/).waitFor();
    await page.getByRole("button", { name: "Cancel the run" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel this run?" });
    await dialog.getByRole("button", { name: "Let it run" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await dialog.getByRole("button", { name: "Cancel the run" }).click();
    await page
      .getByRole("alert")
      .getByText(/^The run was cancelled/)
      .waitFor();
    expect(await page.locator("main .run-status").textContent()).toBe("Error");
    expect(await page.getByRole("button", { name: "Cancel the run" }).count()).toBe(0);
  });

  test("with a thousand steps stays quick, and shows the step that its address names", async () => {
    const page = await openRun(office.thousand);
    await row(page, /^pages/).waitFor();
    expect(await page.locator("[role=treegrid] [data-id]").count()).toBe(1);
    const started = Date.now();
    await row(page, /^pages/).focus();
    await page.keyboard.press("ArrowRight");
    await row(page, /^Iteration 1 /).waitFor();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-id") === "pages[499]");
    console.log(`the last of 500 iterations after ${Date.now() - started} ms`);
    expect(await page.locator("[role=treegrid] [data-id]").count()).toBeLessThan(60);
    await page.goto(`${office.url}/studio/runs/${office.thousand}?step=${encodeURIComponent("pages[321]/ranger")}`);
    await page.getByRole("region", { name: "Detail" }).getByText("page 321").waitFor();
    await page.locator('[data-id="pages[321]/ranger"]').waitFor();
    expect(await page.locator('[data-id="pages[321]/ranger"]').getAttribute("aria-selected")).toBe("true");
  });

  test("is accessible in French, light and dark, and says it in French", async () => {
    const page = await openRun(office.whole, { locale: "fr-CA" });
    await page.getByRole("heading", { name: "Exécution : dossier" }).waitFor();
    await page.getByText("Déroulement").waitFor();
    expect(await page.locator("dl").first().textContent()).toContain("0,000035\u00A0$CA");
    await checkAccessibility(page);
    await page.getByRole("treegrid").getByRole("row", { name: /^lire/ }).click();
    await page.getByText(/1\s720 caractères/).waitFor();
    await checkAccessibility(page);
  });

  test("is read on a telephone", async () => {
    const page = await openRun(office.whole, narrow);
    await row(page, /^lire/).waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
    await row(page, /^lire/).click();
    await page.getByRole("heading", { name: "lire" }).waitFor();
    await checkWidth(page);
  });

  test("that is not there is said, with the way back", async () => {
    const page = await openRun("01NOTTHERE0000000000000000", { allowed: [/404/] });
    await page.getByRole("alert").getByText("There is no such run").waitFor();
    await page.getByRole("link", { name: "All runs" }).click();
    await page.waitForURL(/\/studio\/runs$/);
  });
});
