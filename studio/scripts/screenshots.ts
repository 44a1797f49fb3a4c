/** Makes the pictures of the documents: `npm run screenshots`. */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launchChromium } from "../test/launch-chromium.ts";
import { startOffice } from "../test/start-office.ts";

interface Picture {
  name: string;
  /** Below `/studio/`. */
  address: string;
  /** What is there when the screen is complete. */
  shows: string;
  colorScheme?: "light" | "dark";
  locale?: string;
  width?: number;
  height?: number;
}

const pictures: readonly Picture[] = [
  { name: "studio-runs", address: "runs", shows: "[data-row-link]" },
  {
    name: "studio-runs-dark",
    address: "runs?status=error",
    shows: "[data-row-link]",
    colorScheme: "dark",
    locale: "fr-CA",
  },
  { name: "studio-runs-narrow", address: "runs", shows: "[data-row-link]", width: 375, height: 700 },
];

const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));
await mkdir(folder, { recursive: true });
const office = await startOffice(5000);
const browser = await launchChromium();
for (const { name, address, shows, colorScheme = "light", locale = "en-CA", width = 1280, height = 760 } of pictures) {
  const context = await browser.newContext({ colorScheme, locale, viewport: { width, height } });
  const page = await context.newPage();
  await page.goto(`${office.url}/studio/${address}`);
  await page.locator(shows).first().waitFor();
  await page.waitForLoadState("load");
  // How many there are comes after the first rows.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: `${folder}${name}.png` });
  await context.close();
  console.error(`docs/images/${name}.png`);
}
await browser.close();
await office.close();
process.exit(0);
