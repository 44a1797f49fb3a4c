import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";
import { seedTurns, startTalkOffice, type TalkOffice } from "./talk-office.ts";

/** Messages of the long conversation: two a turn. */
const longTurns = 5000;

let url: string;
let office: TalkOffice;

beforeAll(async () => {
  const started = await startTalkOffice();
  ({ url, office } = started);
  const { clerc, panne, greffier, redacteur } = office.agents;
  const metadata = { dossier_id: "dossier:1001" };
  await clerc.run("À qui est le lot 1 234 567 ?", { sessionId: "s1", userId: "user:ana", metadata });
  await redacteur.run("Écris le projet.", { sessionId: "s1" });
  await panne.run("Bonjour", { sessionId: "s1" }).catch(() => undefined);
  await office.teams.equipe.run("Où en est le dossier ?", { sessionId: "t1" });
  for (let number = 1; number <= 30; number += 1)
    await office.workflows.libre.run({ number }, { sessionId: `w${number}` });
  await office.workflows.libre.run({ number: 31 }, { sessionId: "w1" });
  await clerc.run("Une longue histoire", { sessionId: "dossier/50%" });
  await seedTurns(started.db, { name: "clerc", sessionId: "dossier/50%", turns: longTurns });
  await greffier.run("Signe l'acte", { sessionId: "attente" }).catch(() => undefined);
  await greffier.run("Signe l'acte", { sessionId: "refus" }).catch(() => undefined);
});

function open(address: string, options: Parameters<typeof openStudio>[0] = {}): Promise<Page> {
  return openStudio({ server: url, address, ...options });
}

describe("the list of sessions", () => {
  test("is narrowed by kind, component and name, in the address, and paged", async () => {
    const page = await open("sessions");
    await page.getByText(/^\d+ sessions$/).waitFor();
    expect(await page.title()).toBe("Sessions · Minutier");
    await page.getByRole("searchbox", { name: "Name or id" }).fill("LOT 1 234");
    await page.keyboard.press("Enter");
    await page.waitForURL(/search=LOT/);
    await page.getByText("1 session", { exact: true }).waitFor();
    await page.getByRole("link", { name: "À qui est le lot 1 234 567 ?" }).waitFor();

    await page.getByText("Workflows", { exact: true }).click();
    await page.getByText("30 sessions").waitFor();
    expect(await page.getByRole("link", { name: /^w\d+$/ }).count()).toBe(25);
    await page.getByRole("button", { name: "Page 2" }).click();
    await page.waitForURL(/page=2/);
    await page.getByRole("link", { name: "w2", exact: true }).waitFor();
    expect(await page.getByRole("link", { name: /^w\d+$/ }).count()).toBe(5);

    await page.goto(`${url}/studio/sessions?type=agent&component=panne`);
    await page.getByText("1 session", { exact: true }).waitFor();
    await page.getByRole("searchbox", { name: "Name or id" }).fill("nothing such");
    await page.keyboard.press("Enter");
    await page.getByText("No session fits these filters").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByRole("link", { name: "Une longue histoire" }).waitFor();
  });

  test("says how a first session begins, and what the server refuses", async () => {
    const server = await startServer();
    const page = await openStudio({ server, address: "sessions?type=team" });
    await page.getByText("No session yet").waitFor();
    await checkAccessibility(page);
    await page.getByRole("link", { name: "Try it" }).first().waitFor();
  });

  test("is accessible, also on a telephone", async () => {
    const page = await open("sessions?type=workflow");
    await page.getByText("30 sessions").waitFor();
    await checkAccessibility(page);
    const telephone = await open("sessions", narrow);
    await telephone.getByText(/^\d+ sessions$/).waitFor();
    await checkWidth(telephone);
    await checkAccessibility(telephone);
  });
});

describe("a conversation", () => {
  test("shows questions, tool calls, answers and what they have used", async () => {
    const page = await open("sessions/agent/clerc/s1");
    await page.getByText("Le lot 1 234 567 appartient", { exact: false }).waitFor();
    await page.getByText("1 answer · 30 tokens", { exact: false }).waitFor();
    const call = page.locator("details", { hasText: "registre" });
    await call.locator("summary").click();
    await call.getByText("Ana Tremblay", { exact: false }).waitFor();
    expect(await call.getByText("Input").count()).toBe(1);
    await checkAccessibility(page);
    await page.getByRole("tab", { name: "Metadata" }).click();
    await page.getByText("dossier:1001", { exact: false }).waitFor();
    await page.waitForURL(/part=metadata/);
    await checkAccessibility(page);
  });

  test("renders Markdown, and neither HTML nor pictures from elsewhere", async () => {
    const page = await open("sessions/agent/redacteur/s1");
    await page.getByRole("cell", { name: "425 000 $" }).waitFor();
    expect(await page.locator("article script, article img").count()).toBe(0);
    expect(await page.title()).toBe("Écris le projet. · Minutier");
    await page.getByText('<script>document.title = "broken"</script>', { exact: false }).waitFor();
    expect(await page.getByRole("link", { name: "un plan" }).getAttribute("rel")).toBe("noopener noreferrer");
    await checkAccessibility(page);
  });

  test("says why a turn failed", async () => {
    const page = await open("sessions/agent/panne/s1", { locale: "fr-CA" });
    await page.getByText("Ce tour a échoué").waitFor();
    await page.getByText("The model is away.", { exact: false }).waitFor();
    await checkAccessibility(page);
  });

  test("of a team leads to the turns of its members, and shows its state", async () => {
    const page = await open("sessions/team/equipe/t1");
    await page.getByText("Le titre est clair", { exact: false }).waitFor();
    await page.getByRole("tab", { name: "State" }).click();
    await page.getByText("dossier:1001", { exact: false }).waitFor();
    await page.getByRole("tab", { name: "Conversation" }).click();
    await page.getByRole("link", { name: "Turn of clerc" }).click();
    await page.waitForURL(/\/sessions\/agent\/clerc\/t1\?run=/);
    await page.getByText("asked by a team").waitFor();
    await page.getByText("appartient à Ana Tremblay", { exact: false }).waitFor();
  });

  test("of 10,000 messages is quick from end to end, with few turns in the page", async () => {
    const id = encodeURIComponent("dossier/50%");
    const started = Date.now();
    const page = await open(`sessions/agent/clerc/${id}`);
    await page.getByText(`Question ${longTurns}`, { exact: true }).waitFor();
    console.log(`the end of ${2 * longTurns} messages after ${Date.now() - started} ms`);
    expect(await page.locator("article").count()).toBeLessThan(20);
    const jumped = Date.now();
    await page.getByRole("button", { name: "To the beginning" }).click();
    await page.getByText("Une longue histoire").last().waitFor();
    await page.getByText("Question 2", { exact: true }).waitFor();
    console.log(`their beginning after ${Date.now() - jumped} ms`);
    expect(await page.locator("article").count()).toBeLessThan(20);
    const log = page.getByRole("log", { name: "Conversation" });
    await log.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
    await page
      .getByText(/^Question 2[0-9]{3}$/)
      .first()
      .waitFor();
    await log.focus();
    await page.keyboard.press("End");
    await page.getByText(`Question ${longTurns}`, { exact: true }).waitFor();

    await page.goto(`${url}/studio/sessions/agent/clerc/${id}?run=seeded-004500`);
    await page.getByText("Question 4501", { exact: true }).waitFor();
  });

  test("that waits is answered here, and goes on", async () => {
    const page = await open("sessions/agent/greffier/attente");
    await page.getByText("A tool call waits for somebody").waitFor();
    await page.getByText("acte-de-vente", { exact: false }).waitFor();
    await checkAccessibility(page);
    await page.getByLabel("Note (optional)").fill("Vu.");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByText("L'acte est signé.").waitFor();
    await page.getByText("allowed by server").waitFor();

    await page.goto(`${url}/studio/sessions/agent/greffier/refus`);
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("A tool call waits for somebody").waitFor({ state: "hidden" });
  });

  test("is renamed, and deleted once it is confirmed", async () => {
    await office.agents.clerc.run("À supprimer", { sessionId: "jetable" });
    const page = await open("sessions/agent/clerc/jetable");
    await page.getByRole("button", { name: "Rename" }).click();
    const dialog = page.getByRole("dialog");
    await checkAccessibility(page);
    await dialog.getByRole("textbox", { name: "Name" }).fill("Lettre à la cliente");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Lettre à la cliente" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/sessions\?type=agent$/);
    await page.getByRole("link", { name: "Une longue histoire" }).waitFor();
    expect(await page.getByText("Lettre à la cliente").count()).toBe(0);
  });

  test("that is not there is said to be absent", async () => {
    const page = await open("sessions/agent/clerc/none", { allowed: [/404/] });
    await page.getByRole("alert").getByText("There is no such session").waitFor();
    await checkAccessibility(page);
  });

  test("fits a telephone", async () => {
    for (const address of ["sessions/agent/redacteur/s1", "sessions/workflow/libre/w1", "sessions/team/equipe/t1"]) {
      const page = await open(address, narrow);
      await page.getByRole("tablist").waitFor();
      await page.locator("article, tbody tr").first().waitFor();
      await checkWidth(page);
      await checkAccessibility(page);
    }
  });
});

test("a workflow's session shows its runs, with links, as they happen", async () => {
  const page = await open("sessions/workflow/libre/w1");
  await page.locator("tbody tr").nth(1).waitFor();
  expect(await page.locator("tbody tr").count()).toBe(2);
  await checkAccessibility(page);
  await office.workflows.libre.run({ number: 32 }, { sessionId: "w1" });
  await page.locator("tbody tr").nth(2).waitFor();
  await page.locator("tbody a").first().click();
  await page.waitForURL(/\/runs\/[0-9A-Z]{26}$/);
});

test("whoever may only read is offered neither changes nor answers", async () => {
  const readers = await startTalkOffice({ auth: () => ({ userId: "user:ana", scopes: ["read"] }), isolation: false });
  await readers.office.agents.greffier.run("Signe l'acte", { sessionId: "a" }).catch(() => undefined);
  const page = await openStudio({ server: readers.url, address: "sessions/agent/greffier/a" });
  await page.getByText("A tool call waits for somebody").waitFor();
  const info = (await (await fetch(`${readers.url}/info`)).json()) as { scopes?: string[] };
  // A server that does not say what a key may do is asked, and refuses.
  if (info.scopes === undefined) return;
  expect(await page.getByRole("button", { name: /Allow|Refuse|Rename|Delete/ }).count()).toBe(0);
});
