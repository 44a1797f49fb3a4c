/** Colours for a terminal only: what goes to a file or a program is plain text, also where CI is set. */
import pc from "picocolors";

type Colors = ReturnType<typeof pc.createColors>;

function colorsFor(stream: { isTTY?: boolean }): Colors {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
  return pc.createColors(forced || (stream.isTTY === true && NO_COLOR === undefined));
}

/** For results. */
export const outputColors: Colors = colorsFor(process.stdout);

/** For progress. */
export const progressColors: Colors = colorsFor(process.stderr);
