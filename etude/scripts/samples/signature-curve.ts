import { createRandom } from "./random.ts";

/** A signature, always the same for a person however the name is spelled: points about 100 wide and 30 high, y upwards, that start at 0,0. */
export function signatureCurve(name: string): [x: number, y: number][] {
  const random = createRandom(
    name
      .normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase(),
  );
  const turns = 3 + random() * 5;
  const width = 62 + random() * 34;
  const initial = 20 + random() * 12;
  const rest = 4 + random() * 7;
  const loop = 2 + random() * 6;
  const slope = random() * 12 - 3;
  const phase = random() * Math.PI;
  const points: [number, number][] = [];
  for (let step = 0; step <= 160; step++) {
    const t = step / 160;
    const angle = t * turns * 2 * Math.PI + phase;
    const height = rest + (initial - rest) * Math.exp(-t * 9) + 3 * Math.sin(t * turns * 2.3 + phase);
    const y = (height * (1 - Math.cos(angle))) / 2 + slope * t;
    points.push([t * width + loop * Math.sin(angle), y]);
  }
  const [endX, endY] = points.at(-1)!;
  const back = 0.3 + random() * 0.6;
  for (let step = 1; step <= 30; step++) {
    const t = step / 30;
    points.push([
      endX - width * back * t,
      endY * (1 - t) - 5 * t + 7 * Math.sin(Math.PI * t) * (random() < 0.5 ? 1 : 0.9),
    ]);
  }
  return points;
}
