import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";

async function post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${inject("server")}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Starts a run that asks, of a test's own, and gives its id. */
async function askIn(workflow: string, name: string, message: unknown = { points: 3 }): Promise<string> {
  const { status, body } = await post(`/workflows/${workflow}/runs`, {
    message,
    stream: false,
    metadata: { test: name },
  });
  expect([status, body["status"]]).toEqual([200, "PAUSED"]);
  return String(body["run_id"]);
}

async function runOf(id: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${inject("server")}/runs/${id}`)).json()) as Record<string, unknown>;
}

async function waitForEnd(id: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 200; tries += 1) {
    const run = await runOf(id);
    if (run["status"] !== "running") return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The run ${id} did not end.`);
}

/** What stands on the step that asked. */
async function answerOf(id: string): Promise<unknown> {
  const { steps } = (await runOf(id)) as { steps: { answer?: unknown }[] };
  return steps.find(({ answer }) => answer !== undefined)?.answer;
}

function cards(page: Page): ReturnType<Page["locator"]> {
  return page.locator("article");
}

async function openForm(page: Page): Promise<void> {
  await cards(page).first().getByRole("button", { name: "Answer" }).click();
  await page.getByLabel("Your name").waitFor();
  await page.getByLabel("Your name").fill("Ana Tremblay");
}

async function countInNavigation(page: Page): Promise<number> {
  const text = await page
    .getByRole("navigation")
    .getByRole("link", { name: /Waiting/ })
    .textContent();
  return Number(/\d+/.exec(text ?? "")?.[0] ?? 0);
}

describe("open questions", () => {
  test("stand with the nearest deadline first, an overdue one marked, and are narrowed in the address", async () => {
    const page = await openStudio({ address: "waiting" });
    await cards(page)
      .first()
      .getByText(/^Overdue by /)
      .waitFor();
    const second = cards(page).nth(1);
    expect(await second.getByRole("heading").textContent()).toContain("12 500");
    await second.getByText(/^Due in 1 h \d\d min$/).waitFor();
    await page.getByRole("combobox", { name: "First" }).click();
    await page.getByRole("option", { name: "Oldest" }).click();
    await page.waitForURL(/order=oldest/);
    await cards(page).first().getByText("envoyer_courriel", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Who is asked" }).click();
    await page.getByRole("option", { name: "user:adjointe" }).click();
    await page.waitForURL(/who=user%3Aadjointe/);
    await page.getByText("2 open questions").first().waitFor();
    await cards(page).first().getByRole("button", { name: "dossier_id dossier:2002" }).click();
    await page.waitForURL(/metadata\.dossier_id=dossier%3A2002/);
    await page.getByText("1 open question", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("1 open question", { exact: true }).waitFor();
    await cards(page).getByRole("link", { name: "paiement" }).click();
    await page.waitForURL(/\/runs\/[0-9A-Z]{26}$/);
  });

  test("are approved with a payload that fits its schema; the run goes on, and list and count follow", async () => {
    const run = await askIn("signature", "approved");
    const page = await openStudio({ address: "waiting?metadata.test=approved" });
    await openForm(page);
    const before = await countInNavigation(page);
    await page.waitForURL(/open=/);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    // Nothing is sent that the schema refuses.
    await page.locator('[aria-invalid="true"]').first().waitFor();
    expect((await runOf(run))["status"]).toBe("running");
    await page.getByRole("combobox", { name: "decision" }).click();
    await page.getByRole("option", { name: "signer" }).click();
    await page.getByRole("textbox", { name: "date" }).fill("2026-12-03");
    await page.getByLabel("Note").fill("Vu avec la cliente.");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    const notice = page.getByRole("status").filter({ hasText: "The run goes on." });
    await notice.waitFor();
    expect(await notice.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText("No open question fits these filters").waitFor();
    expect((await waitForEnd(run))["output"]).toEqual({ decision: "signer", date: "2026-12-03" });
    expect(await answerOf(run)).toMatchObject({ approved: true, by: "Ana Tremblay", note: "Vu avec la cliente." });
    await page.waitForFunction(
      (count) => Number(/\d+/.exec(document.querySelector('a[href$="/waiting"]')?.textContent ?? "")?.[0] ?? 0) < count,
      before,
    );
    await notice.getByRole("link", { name: "See the run" }).click();
    await page.waitForURL(new RegExp(`/runs/${run}$`));
  });

  test("are rejected with a note, by the keyboard alone, without a payload", async () => {
    const run = await askIn("signature", "rejected");
    const page = await openStudio({ address: "waiting?metadata.test=rejected" });
    await cards(page).first().getByRole("button", { name: "Answer" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.hasAttribute("data-answer-form"));
    await page.getByLabel("Your name").waitFor();
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        return element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
      });
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 30; presses += 1) {
        if (name.test(await focused())) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`Tab does not come to ${name}.`);
    };
    await tabTo(/^Note/);
    await page.keyboard.type("Le prix ne concorde pas.");
    await tabTo(/^Reject$/);
    await page.keyboard.press("Enter");
    await page.getByText("Write your name: it stands in the record.").waitFor();
    expect(await focused()).toContain("Your name");
    await page.keyboard.type("Luc Roy");
    await tabTo(/^Reject$/);
    await page.keyboard.press("Enter");
    await page.getByText("The run is told.", { exact: false }).waitFor();
    expect(await waitForEnd(run)).toMatchObject({
      status: "error",
      error_code: "rejected",
      error_message: expect.stringContaining("Le prix ne concorde pas."),
    });
    expect(await answerOf(run)).toMatchObject({ approved: false, by: "Luc Roy" });
  });

  test("show a tool's call with what it would be given, and let it through", async () => {
    const run = await askIn("envoi", "tool", "x");
    const page = await openStudio({ address: "waiting?metadata.test=tool" });
    await page.getByText("A tool call to allow").waitFor();
    await page.getByText("ana.tremblay@example.org", { exact: false }).waitFor();
    await openForm(page);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("The run goes on.", { exact: false }).waitFor();
    expect((await waitForEnd(run))["output"]).toBe("La lettre est partie.");
  });

  test("come and go as it happens, and say so to whoever had one open", async () => {
    const page = await openStudio({ address: "waiting?metadata.test=live" });
    await page.getByText("No open question fits these filters").waitFor();
    const run = await askIn("paiement", "live", { montant: "7" });
    await cards(page).first().waitFor();
    await openForm(page);
    expect((await post(`/runs/${run}/approve`, { by: "user:autre" })).status).toBe(200);
    const notice = page.getByRole("status").filter({ hasText: "Somebody else has answered" });
    await notice.waitFor();
    expect(await notice.textContent()).toContain("Libérer 7 $");
    await page.waitForURL((url) => !url.search.includes("open="));
    expect(await cards(page).count()).toBe(0);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    await notice.waitFor({ state: "hidden" });
  });

  test("say who was quicker when the answer comes too late, and are read anew", async () => {
    const run = await askIn("paiement", "late", { montant: "8" });
    const page = await openStudio({ address: "runs", allowed: [/ERR_FAILED/, /409/] });
    // Without this stream the page can't know.
    await page.route("**/runs/live", (route) => route.abort());
    await page.goto(`${inject("server")}/studio/waiting?metadata.test=late`);
    await openForm(page);
    expect((await post(`/runs/${run}/reject`, { by: "user:autre" })).status).toBe(200);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("was already refused by user:autre", { exact: false }).waitFor();
    await page.getByText("No open question fits these filters").waitFor();
  });

  test("are only read with a key that may not answer", async () => {
    const server = await startServer({ auth: () => ({ userId: "user:ana", scopes: ["read"] }) });
    const page = await openStudio({ server, address: "waiting" });
    await page.getByText("Your key may read these questions, not answer them", { exact: false }).waitFor();
    await page.getByText("Nobody is waited for").waitFor();
    await checkAccessibility(page);
  });

  test("are accessible, light and dark, with a form open", async () => {
    await askIn("signature", "axe");
    const page = await openStudio({ address: "waiting" });
    await cards(page).first().waitFor();
    await checkAccessibility(page);
    await page.goto(`${inject("server")}/studio/waiting?metadata.test=axe`);
    await openForm(page);
    await page.getByRole("combobox", { name: "decision" }).waitFor();
    await checkAccessibility(page);
  });

  test("are answered on a telephone, in French", async () => {
    await askIn("signature", "narrow");
    const telephone = await openStudio({ ...narrow, address: "waiting?metadata.test=narrow", locale: "fr-CA" });
    await telephone.getByRole("button", { name: "Répondre" }).click();
    await telephone.getByLabel("Votre nom").waitFor();
    await checkWidth(telephone);
    await checkAccessibility(telephone);
  });
});
