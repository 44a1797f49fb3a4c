export { startRpcServer } from "./server.ts";
export type { RpcServer, RpcServerOptions } from "./server.ts";
