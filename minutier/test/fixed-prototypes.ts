/**
 * Before every test file: the prototypes that all code shares can't be given another parent or more properties, so that
 * a copy which reaches one of them fails there and then, rather than breaking the process somewhere else.
 */
const shared = [
  Object,
  Array,
  Function,
  Promise,
  Map,
  Set,
  Date,
  Error,
  RegExp,
  URL,
  ArrayBuffer,
  DataView,
  Buffer,
  Object.getPrototypeOf(Uint8Array) as typeof Uint8Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

for (const { prototype } of shared) Object.preventExtensions(prototype);
