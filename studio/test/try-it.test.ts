import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";

import { checkAccessibility, checkWidth, narrow, openStudio } from "./browser.ts";
import { startServer } from "./start-server.ts";
import { startTalkOffice, type TalkOffice } from "./talk-office.ts";

let url: string;
let office: TalkOffice;

beforeAll(async () => {
  ({ url, office } = await startTalkOffice());
});

function open(address: string, options: Parameters<typeof openStudio>[0] = {}): Promise<Page> {
  return openStudio({ server: url, address, ...options });
}

/** A text of the conversation: readers of the screen are told it once more, elsewhere. */
function said(page: Page, text: string): ReturnType<Page["locator"]> {
  return page.locator("article").getByText(text, { exact: false }).last();
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Question" }).fill(question);
  await page.keyboard.press("Enter");
}

describe("a chat", () => {
  test("shows the answer as it comes, goes on in its session, and is remembered", async () => {
    const page = await open("try");
    await page.getByText("Choose what to try", { exact: false }).waitFor();
    await checkAccessibility(page);
    await page.getByRole("combobox", { name: "Agent, team or workflow" }).click();
    await page.getByRole("option", { name: "clerc" }).click();
    await page.waitForURL(/\/try\/agent\/clerc$/);
    await page.getByText("Ask clerc something.").waitFor();
    await ask(page, "À qui est le lot ?");
    await page.locator("details", { hasText: "registre" }).getByText("Running").waitFor();
    await page.locator("[aria-busy]", { hasText: "Le lot" }).getByText("Working…").waitFor();
    await said(page, "une hypothèque y est inscrite.").waitFor();
    await page.getByText("30 tokens", { exact: false }).waitFor();
    await page.waitForURL(/session=[0-9A-Z]{26}$/);
    const address = page.url();
    await ask(page, "Et encore ?");
    await page.locator("article").nth(1).getByText("30 tokens", { exact: false }).waitFor();
    expect(await page.locator("article").count()).toBe(2);
    expect(page.url()).toBe(address);
    await checkAccessibility(page);

    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByRole("link", { name: "À qui est le lot ?" }).first().waitFor();
    await page.getByRole("link", { name: "Try it" }).click();
    await page.waitForURL(address);
    await page.locator("article").nth(1).waitFor();
    await page.getByRole("combobox", { name: "Session" }).click();
    await page.getByRole("option", { name: "New session" }).click();
    await page.getByText("Ask clerc something.").waitFor();
    expect(page.url()).not.toContain("session=");
  });

  test("with a slow agent is stopped, and says so", async () => {
    const page = await open("try/agent/lent");
    await ask(page, "Va");
    await page.getByText(/^(mot ){3,}/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("This turn was cancelled").waitFor();
    await page.getByRole("button", { name: "Send" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    const sessionId = new URL(page.url()).searchParams.get("session") ?? "";
    const runs = await fetch(`${url}/agents/lent/runs?session_id=${sessionId}`);
    expect(await runs.json()).toMatchObject([{ status: "CANCELLED" }]);
  });

  test("tells why an agent failed", async () => {
    const page = await open("try/agent/panne");
    await ask(page, "Bonjour");
    await page.getByText("This turn failed", { exact: true }).waitFor();
    await said(page, "The model is away.").waitFor();
    await page.waitForURL(/session=/);
    await checkAccessibility(page);
  });

  test("with a team names its members as they answer", async () => {
    const page = await open("try/team/equipe");
    await ask(page, "Où en est le dossier ?");
    await page.locator(".member", { hasText: "clerc" }).getByText("appartient", { exact: false }).waitFor();
    await said(page, "Le titre est clair et la lettre est prête.").waitFor();
    await page.getByText("15 tokens", { exact: false }).waitFor();
    await page.getByRole("link", { name: "Turn of redacteur" }).waitFor();
    await checkAccessibility(page);
  });

  test("sends files, which can be taken back", async () => {
    const page = await open("try/agent/lecteur");
    const names = ["acte.txt", "plan.txt"];
    await page
      .locator("input[type=file]")
      .setInputFiles(names.map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from("Acte") })));
    await page.getByRole("button", { name: "Remove plan.txt" }).click();
    await ask(page, "Lis");
    await said(page, "J'ai lu 1 fichier(s).").waitFor();
    expect(await page.locator("article").getByText("acte.txt").count()).toBe(1);
    await checkAccessibility(page);
  });

  test("waits for whoever may allow a tool call", async () => {
    const page = await open("try/agent/greffier");
    await ask(page, "Signe");
    await page.getByText("A tool call waits for somebody").waitFor();
    await page.getByRole("button", { name: "Allow" }).click();
    await said(page, "L'acte est signé.").waitFor();
  });

  test("keeps the question when the server asks for a key, and sends it afterwards", async () => {
    let isOpen = true;
    const key = "a-key-of-24-characters-1";
    const server = await startTalkOffice({
      auth: (request) =>
        isOpen || request.headers.get("authorization") === `Bearer ${key}` ? { scopes: ["admin"] } : null,
    });
    const page = await openStudio({ server: server.url, address: "try/agent/clerc", allowed: [/401/] });
    await page.getByText("Ask clerc something.").waitFor();
    isOpen = false;
    await ask(page, "À qui est le lot ?");
    const field = page.getByLabel("Key", { exact: true });
    await field.fill(key);
    await field.press("Enter");
    const question = page.getByRole("textbox", { name: "Question" });
    await question.waitFor();
    expect(await question.inputValue()).toBe("À qui est le lot ?");
    await question.press("Enter");
    await said(page, "une hypothèque y est inscrite.").waitFor();
  });

  test("fits a telephone, in French", async () => {
    const page = await open("try/agent/clerc", { ...narrow, locale: "fr-CA" });
    await page.getByText("Posez une question à clerc.").waitFor();
    await page.getByRole("textbox", { name: "Question" }).fill("À qui est le lot ?");
    await page.getByRole("button", { name: "Envoyer" }).click();
    await page.getByText("30 jetons", { exact: false }).waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
  });
});

describe("a workflow", () => {
  test("starts with a form made from its schema, and shows its steps", async () => {
    const page = await open("try/workflow/accueil");
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator("p:visible", { hasText: "This is needed." }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    await checkAccessibility(page);
    await page.getByRole("textbox", { name: "client" }).fill("Ana Tremblay");
    await page.locator("p:visible", { hasText: "This is needed." }).waitFor({ state: "hidden" });
    await page.getByRole("combobox", { name: "type" }).click();
    await page.getByRole("option", { name: "mandat" }).click();
    await page.getByRole("button", { name: "Add an entry" }).click();
    await page.getByRole("textbox", { name: "nom" }).fill("Luc Roy");
    await page.getByRole("button", { name: "Add a key" }).click();
    await page.getByRole("textbox", { name: "Key 1" }).fill("dossier-id");
    await page.getByText("Letters, digits and underscores.").waitFor();
    await page.getByRole("textbox", { name: "Key 1" }).fill("dossier_id");
    await page.getByRole("textbox", { name: "Value 1" }).fill("dossier:77");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("verifier/identite").waitFor();
    const run = page.getByRole("region", { name: "Run" });
    await run.getByRole("status").getByText("Success").waitFor();
    await checkAccessibility(page);
    const rows = await fetch(`${url}/runs?metadata.dossier_id=dossier:77`);
    const { runs } = (await rows.json()) as { runs: { id: string }[] };
    const whole = await fetch(`${url}/runs/${runs[0]?.id}`);
    expect(await whole.json()).toMatchObject({
      input: { client: "Ana Tremblay", type: "mandat", urgent: false, parties: [{ nom: "Luc Roy" }] },
    });
    await page.getByRole("link", { name: "Open the run" }).click();
    await page.waitForURL(new RegExp(`/runs/${runs[0]?.id}$`));
  });

  test("without a schema takes any JSON, and says when it is none", async () => {
    const page = await open("try/workflow/libre");
    const field = page.getByRole("textbox", { name: "Value, as JSON" });
    await field.fill("{ lot: 12");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("This is not JSON.", { exact: false }).waitFor();
    await checkAccessibility(page);
    await field.fill('{ "lot": 12 }');
    await page.getByRole("button", { name: "Start" }).click();
    const run = page.getByRole("region", { name: "Run" });
    await run.getByRole("status").getByText("Success").waitFor();
    await run.getByText("recu", { exact: false }).last().waitFor();
  });

  test("can be given JSON instead of the form, which is checked as well", async () => {
    const page = await open("try/workflow/accueil", { locale: "fr-CA" });
    await page.getByRole("button", { name: "Écrire en JSON" }).click();
    await page.getByRole("textbox", { name: "Valeur, en JSON" }).fill('{ "client": "", "pages": 0 }');
    await page.getByRole("button", { name: "Lancer" }).click();
    await page.getByText("Ce champ est obligatoire.", { exact: false }).waitFor();
    await page.getByText("Donnez 1 ou plus.", { exact: false }).waitFor();
    await checkAccessibility(page);
  });

  test("that waits leads to the screen Waiting", async () => {
    const page = await open("try/workflow/signature");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("Valider la liste de vérification").waitFor();
    await checkAccessibility(page);
    await page.getByRole("link", { name: "Answer it on the screen Waiting" }).click();
    await page.waitForURL(/\/waiting$/);
  });

  test("that fails tells where and why", async () => {
    const page = await open("try/workflow/echec");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("The run failed").waitFor();
    await page.getByText("Le prix de vente ne se lit pas", { exact: false }).first().waitFor();
    await checkAccessibility(page);
  });

  test("that takes long is stopped", async () => {
    const page = await open("try/workflow/longue");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("attendre").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The run was cancelled").waitFor();
    await page.getByRole("button", { name: "Start" }).waitFor();
  });

  test("fits a telephone", async () => {
    const page = await open("try/workflow/accueil", narrow);
    await page.getByRole("textbox", { name: "client" }).waitFor();
    await checkWidth(page);
    await checkAccessibility(page);
  });
});

test("says when there is nothing to try", async () => {
  const server = await startServer();
  const page = await openStudio({ server, address: "try" });
  await page.getByText("This server serves nothing to try").waitFor();
  await checkAccessibility(page);
});

test("says when what the address names is not served", async () => {
  const page = await open("try/agent/nobody");
  await page.getByText("This server serves no nobody any more.", { exact: false }).waitFor();
  expect(Object.keys(office.agents)).not.toContain("nobody");
});
