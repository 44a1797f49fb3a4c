/** Makes the pictures of the documents: `npm run screenshots`, or `npm run screenshots studio-waiting` for one screen. */
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";

import { launchChromium } from "../test/launch-chromium.ts";
import { type RunOffice, startRunOffice } from "../test/run-office.ts";
import { startOffice } from "../test/start-office.ts";

/** A screen, pictured wide and narrow, light and dark. */
interface Picture {
  name: string;
  /** Below `/studio/`; or the whole. */
  address: string | ((runs: RunOffice) => string);
  /** What is there when the screen is complete. */
  shows: string;
  /** What somebody does before the picture is taken. */
  prepare?: (page: Page) => Promise<void>;
}

const pictures: readonly Picture[] = [
  { name: "studio-runs", address: "runs", shows: "[data-row-link]" },
  { name: "studio-run", address: (runs) => `${runs.url}/studio/runs/${runs.whole}`, shows: "main [role=tree]" },
  { name: "studio-sessions", address: "sessions/agent/clerc/matin-1", shows: "main h1" },
  { name: "studio-statistics", address: "statistics", shows: "main h1" },
  {
    name: "studio-waiting",
    address: "waiting",
    shows: "article",
    prepare: async (page) => {
      const card = page.locator("article", { hasText: "12 500" });
      await card.locator("button[aria-expanded]").click();
      await card.locator("form").waitFor();
      await page.evaluate(() => window.scrollTo(0, 0));
    },
  },
  { name: "studio-try", address: "try/workflow/accueil", shows: "main h1" },
  {
    name: "studio-query",
    address: `query?surql=${encodeURIComponent(`SELECT workflow_name, count() AS executions,
  count(status = 'success') AS successes, count(status = 'error') AS errors
FROM workflow_runs GROUP BY workflow_name;`)}`,
    shows: ".cm-content",
    prepare: async (page) => {
      await page.locator(".cm-content").click();
      await page.keyboard.press("Control+Enter");
      await page.locator("td").first().waitFor();
    },
  },
  {
    name: "studio-api",
    address: "api?find=runs+approve&route=post-runs-run_id-approve",
    shows: "td",
  },
];

const looks = [
  { suffix: "", colorScheme: "light", locale: "en-CA", viewport: { width: 1280, height: 760 } },
  { suffix: "-dark", colorScheme: "dark", locale: "fr-CA", viewport: { width: 1280, height: 760 } },
  { suffix: "-narrow", colorScheme: "light", locale: "en-CA", viewport: { width: 375, height: 700 } },
  { suffix: "-narrow-dark", colorScheme: "dark", locale: "fr-CA", viewport: { width: 375, height: 700 } },
] as const;

/** A picture past that makes the repository heavy. */
const maxBytes = 300_000;

const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const office = await startOffice(5000);
const runs = await startRunOffice();
const browser = await launchChromium();
for (const picture of pictures) {
  if (wanted.length > 0 && !wanted.includes(picture.name)) continue;
  const { address } = picture;
  const place = typeof address === "string" ? `${office.url}/studio/${address}` : address(runs);
  for (const look of looks) await take(browser, picture, place, look);
}
await browser.close();
await Promise.all([office.close(), runs.close()]);
process.exit(0);

async function take(
  browser: Browser,
  { name, shows, prepare }: Picture,
  address: string,
  { suffix, ...options }: (typeof looks)[number],
): Promise<void> {
  const context = await browser.newContext({ ...options, timezoneId: "America/Toronto", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator(shows).first().waitFor();
  await prepare?.(page);
  // How many there are comes after the first rows, and charts after their numbers.
  await page.waitForTimeout(1500);
  const path = `${folder}${name}${suffix}.png`;
  await page.screenshot({ path });
  await context.close();
  const { size } = await stat(path);
  console.error(`docs/images/${name}${suffix}.png, ${Math.round(size / 1000)} kB`);
  if (size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes. Picture less of the screen.`);
}
