/** Mantine's theme, with the contrasts of WCAG AA where its own are below. */
import { createTheme, type CSSVariablesResolver } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
});

/** Grey texts of the theme are too pale to be read by everybody. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    // White letters are read on it, also under the mouse.
    "--mantine-color-cyan-filled-hover": "#095c6e",
    "--mantine-primary-color-filled-hover": "#095c6e",
    "--mantine-color-dimmed": "#566069",
    "--mantine-color-placeholder": "#636c76",
    "--mantine-color-error": "#c92a2a",
  },
  dark: {
    // White letters are read on it, also under the mouse.
    "--mantine-color-cyan-filled-hover": "#095c6e",
    "--mantine-primary-color-filled-hover": "#095c6e",
    "--mantine-color-dimmed": "#a9afb6",
    "--mantine-color-placeholder": "#9aa1a9",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#66d9e8",
  },
});
