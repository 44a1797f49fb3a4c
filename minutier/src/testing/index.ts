export { openTestDatabase, type TestDatabaseOptions } from "./open-test-database.ts";
export { type RpcServer, type RpcServerOptions, startRpcServer } from "./rpc-server/index.ts";
export {
  type ScriptedAnswer,
  scriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
  type ScriptedReply,
  type ScriptedRequest,
  type ScriptedToolCall,
} from "./scripted-model.ts";
