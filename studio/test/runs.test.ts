import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";

function rows(page: Page): ReturnType<Page["locator"]> {
  return page.locator("tbody tr[data-index]");
}

async function startRun(metadata: Record<string, string>): Promise<string> {
  const response = await fetch(`${inject("server")}/workflows/accueil/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: { client: "Ana", dossier: "dossier:7" }, stream: false, metadata }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { run_id: string }).run_id;
}

describe("the list of runs", () => {
  test("shows the newest runs first, and how many there are", async () => {
    const newest = await startRun({ place: "first" });
    const page = await openStudio();
    await page.getByText(/100,0\d\d runs/).waitFor();
    expect(await page.title()).toBe("Runs · Minutier");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await rows(page).first().locator("[data-row-link]").getAttribute("href")).toMatch(new RegExp(`${newest}$`));
    expect(await rows(page).count()).toBeLessThan(40);
  });

  test("is narrowed by workflow, status, time and metadata, in the address", async () => {
    const page = await openStudio();
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "Error" }).click();
    await page.waitForURL(/status=error/);
    await page.getByRole("combobox", { name: "Workflow" }).fill("clot");
    await page.getByRole("option", { name: "cloture" }).click();
    await page.waitForURL(/workflow=cloture/);
    await page.getByText(/^[\d,]+ runs$/).waitFor();
    await page
      .getByRole("textbox", { name: "Time" })
      .or(page.getByRole("combobox", { name: "Time" }))
      .click();
    await page.getByRole("option", { name: "Last 7 days" }).click();
    await page.waitForURL(/range=7d/);
    await rows(page).first().locator("[data-row-link]").waitFor();
    expect(new Set(await rows(page).locator("[data-row-link]").allTextContents())).toEqual(new Set(["cloture"]));
    expect(new Set(await rows(page).locator(".run-status").allTextContents())).toEqual(new Set(["Error"]));
    const pair = rows(page)
      .first()
      .getByRole("button", { name: /dossier_id/ });
    const text = (await pair.textContent()) ?? "";
    await pair.click();
    await page.waitForURL(/metadata\.dossier_id=/);
    expect(await page.getByText(text.replace(" ", "=")).first().isVisible()).toBe(true);
    await page.goBack();
    await page.waitForURL((url) => !url.search.includes("metadata"));
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.waitForURL((url) => url.search === "");
  });

  test("opens as an address says, and says what is wrong with a pair", async () => {
    const page = await openStudio({ address: "runs?status=waiting&metadata.dossier_id=dossier:1003" });
    await page.getByText("1 run", { exact: true }).waitFor();
    expect(await rows(page).locator("[data-row-link]").allTextContents()).toEqual(["signature"]);
    const field = page.getByRole("combobox", { name: "Metadata" }).or(page.getByRole("textbox", { name: "Metadata" }));
    await field.fill("dossier");
    await field.press("Enter");
    await page.getByText("Write key=value", { exact: false }).waitFor();
  });

  test("is scrolled to its far end at once, with few rows in the page", async () => {
    const page = await openStudio();
    await page.getByText(/100,0\d\d runs/).waitFor();
    const started = Date.now();
    await page
      .getByRole("region", { name: "Runs" })
      .evaluate((region) => region.scrollTo({ top: region.scrollHeight }));
    const last = page.locator("tbody tr[data-index] time").last();
    await last.filter({ hasText: "30 days ago" }).waitFor();
    console.log(`the far end of 100,000 runs after ${Date.now() - started} ms`);
    expect(await rows(page).count()).toBeLessThan(40);
    await page
      .getByRole("region", { name: "Runs" })
      .evaluate((region) => region.scrollTo({ top: region.scrollHeight / 2 }));
    await page
      .locator("tbody tr[data-index] time")
      .first()
      .filter({ hasText: /1\d days ago/ })
      .waitFor();
  });

  test("shows a run that starts, and holds it back while somebody reads further down", async () => {
    const page = await openStudio({ address: "runs?metadata.live=yes" });
    await page.getByText("No run fits these filters").waitFor();
    await startRun({ live: "yes" });
    await page.getByText("1 run", { exact: true }).waitFor();
    expect(await rows(page).locator(".run-status").allTextContents()).toEqual(["Success"]);

    await page.goto(`${inject("server")}/studio/runs`);
    await page.getByText(/100,0\d\d runs/).waitFor();
    const region = page.getByRole("region", { name: "Runs" });
    await region.evaluate((element) => element.scrollTo({ top: 4400 }));
    await page.locator('tr[data-index="100"] [data-row-link]').waitFor();
    const id = await startRun({ live: "later" });
    const held = page.getByRole("button", { name: /new runs?$/ });
    await held.waitFor();
    expect(await region.evaluate((element) => element.scrollTop)).toBe(4400);
    await held.click();
    await page.locator(`a[href$="${id}"]`).waitFor();
    expect(await region.evaluate((element) => element.scrollTop)).toBe(0);
  });

  test("is used by the keyboard alone", async () => {
    const page = await openStudio();
    await page.getByText(/100,0\d\d runs/).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-shortcut-filter"))).toBe("true");
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "Runs" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.closest("tr")?.dataset["index"])).toBe("1");
    await page.keyboard.press("End");
    await page.waitForFunction(() => Number(document.activeElement?.closest("tr")?.dataset["index"]) > 99_990);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement?.closest("tr")?.dataset["index"] === "0");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/studio\/runs\/[0-9A-Z]{26}$/);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.waitForURL(/\/studio\/runs$/);
  });

  test("is accessible, light and dark", async () => {
    const page = await openStudio();
    await page.getByText(/100,0\d\d runs/).waitFor();
    await checkAccessibility(page);
  });

  test("is used on a telephone", async () => {
    const page = await openStudio(narrow);
    await page.getByText(/100,0\d\d runs/).waitFor();
    await checkWidth(page);
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "Error" }).click();
    await page.waitForURL(/status=error/);
    await checkWidth(page);
    await checkAccessibility(page);
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: /Statistics/ }).click();
    await page.waitForURL(/statistics$/);
    await checkWidth(page);
  });

  test("leads to a run and to statistics", async () => {
    const page = await openStudio({ address: "runs?status=waiting" });
    await page.locator("[data-row-link]").first().click();
    await page.getByRole("heading", { name: "Run: signature" }).waitFor();
    await page.getByText("The run waits for somebody").waitFor();
    await page.getByRole("link", { name: "Statistics" }).click();
    await page.getByRole("link", { name: "analyse_dossier", exact: true }).waitFor();
  });

  test("says how to make a first run when there is none", async () => {
    const server = await startServer();
    const page = await openStudio({ server });
    await page.getByText("No run yet").waitFor();
    expect(await page.getByText('import { step, SurrealDb, Workflow } from "minutier"').count()).toBe(1);
    await checkAccessibility(page);
  });

  test("says what the server refuses, and asks again", async () => {
    const page = await openStudio({ address: "runs?metadata.a-b=1", allowed: [/422/] });
    await page.getByRole("alert").getByText("A metadata key is made of letters, digits and underscores.").waitFor();
    await checkAccessibility(page);
  });
});
