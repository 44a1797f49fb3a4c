/** What tokens cost, by the prices that the operator gives; there are none built in. */
import { MinutierError, type ModelUsage } from "../index.ts";

/** A model's price, in money for a million tokens. */
export interface ModelPrice {
  input: number;
  output: number;
  /** `USD`, `CAD`, `EUR`, …; one for all models. */
  currency: string;
}

/** Prices by the model's name, as the answers' rows have it. */
export type Prices = Readonly<Record<string, ModelPrice>>;

/** An amount of money. */
export interface Cost {
  amount: number;
  currency: string;
}

const perTokens = 1_000_000;

/** Throws `invalid_options` for what is no price, and for prices that can't be added up. */
export function checkPrices(prices: Prices | undefined): Prices | undefined {
  if (prices === undefined) return undefined;
  const all = Object.entries(prices);
  for (const [model, { input, output, currency }] of all) {
    const place = `prices[${JSON.stringify(model)}]`;
    for (const [name, value] of Object.entries({ input, output }))
      if (!Number.isFinite(value) || value < 0)
        throw invalid(`${place}.${name} is ${String(value)}. Give an amount for a million tokens, from 0.`);
    if (!/^[A-Z]{3}$/.test(currency))
      throw invalid(`${place}.currency is ${JSON.stringify(currency)}. Give three letters such as "USD".`);
    if (currency !== all[0]?.[1].currency)
      throw invalid(`${place} is in ${currency}, others are not. Give one currency.`);
  }
  return all.length === 0 ? undefined : prices;
}

function invalid(message: string): MinutierError {
  return new MinutierError("invalid_options", message);
}

/** What these tokens cost; `null` without prices, and when one of the models has none: a part would look like the whole. */
export function costOf(usage: readonly ModelUsage[], prices: Prices | undefined): Cost | null {
  if (prices === undefined) return null;
  let amount = 0;
  for (const { model, input_tokens: input, output_tokens: output } of usage) {
    const price = priceOf(model, prices);
    if (price === undefined) return null;
    amount += (input * price.input + output * price.output) / perTokens;
  }
  const [first] = Object.values(prices);
  // Without the noise of adding fractions up.
  return first === undefined ? null : { amount: Number(amount.toPrecision(12)), currency: first.currency };
}

/** The models among these that have no price. */
export function unpricedModels(usage: readonly ModelUsage[], prices: Prices | undefined): string[] {
  return usage.map(({ model }) => model).filter((model) => priceOf(model, prices ?? {}) === undefined);
}

function priceOf(model: string, prices: Prices): ModelPrice | undefined {
  return Object.hasOwn(prices, model) ? prices[model] : undefined;
}
