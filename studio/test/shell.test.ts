import { serve } from "minutier/server";
import { openTestDatabase } from "minutier/testing";
import { expect, test } from "vitest";

import { checkAccessibility, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";

test("speaks the browser's language until another is chosen, and remembers it", async () => {
  const page = await openStudio({ locale: "fr-CA" });
  await page.getByRole("heading", { name: "Exécutions" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("fr");
  expect(await page.title()).toBe("Exécutions · Minutier");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  expect(await page.title()).toBe("Runs · Minutier");
  await page.reload();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
});

test("says its version and the database's", async () => {
  const page = await openStudio();
  const { engine_version: engine } = (await (await fetch(new URL("/info", page.url()))).json()) as Record<
    string,
    string
  >;
  const versions = page.getByRole("navigation").getByText(/Minutier \d+\.\d+\.\d+.*SurrealDB/);
  expect(await versions.textContent()).toContain(`SurrealDB ${engine}`);
  await checkAccessibility(page);
});

test("is light or dark as the system is, until one is chosen", async () => {
  const page = await openStudio({ colorScheme: "dark" });
  const scheme = page.locator("html");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  expect(await scheme.getAttribute("data-mantine-color-scheme")).toBe("dark");
  await page.getByRole("button", { name: "Colours" }).click();
  await page.getByRole("menuitem", { name: "Light" }).click();
  expect(await scheme.getAttribute("data-mantine-color-scheme")).toBe("light");
  await page.reload();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  expect(await scheme.getAttribute("data-mantine-color-scheme")).toBe("light");
});

test("asks for a key, says when it is refused, and keeps it out of the address", async () => {
  const server = await startServer({ auth: "a-key-of-24-characters-1" });
  const page = await openStudio({ server, allowed: [/401/] });
  const field = page.getByLabel("Key", { exact: true });
  await field.waitFor();
  await checkAccessibility(page);
  await field.fill("not the key at all");
  await page.getByRole("button", { name: "Open the studio" }).click();
  await page.getByText("The server refused this key.").waitFor();
  await field.fill("a-key-of-24-characters-1");
  await field.press("Enter");
  await page.getByText("No run yet").waitFor();
  expect(page.url()).not.toContain("key");
  await page.reload();
  await page.getByText("No run yet").waitFor();
  await page.getByRole("button", { name: "Forget the key" }).click();
  await field.waitFor();
});

test("says when the server is away, and goes on when it is back", async () => {
  const db = await openTestDatabase();
  const first = await serve({ db, port: 0 });
  const page = await openStudio({ server: first.url, allowed: [/ERR_/] });
  await page.getByText("No run yet").waitFor();
  await first.close({ graceMs: 0 });
  await page.getByText("The server can't be reached.", { exact: false }).waitFor();
  const second = await serve({ db, port: first.port });
  await page.getByText("The server can't be reached.", { exact: false }).waitFor({ state: "hidden" });
  await page.goto("about:blank");
  await second.close({ graceMs: 0 });
  await db.close();
});

test("says that an address leads nowhere", async () => {
  const page = await openStudio({ address: "nowhere/at/all" });
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  await page.getByRole("link", { name: "Go to the runs" }).click();
  await page.waitForURL(/\/studio\/runs$/);
});
