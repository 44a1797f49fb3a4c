import { readFile } from "node:fs/promises";

import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startRunOffice } from "./run-office.ts";
import { startServer } from "./start-server.ts";

async function tile(page: Page, name: string): Promise<string> {
  return (await page.locator("dl > *", { has: page.getByText(name, { exact: true }) }).textContent()) ?? "";
}

function names(page: Page): Promise<string[]> {
  return page.getByRole("region", { name: "By workflow" }).locator("tbody th").allTextContents();
}

describe("statistics", () => {
  test("count the runs of a time, of all workflows or some, in the address", async () => {
    const page = await openStudio({ address: "statistics?range=90d" });
    await page.locator(".recharts-surface").first().waitFor();
    const stats = (await (await fetch(`${inject("server")}/runs/stats`)).json()) as { total: { executions: number } };
    expect(await tile(page, "Executions")).toContain(stats.total.executions.toLocaleString("en"));
    expect(await tile(page, "Success rate")).toMatch(/9\d(\.\d)?%/);
    for (const name of ["Median duration", "95th percentile"]) expect(await tile(page, name)).toMatch(/\d (ms|s)$/);
    expect(await tile(page, "Tokens")).toMatch(/M in, /);
    expect(await tile(page, "Cost")).toMatch(/CA\$/);
    await page.getByRole("combobox", { name: "Workflows" }).fill("clot");
    await page.getByRole("option", { name: "cloture" }).click();
    await page.getByRole("combobox", { name: "Workflows" }).fill("courr");
    await page.getByRole("option", { name: "courrier_client" }).click();
    await page.waitForURL(/workflow=cloture&workflow=courrier_client$/);
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "By workflow" }).getByText("analyse_dossier").waitFor({ state: "hidden" });
    expect((await names(page)).toSorted()).toEqual(["cloture", "courrier_client"]);
    await page.getByText("24 h", { exact: true }).click();
    await page.waitForURL(/range=24h&/);
    await page.goBack();
    await page.waitForURL(/range=90d&/);
  });

  test("are sorted by any column, and lead to the runs that were counted", async () => {
    const page = await openStudio({ address: "statistics?range=30d" });
    const table = page.getByRole("region", { name: "By workflow" });
    await table.waitFor();
    expect((await names(page))[0]).toBe("analyse_dossier");
    await table.getByRole("button", { name: "95th percentile" }).click();
    expect((await names(page))[0]).toBe("import_registre");
    expect(await table.getByRole("columnheader", { name: "95th percentile" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    await table.getByRole("button", { name: "Workflow" }).click();
    expect((await names(page))[0]).toBe("accueil");
    // Of some no run has ended: nothing to sort by stands last, both ways.
    for (let click = 0; click < 2; click += 1) {
      await table.getByRole("button", { name: "Median duration" }).click();
      const medians = await table.evaluate((region) => {
        const column = [...region.querySelectorAll("thead th")].findIndex(({ textContent }) =>
          textContent?.startsWith("Median duration"),
        );
        return [...region.querySelectorAll("tbody tr")].map((row) => row.children[column]?.textContent);
      });
      expect([medians[0] === "–", medians.at(-1)]).toEqual([false, "–"]);
    }
    const errors = table.getByRole("link", { name: /errors of cloture: show them/ });
    const count = (await errors.textContent()) ?? "";
    await errors.click();
    await page.waitForURL(/runs\?workflow=cloture&status=error&range=30d$/);
    await page.getByText(`${count} runs`, { exact: true }).waitFor();
  });

  test("have each chart's numbers as a table", async () => {
    const page = await openStudio({ address: "statistics?range=30d&workflow=cloture" });
    const card = page.getByRole("region", { name: "Executions over time" });
    await card.locator(".recharts-surface").first().waitFor();
    const total = Number((await tile(page, "Executions")).replaceAll(/\D/g, ""));
    await card.getByRole("img", { name: "Table" }).click();
    const rows = card.locator("tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThanOrEqual(30);
    const counts = await rows.evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll("td")].reduce((sum, cell) => sum + Number(cell.textContent?.replaceAll(",", "")), 0),
      ),
    );
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(total);
    await checkAccessibility(page);
  });

  test("are given as files", async () => {
    const page = await openStudio({ address: "statistics?range=30d" });
    await page.getByRole("button", { name: "CSV" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "By workflow" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("minutier-workflows.csv");
    const [header = "", ...lines] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    expect(header).toMatch(/^\uFEFF?workflow_name,executions,successes,errors,/);
    expect(lines.map((line) => line.split(",")[0]).toSorted()).toContain("analyse_dossier");
    expect(new Set(lines.map((line) => line.split(",").length))).toEqual(new Set([header.split(",").length]));
  });

  test("are of days that somebody chooses", async () => {
    const page = await openStudio({ address: "statistics" });
    await page.getByText("From … to …", { exact: true }).click();
    await page.getByLabel("From", { exact: true }).fill("2020-01-01");
    await page.getByLabel("To (included)").fill("2020-01-31");
    await page.waitForURL(/range=custom&from=2020-01-01&to=2020-01-31$/);
    await page.getByText("No run in this time").waitFor();
    await checkAccessibility(page);
    await page.getByRole("button", { name: "All workflows, 90 days" }).click();
    await page.getByRole("region", { name: "By workflow" }).getByText("cloture").waitFor();
    await page.waitForURL(/range=90d$/);
  });

  test("name the models whose price is not known, and tell no cost then", async () => {
    const office = await startRunOffice();
    const page = await openStudio({ server: office.url, address: "statistics" });
    await page.getByText("These models have no price, so that the cost is not told: grand.").waitFor();
    expect(await page.locator("dl").getByText("Cost").count()).toBe(0);
    await page.goto("about:blank");
    await office.close();
  });

  test("are accessible, light and dark, in French", async () => {
    const page = await openStudio({ address: "statistics?range=7d", locale: "fr-CA" });
    await page.getByRole("heading", { name: "Statistiques" }).waitFor();
    await page.locator(".recharts-surface").first().waitFor();
    expect(await tile(page, "Taux de réussite")).toMatch(/9\d(,\d)?\s%/);
    await checkAccessibility(page);
  });

  test("are read on a telephone", async () => {
    const page = await openStudio({ address: "statistics?range=7d", ...narrow });
    await page.locator(".recharts-surface").first().waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
  });

  test("say what to do when nothing ran, and when the server refuses", async () => {
    const server = await startServer();
    const page = await openStudio({ server, address: "statistics" });
    await page.getByText("No run in this time").waitFor();
    await checkAccessibility(page);
    const closed = await startServer({ auth: () => ({ userId: "user:ana", scopes: ["run"] }) });
    const refused = await openStudio({ server: closed, address: "statistics", allowed: [/403/] });
    await refused.getByRole("alert").getByText("The statistics could not be read").waitFor();
    await refused.getByRole("button", { name: "Try again" }).click();
    await refused.getByRole("alert").getByText(/scope/).waitFor();
  });
});
