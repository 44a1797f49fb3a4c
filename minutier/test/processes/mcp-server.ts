/** An MCP server over stdio with two tools. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "registre", version: "1.0.0" });
server.registerTool("lot", { description: "Looks a lot up.", inputSchema: { number: z.string() } }, ({ number }) => ({
  content: [{ type: "text", text: `Le lot ${number} est à Laval.` }],
}));
server.registerTool("panne", { description: "Always fails.", inputSchema: {} }, () => {
  throw new Error("le registre est fermé");
});
await server.connect(new StdioServerTransport());
