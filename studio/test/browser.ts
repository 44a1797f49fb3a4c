/** Pages of a real browser, which fail their test for anything that a user would find in its console. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, expect, inject } from "vitest";

import { launchChromium } from "./launch-chromium.ts";

let browser: Promise<Browser> | undefined;
const openPages: { page: Page; problems: string[]; allowed: RegExp[] }[] = [];

afterEach(async () => {
  const pages = openPages.splice(0);
  const problems = pages.flatMap(({ problems, allowed }) =>
    problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem))),
  );
  await Promise.all(pages.map(({ page }) => page.context().close()));
  if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join("\n")}`);
});

afterAll(async () => {
  await (await browser)?.close();
});

/** How a page is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** @default the server of all tests */
  server?: string;
  /** Below `/studio/`. @default "runs" */
  address?: string;
  /** Console errors and failed requests that the test is about. */
  allowed?: RegExp[];
}

/** Opens a screen in English, in a window of 1280 × 800, as a new visitor. */
export async function openStudio({
  server,
  address = "runs",
  allowed = [],
  ...options
}: OpenOptions = {}): Promise<Page> {
  browser ??= launchChromium();
  const context = await (
    await browser
  ).newContext({
    locale: "en-CA",
    timezoneId: "America/Toronto",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems: string[] = [];
  openPages.push({ page, problems, allowed });
  page.on("console", (message) => {
    // A refused request is listed as such below; violations of the content security policy are errors too.
    if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`page: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    // A request that the studio itself gave up, for a page that passed by.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      problems.push(`request: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`answer: ${response.status()} ${response.url()}`);
  });
  await page.goto(`${server ?? inject("server")}/studio/${address}`);
  return page;
}

/** Checks the page as it stands against WCAG 2.1 AA, in light and in dark. */
export async function checkAccessibility(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"])
      // Mantine's modal windows have a <header>, which axe takes for the page's.
      .disableRules(["landmark-no-duplicate-banner", "landmark-unique", "landmark-banner-is-top-level"])
      .analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
    }));
    expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
  }
}

/** A telephone's window. */
export const narrow = { viewport: { width: 375, height: 700 }, hasTouch: true } as const;

/** Checks that nothing is wider than the window. */
export async function checkWidth(page: Page): Promise<void> {
  const { content, width } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    width: window.innerWidth,
  }));
  expect(content).toBeLessThanOrEqual(width);
}
