/** Says once, before the tests, what is not tested here and how it would be. */
import { findSurreal, howToHaveOne } from "./surreal-server.ts";

export default function setup(): void {
  if (findSurreal() !== undefined) return;
  if (process.env["MINUTIER_TEST_BACKEND"] === "server") throw new Error(howToHaveOne);
  console.error(howToHaveOne);
}
