/** The language of the screens: the browser's, until somebody chooses. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

/** The languages of the studio. */
export type Language = "fr" | "en";

const storageKey = "minutier-language";

const loaders: Record<Language, () => Promise<object>> = {
  en: async () => (await import("./en.ts")).en,
  fr: async () => (await import("./fr.ts")).fr,
};

/** Loads the language's texts, so that the first screen is written in it. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    partialBundledLanguages: true,
    ns: ["studio"],
    defaultNS: "studio",
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await show(preferredLanguage());
}

/** Shows everything in this language from now on, in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await show(language);
}

async function show(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "studio"))
    i18next.addResourceBundle(language, "studio", await loaders[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function preferredLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === "fr" || chosen === "en") return chosen;
  const first = navigator.languages.find((language) => /^(fr|en)\b/i.test(language));
  return first?.toLowerCase().startsWith("fr") === true ? "fr" : "en";
}
