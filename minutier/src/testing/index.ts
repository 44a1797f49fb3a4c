export { openTestDatabase } from "./open-test-database.ts";
export { type RpcServer, type RpcServerOptions, startRpcServer } from "./rpc-server/index.ts";
export { scriptedModel } from "./scripted-model.ts";
