import { describe, expect, inject, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";

async function countRoutes(): Promise<number> {
  const document = (await (await fetch(`${inject("server")}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  return Object.values(document.paths).flatMap((operations) => Object.keys(operations)).length;
}

describe("the page of the API", () => {
  test("shows every route of the OpenAPI document, and what each takes", async () => {
    const count = await countRoutes();
    // Where other servers have theirs.
    const page = await openStudio({ address: "../docs" });
    await page.waitForURL(/\/studio\/api$/);
    await page.getByText(`${count} routes`).waitFor();
    expect(await page.locator(".api-path").count()).toBe(count);
    await page.getByRole("searchbox", { name: "Find a route" }).fill("approve post");
    await page.getByText("1 route", { exact: true }).waitFor();
    await page.getByRole("button", { name: /\/runs\/\{run_id\}\/approve/ }).click();
    await page.getByRole("cell", { name: "payload" }).waitFor();
    await page.getByText(`curl -X POST '${inject("server")}/runs/{run_id}/approve'`, { exact: false }).waitFor();
    await checkAccessibility(page);
    await page.reload();
    await page.getByRole("cell", { name: "payload" }).waitFor();
    await page.getByRole("searchbox", { name: "Find a route" }).fill("nothing like it");
    await page.getByText("No route fits").waitFor();
    await page.getByRole("button", { name: "Show all routes" }).click();
    await page.getByText(`${count} routes`).waitFor();
  });

  test("is used on a telephone, in French", async () => {
    const page = await openStudio({ ...narrow, address: "api", locale: "fr-CA" });
    await page.getByText(`${await countRoutes()} routes`).waitFor();
    await page.getByRole("button", { name: /\/runs\/stats/ }).click();
    await page.getByRole("cell", { name: "bucket" }).waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
  });
});
