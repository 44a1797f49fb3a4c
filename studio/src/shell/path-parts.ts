import { useLocation } from "wouter";

import { studioPath } from "../api/base.ts";

/**
 * The parts of the address below the studio, each as it was before it was encoded: a session's id may have a slash
 * or a percent sign, and the router decodes the address as a whole.
 */
export function usePathParts(): string[] {
  // Told of each change; what it says is decoded already.
  useLocation();
  return window.location.pathname
    .slice(studioPath.length + 1)
    .split("/")
    .map((part) => decodeURIComponent(part));
}

/** An address of the studio from its parts. */
export function toAddress(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}
