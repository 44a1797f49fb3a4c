/** Letters of 3.5 points or less (Word counts in half-points). */
const TINY_HALF_POINTS = 7;

interface Element {
  name: string;
  /** Where its opening tag starts. */
  start: number;
  /** A background that is not white is declared in its properties. */
  shaded: boolean;
}

const SHADING_OWNERS = new Set(["w:tc", "w:p"]);

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}

function isShade(tag: string): boolean {
  const fill = attribute(tag, "w:fill")?.toLowerCase();
  return fill !== undefined && fill !== "auto" && fill !== "ffffff";
}

function isOff(tag: string): boolean {
  return /w:val="(?:0|false|off)"/.test(tag);
}

/** Whether a run's XML asks for letters that nobody can see; `shaded` when it stands on a coloured background. */
function isHiddenRun(run: string, shaded: boolean): boolean {
  const properties = /<w:rPr>([^]*?)<\/w:rPr>/.exec(run)?.[1] ?? "";
  const vanish = /<w:(?:vanish|webHidden)\b[^>]*>/.exec(properties)?.[0];
  if (vanish !== undefined && !isOff(vanish)) return true;
  const size = /<w:sz\b[^>]*>/.exec(properties)?.[0];
  if (size !== undefined && Number(attribute(size, "w:val") ?? "24") <= TINY_HALF_POINTS) return true;
  const color = /<w:color\b[^>]*>/.exec(properties)?.[0];
  const onShade =
    shaded || [...(/<w:shd\b[^>]*>/.exec(properties) ?? [])].some(isShade) || /<w:highlight\b/.test(properties);
  return color !== undefined && attribute(color, "w:val")?.toLowerCase() === "ffffff" && !onShade;
}

/** Removes the runs that nobody can see from a Word part. */
export function removeHiddenRuns(xml: string): { xml: string; hiddenLetters: number } {
  const owners: Element[] = [];
  const kept: string[] = [];
  let styledTables = 0;
  let hiddenLetters = 0;
  let at = 0;
  const tags = /<(\/?)(w:tbl|w:tc|w:p|w:r|w:shd|w:tblStyle)((?:\s[^<>]*)?)>/g;
  for (let match = tags.exec(xml); match !== null; match = tags.exec(xml)) {
    const [tag, closing, name = "", rest = ""] = match;
    const empty = rest.endsWith("/");
    if (name === "w:shd" && isShade(tag)) {
      const owner = owners.at(-1);
      if (owner !== undefined) owner.shaded = true;
    } else if (name === "w:tblStyle" && !/w:val="(?:TableGrid|TableNormal|Grilledutableau)"/.test(tag))
      styledTables += 1;
    else if (name === "w:tbl" && closing === "/") styledTables = 0;
    else if (SHADING_OWNERS.has(name) && !empty) {
      if (closing === "/") owners.pop();
      else owners.push({ name, start: match.index, shaded: false });
    } else if (name === "w:r" && closing === "" && !empty) {
      const end = xml.indexOf("</w:r>", match.index);
      if (end === -1) break;
      const run = xml.slice(match.index, end + 6);
      // A run that holds a text box holds paragraphs: its inner runs are looked at one by one.
      if (run.includes("<w:p>") || run.includes("<w:p ")) continue;
      if (isHiddenRun(run, styledTables > 0 || owners.some(({ shaded }) => shaded))) {
        hiddenLetters +=
          run
            .match(/<w:t[ >][^<]*/g)
            ?.join("")
            .replaceAll(/<[^>]*>/g, "")
            .replaceAll(/[^\p{L}\p{N}]/gu, "").length ?? 0;
        kept.push(xml.slice(at, match.index));
        at = end + 6;
      }
      tags.lastIndex = end + 6;
    }
  }
  return { xml: kept.join("") + xml.slice(at), hiddenLetters };
}
