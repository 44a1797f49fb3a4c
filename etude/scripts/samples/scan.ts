/** A page as a scanner gives it: one bit a pixel, slightly skewed, with dust; no text layer. */
import { PDFDocument, PDFName } from "pdf-lib";
import { createRandom } from "./random.ts";
import { layOutStrokes } from "./stroke-font.ts";

const DOTS_PER_INCH = 150;
const WIDTH = 8.5 * DOTS_PER_INCH;
const HEIGHT = 11 * DOTS_PER_INCH;
const SKEW = 0.0085;

export interface WriteOptions {
  /** Height of a capital, in pixels. */
  height: number;
  /** Thickness of the pen, in pixels. */
  pen?: number;
  /** A person's hand: slanted and uneven. @default false */
  hand?: boolean;
}

export class Scan {
  readonly #bytesPerRow = Math.ceil(WIDTH / 8);
  /** 1 is white. */
  readonly #pixels = new Uint8Array(this.#bytesPerRow * HEIGHT).fill(0xff);
  readonly #random: () => number;

  constructor(seed: string) {
    this.#random = createRandom(seed);
  }

  /** Writes from `x`, `y` (the baseline, from the top of the page) and returns the x where the text ends. */
  write(text: string, x: number, y: number, { height, pen = 2, hand = false }: WriteOptions): number {
    const unit = height / 6;
    const { strokes, width } = layOutStrokes(text);
    const phase = this.#random() * 6;
    for (const stroke of strokes) {
      const wobble = hand ? (this.#random() - 0.5) * 0.5 : 0;
      const points = stroke.map(([px, py]): [number, number] => {
        const slant = hand ? py * 0.28 : 0;
        const drift = hand ? Math.sin(px / 7 + phase) * 0.6 + wobble : 0;
        return [x + (px + slant) * unit, y - (py + drift) * unit];
      });
      this.#polyline(points, pen);
    }
    return x + width * unit;
  }

  line(x1: number, y1: number, x2: number, y2: number, pen = 1.4): void {
    this.#polyline(
      [
        [x1, y1],
        [x2, y2],
      ],
      pen,
    );
  }

  box(x: number, y: number, size: number, ticked: boolean): void {
    this.#polyline(
      [
        [x, y],
        [x + size, y],
        [x + size, y - size],
        [x, y - size],
        [x, y],
      ],
      1.6,
    );
    if (!ticked) return;
    this.line(x - 1, y + 2, x + size + 2, y - size - 3, 2.6);
    this.line(x + 1, y - size - 1, x + size + 3, y + 1, 2.6);
  }

  curve(points: [number, number][], pen: number): void {
    this.#polyline(points, pen);
  }

  async save(title: string, author: string): Promise<Uint8Array> {
    this.#age();
    const document = await PDFDocument.create();
    document.setTitle(title);
    document.setAuthor(author);
    const page = document.addPage([612, 792]);
    const image = document.context.flateStream(this.#pixels, {
      Type: "XObject",
      Subtype: "Image",
      Width: WIDTH,
      Height: HEIGHT,
      ColorSpace: "DeviceGray",
      BitsPerComponent: 1,
    });
    page.node.setXObject(PDFName.of("Scan"), document.context.register(image));
    const content = document.context.stream("q 612 0 0 792 0 0 cm /Scan Do Q");
    page.node.set(PDFName.of("Contents"), document.context.register(content));
    return document.save();
  }

  /** Dust, and the shadow of the edge of the sheet. */
  #age(): void {
    for (let speck = 0; speck < 260; speck++)
      this.#dot(this.#random() * WIDTH, this.#random() * HEIGHT, 0.4 + this.#random() * 0.9);
    for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < 5 + Math.sin(y / 90) * 3; x++) this.#blacken(x, y);
  }

  #polyline(points: [number, number][], pen: number): void {
    for (let index = 0; index < Math.max(1, points.length - 1); index++) {
      const [x1, y1] = points[index]!;
      const [x2, y2] = points[index + 1] ?? [x1, y1];
      const steps = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) * 2));
      for (let step = 0; step <= steps; step++) {
        const [x, y] = [x1 + ((x2 - x1) * step) / steps, y1 + ((y2 - y1) * step) / steps];
        this.#dot(x - (y - HEIGHT / 2) * SKEW, y + (x - WIDTH / 2) * SKEW, pen / 2);
      }
    }
  }

  #dot(x: number, y: number, radius: number): void {
    for (let py = Math.ceil(y - radius); py <= y + radius; py++) {
      for (let px = Math.ceil(x - radius); px <= x + radius; px++) {
        if ((px - x) ** 2 + (py - y) ** 2 <= radius ** 2) this.#blacken(px, py);
      }
    }
  }

  #blacken(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) return;
    const index = y * this.#bytesPerRow + (x >> 3);
    this.#pixels[index] = this.#pixels[index]! & ~(0x80 >> (x & 7));
  }
}
