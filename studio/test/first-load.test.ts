import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { openStudio } from "./browser.ts";

const folder = new URL("../../minutier/dist/studio/", import.meta.url);

test("the first screen takes at most 250 kB, gzipped", async () => {
  const page = await openStudio({ address: "nowhere" });
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  const loaded = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => /\/studio\/(assets\/.*)$/.exec(name)?.[1])
      .filter((name) => name !== undefined),
  );
  const sizes = ["index.html", ...new Set(loaded)].map((name) => gzipSync(readFileSync(new URL(name, folder))).length);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(`first load: ${kilobytes.toFixed(1)} kB gzipped in ${sizes.length} files`);
  expect(sizes.length).toBeGreaterThan(4);
  expect(kilobytes).toBeLessThanOrEqual(250);
});

test("the licences of what is bundled are shipped, and no path of this machine is", () => {
  const licenses = readFileSync(new URL("licenses.md", folder), "utf8");
  for (const name of ["react", "@mantine/core", "i18next"]) expect(licenses).toContain(`## ${name} - `);
  const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", folder), "utf8")) as Record<
    string,
    { file: string }
  >;
  const root = fileURLToPath(new URL("../../", import.meta.url));
  for (const { file } of Object.values(manifest))
    expect(readFileSync(new URL(file, folder), "utf8")).not.toContain(root);
});
