/** Says once, before the tests, what is not tested here and how it would be. */
import { findSurreal, howToHaveOne } from "./surreal-server.ts";

export default function setup(): void {
  if (findSurreal() !== undefined) return;
  console.error(howToHaveOne);
  // Nothing else was asked for, and an error would be told with vitest's own stack.
  if (process.env["MINUTIER_TEST_BACKEND"] === "server") process.exit(1);
}
