import { readFile } from "node:fs/promises";

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";

function editor(page: Page): ReturnType<Page["locator"]> {
  return page.getByRole("textbox", { name: "SurrealQL" });
}

async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

describe("queries", () => {
  test("begin with the examples, which the server takes", async () => {
    const page = await openStudio({ address: "query", allowed: [/422/] });
    await page.getByText("Read-only", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Examples" }).click();
    const names = await page.getByRole("menuitem").allTextContents();
    expect(names).toHaveLength(5);
    await page.keyboard.press("Escape");
    for (const name of names) {
      await page.getByRole("button", { name: "Examples" }).click();
      await page.getByRole("menuitem", { name, exact: true }).click();
      const answered = page.waitForResponse((response) => response.url().endsWith("/query"));
      await page.getByRole("button", { name: "Run", exact: true }).click();
      const answer = await answered;
      // Sorting 100,000 runs takes the engine about as long as the server allows a statement.
      if (name === "The latest ten runs" && answer.status() === 422) {
        await page
          .getByRole("alert")
          .getByText(/exceeded the timeout/)
          .waitFor();
        continue;
      }
      expect([name, answer.status()]).toEqual([name, 200]);
      await page.getByText(/^[\d,]+ rows? · .* on the server$/).waitFor();
    }
  });

  test("run by Ctrl+Enter, and give a table in the order of the query, a tree and a file", async () => {
    const page = await openStudio({ address: "query" });
    await write(
      page,
      "SELECT status, workflow_name, id, metadata FROM workflow_runs WHERE workflow_name = 'cloture' LIMIT 150",
    );
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^150 rows/).waitFor();
    expect(await page.getByRole("columnheader").allTextContents()).toEqual([
      "id",
      "status",
      "workflow_name",
      "metadata",
    ]);
    expect(await page.locator("tbody tr").count()).toBe(100);
    await page.getByRole("navigation", { name: "Pages of the result" }).getByRole("button", { name: "2" }).click();
    expect(await page.locator("tbody tr").count()).toBe(50);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("minutier-1.csv");
    const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
    expect(lines[0]).toBe("\uFEFFid,status,workflow_name,metadata");
    expect(lines).toHaveLength(152);
    expect(lines[1]).toMatch(/^workflow_runs:[0-9A-Z]{26},\w+,cloture,"\{""dossier_id""/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy as JSON" }).click();
    await page.getByRole("status").getByText("Copied").waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as unknown[];
    expect(copied).toHaveLength(150);
    await page.getByText("Tree", { exact: true }).click();
    await page.getByRole("tree").waitFor();
    await page.getByText("Table", { exact: true }).click();
    await page
      .getByRole("link", { name: /^workflow_runs:/ })
      .first()
      .click();
    await page.waitForURL(/\/runs\/[0-9A-Z]{26}$/);
  });

  test("of several statements have a tab each", async () => {
    const page = await openStudio({ address: "query" });
    await write(
      page,
      "SELECT count() FROM workflow_runs GROUP ALL; SELECT * FROM agent_sessions WHERE session_id = 'none'",
    );
    await page.keyboard.press("Control+Enter");
    await page.getByRole("tab", { name: "Statement 1" }).waitFor();
    expect(await page.getByRole("tab").count()).toBe(2);
    await page.getByText(/^1 row · /).waitFor();
    await checkAccessibility(page);
    await page.getByRole("tab", { name: "Statement 2" }).click();
    await page.getByText("No row fits.").waitFor();
  });

  test("say what is wrong in the engine's words, at its place", async () => {
    const page = await openStudio({ address: "query", allowed: [/422/] });
    const marked = page.locator(".cm-lintRange-error");
    await write(page, "SELECT *\nFROM workflow_runs -- all of them\nWHERE status == == 'error'");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("alert").getByText("Unexpected token `==`", { exact: false }).waitFor();
    expect(await marked.textContent()).toBe("==");
    expect(await marked.evaluate((mark) => mark.previousSibling?.textContent)).toMatch(/== $/);
    await checkAccessibility(page);
    for (const [text, message, place] of [
      ["SELECT * FROM workflow_runs;\nDELETE workflow_runs", "Only SELECT is offered here.", undefined],
      ["SELECT * FROM user", "user is none of the record's tables", "user"],
      ["SELECT crypto::md5('a') FROM workflow_runs", "The function crypto::md5 is not offered here.", "crypto::md5"],
      ["SELECT * FROM workflow_runs LIMIT 3)", "The ) at character 36 closes nothing.", ")"],
    ] as const) {
      await write(page, text);
      await page.keyboard.press("Control+Enter");
      await page.getByRole("alert").getByText(message, { exact: false }).waitFor();
      if (place === undefined) expect(await marked.count()).toBe(0);
      else expect((await marked.allTextContents()).join("")).toBe(place);
    }
  });

  test("stay in this browser's history and in the address, until they are forgotten", async () => {
    const page = await openStudio({ address: "query" });
    await page.getByRole("button", { name: "History" }).click();
    await page.getByText("No query was run in this browser yet").waitFor();
    await page.keyboard.press("Escape");
    for (const limit of [1, 2]) {
      await write(page, `SELECT id FROM workflow_runs LIMIT ${limit}`);
      await page.keyboard.press("Control+Enter");
      await page.getByText(new RegExp(`^${limit} rows? · `)).waitFor();
    }
    const address = page.url();
    expect(address).toContain("LIMIT");
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("menuitem", { name: /LIMIT 1$/ }).click();
    expect(await editor(page).textContent()).toBe("SELECT id FROM workflow_runs LIMIT 1");
    await page.goto(address);
    // Who follows a link reads what it would run before it runs.
    await page.getByText("No query was run yet").waitFor();
    expect(await editor(page).textContent()).toBe("SELECT id FROM workflow_runs LIMIT 2");
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("menuitem", { name: "Forget them all" }).click();
    await page.getByRole("button", { name: "History" }).click();
    await page.getByText("No query was run in this browser yet").waitFor();
  });

  test("are written by the keyboard, which leaves the editor by Tab", async () => {
    const page = await openStudio({ address: "query" });
    await editor(page).waitFor();
    await page.keyboard.press("/");
    expect(await editor(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Run");
  });

  test("are accessible, light and dark, and fit a telephone", async () => {
    const page = await openStudio({ ...narrow, address: "query", locale: "fr-CA" });
    await page.getByRole("button", { name: "Exécuter" }).click();
    await page.getByText(/^10 lignes/).waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
  });

  test("are not there unless the operator offers them, and take an administrator's key", async () => {
    const closed = await openStudio({ server: await startServer(), address: "query" });
    await closed.getByText("Queries are not offered by this server").waitFor();
    expect(await closed.getByRole("navigation").getByRole("link", { name: "Query" }).count()).toBe(0);
    await checkAccessibility(closed);
    const server = await startServer({ query: true, auth: () => ({ userId: "user:ana", scopes: ["read"] }) });
    const reader = await openStudio({ server, address: "query" });
    await reader.getByText("they take a key with the scope “admin”", { exact: false }).waitFor();
  });
});
