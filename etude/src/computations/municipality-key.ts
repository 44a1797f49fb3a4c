/** `Ville de Montréal` and `MONTREAL` are one municipality; `Montréal-Est` is another. */
export function municipalityKey(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
    .replace(/^(ville|municipalite) de /, "");
}
