import { namesRule } from "./c04-names.ts";
import { lotsRule } from "./c06-lots.ts";
import { addressRule } from "./c07-address.ts";
import { readabilityRule } from "./c09-readability.ts";
import type { Rule } from "./rule.ts";
import { acceptedOfferRule } from "./v01-accepted-offer.ts";
import { acceptanceInTimeRule } from "./v02-acceptance-in-time.ts";
import { priceRule } from "./v04-price.ts";
import { financingRule } from "./v05-financing.ts";
import { chronologyRule } from "./v06-chronology.ts";
import { certificatePresentRule } from "./v07-certificate-present.ts";
import { certificateAgeRule } from "./v08-certificate-age.ts";
import { certificateLotRule } from "./v09-certificate-lot.ts";
import { registeredOwnerRule } from "./v11-registered-owner.ts";
import { transferDutiesRule } from "./v20-transfer-duties.ts";
import { taxBaseRule } from "./v21-tax-base.ts";

/** The rules of a sale, in the order of the checklist. */
export const rules: readonly Rule[] = [
  namesRule,
  lotsRule,
  addressRule,
  readabilityRule,
  acceptedOfferRule,
  acceptanceInTimeRule,
  priceRule,
  financingRule,
  chronologyRule,
  certificatePresentRule,
  certificateAgeRule,
  certificateLotRule,
  registeredOwnerRule,
  transferDutiesRule,
  taxBaseRule,
];
