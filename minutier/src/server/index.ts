export { createServer, type ServerApp } from "./create-server.ts";
export { type RunningServer, serve, type ServeOptions } from "./serve.ts";
export type { ModelPrice, Prices } from "./prices.ts";
export type { Identity, ServerLimits, ServerOptions, VerifyRequest } from "./server-options.ts";
