import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { checkAccessibility, openStudio } from "./browser.ts";

/** The name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
  });
}

/** Whether something is drawn around what has the focus. */
function isFocusVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement ?? document.body);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });
}

describe("the frame of all screens", () => {
  test("has its focus in the order of reading, and shows it", async () => {
    const page = await openStudio({ address: "nowhere" });
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    const names: string[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const name = await focused(page);
      if (name.includes("Go to the runs") || names.length > 20) break;
      expect([name, await isFocusVisible(page)]).toEqual([name, true]);
      names.push(name.replaceAll(/\d+/g, ""));
    }
    expect(names).toEqual([
      "Skip to the content",
      "Keyboard shortcuts",
      "Colours",
      "Français",
      "Runs",
      "Sessions",
      "Statistics",
      "Waiting",
      "Try it",
      "Query",
      "API",
    ]);
  });

  test("lets its navigation be skipped", async () => {
    const page = await openStudio({ address: "nowhere" });
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.keyboard.press("Tab");
    const link = page.getByRole("link", { name: "Skip to the content" });
    expect((await link.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    expect(page.url()).not.toContain("#");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Go to the runs");
  });

  test("lists its keys by ?, keeps the focus in the list, and gives it back", async () => {
    const page = await openStudio({ address: "api" });
    const link = page.getByRole("navigation").getByRole("link", { name: "API" });
    await link.focus();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.waitFor();
    await checkAccessibility(page);
    for (let presses = 0; presses < 4; presses += 1) {
      await page.keyboard.press("Tab");
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction(() => document.activeElement?.textContent === "API");
    // In a field it is a letter as any other.
    await page.getByRole("searchbox", { name: "Find a route" }).focus();
    await page.keyboard.type("?");
    expect(await page.getByRole("searchbox", { name: "Find a route" }).inputValue()).toBe("?");
    expect(await dialog.count()).toBe(0);
  });

  test("moves nothing for those who want nothing moved", async () => {
    const page = await openStudio({ address: "waiting", reducedMotion: "reduce" });
    await page.locator("article").first().waitFor();
    await page.getByRole("button", { name: "Answer" }).first().click();
    await page.getByLabel("Your name").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 0)
        .map((animation) => (animation as CSSAnimation).animationName ?? "transition"),
    );
    expect(moving).toEqual([]);
  });
});
