import { createServer as createTcpServer } from "node:net";

import { Hono } from "hono";
import { describe, expect, test } from "vitest";

import { Agent, approval, step, type SurrealDb, Workflow } from "../src/index.ts";
import { createServer, type Identity, serve, type ServerOptions } from "../src/server/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { allFrames, type Json, openDb, raw, request, send, start, until } from "./server-fixture.ts";

const key = "a-key-of-more-than-16-characters";

function parts(db: SurrealDb): Pick<ServerOptions, "db" | "agents" | "workflows"> {
  const clerk = new Agent({ name: "clerk", db, model: scriptedModel(({ prompt }) => `${prompt.length} messages`) });
  const half = new Workflow({
    name: "half",
    db,
    steps: [step("halve", (n: number, { state }) => (state["last"] = n / 2))],
  });
  const ask = new Workflow({ name: "ask", db, steps: [approval("validate", {})] });
  return { db, agents: [clerk], workflows: [half, ask] };
}

/** Users by their tokens. */
const users: Record<string, Identity> = {
  ana: { userId: "user:ana" },
  luc: { userId: "user:luc" },
  chief: { userId: "user:chief", scopes: ["admin"] },
  reader: { userId: "user:ana", scopes: ["read"] },
};
const auth = (asked: Request): Identity | null => {
  const token = asked.headers.get("authorization")?.replace("Bearer ", "") ?? "";
  return Object.hasOwn(users, token) ? (users[token] ?? null) : null;
};

describe("a server's options", () => {
  test("refuse the network without auth, weak keys, and what is not recorded in its database", async () => {
    const db = await openDb();
    const invalid = { code: "invalid_options" };
    for (const host of ["0.0.0.0", "::", "192.168.1.4", "example.com"])
      await expect(serve({ ...parts(db), host, port: 0 })).rejects.toMatchObject(invalid);
    expect(() => createServer({ db, auth: "short" })).toThrow(/16/);
    const unrecorded = new Agent({ name: "clerk", model: scriptedModel([]) });
    expect(() => createServer({ db, agents: [unrecorded] })).toThrow(/no db/);
    const { agents = [] } = parts(await openDb());
    expect(() => createServer({ db, agents })).toThrow(/another db/);
    const own = parts(db).agents ?? [];
    expect(() => createServer({ db, agents: [...own, ...own] })).toThrow(/two/);
    expect(() => createServer({ db, limits: { maxBodyBytes: 0 } })).toThrow(/maxBodyBytes/);
    const server = await start({ db, host: "0.0.0.0", auth: key });
    expect(server.url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
  });

  test("don't matter to the application that the app is mounted in: it asks for keys itself", async () => {
    const outer = new Hono().route("/api", createServer(parts(await openDb())));
    const there = { host: "office.example", origin: "https://office.example" };
    expect((await outer.request("https://office.example/api/agents", { headers: there })).status).toBe(200);
    const missing = await outer.request("/api/agents/nobody");
    expect([missing.status, await missing.json()]).toEqual([404, { detail: expect.any(String) }]);
    const page = { headers: { origin: "https://evil.example" } };
    expect((await outer.request("https://office.example/api/agents", page)).status).toBe(403);
    const body = JSON.stringify({ message: 4, stream: false });
    const asked = { method: "POST", body, headers: { "content-type": "application/json" } };
    expect(await (await outer.request("/api/workflows/half/runs", asked)).json()).toMatchObject({ content: 2 });
  });

  test("tell of an address that is taken", async () => {
    const db = await openDb();
    const other = createTcpServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    await expect(serve({ db, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    other.close();
  });
});

describe("a key", () => {
  test("is asked of everything but /health", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth: key });
    expect((await request(`${url}/health`)).status).toBe(200);
    for (const path of ["/", "/agents", "/runs", "/config", "/openapi.json", "/nothing", "/sessions"]) {
      const refused = await request(`${url}${path}`);
      expect([path, refused.status, refused.body["detail"]]).toEqual([path, 401, expect.any(String)]);
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    }
    for (const wrong of [`${key}x`, key.slice(1), "", "x".repeat(5000)])
      expect((await request(`${url}/agents`, { headers: { authorization: `Bearer ${wrong}` } })).status).toBe(401);
    expect((await request(`${url}/agents`, { headers: { authorization: `Basic ${key}` } })).status).toBe(401);
    expect((await request(`${url}/agents`, { key })).status).toBe(200);
    expect((await request(`${url}/nothing`, { key })).status).toBe(404);
  });

  test("may be a function, which can fail without being told", async () => {
    const db = await openDb();
    const errors: unknown[] = [];
    const failing = (): never => {
      throw new Error("secret-of-the-directory");
    };
    const onError = (error: unknown, at: object): void => void errors.push([error, at]);
    const { url } = await start({ ...parts(db), auth: failing, onError });
    const { status, body } = await request(`${url}/agents?token=private`);
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining("secret")]);
    expect(errors).toMatchObject([[{ message: "secret-of-the-directory" }, { method: "GET", status: 500 }]]);
    expect(JSON.stringify(errors)).not.toContain("private");
  });
});

describe("users", () => {
  test("see and use their own runs and sessions, and no others", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth });
    const json = { message: "Hello", stream: false, session_id: "s1", user_id: "user:luc" };
    const run = await request(`${url}/agents/clerk/runs`, { key: "ana", json });
    expect(run.body).toMatchObject({ user_id: "user:ana", content: "1 messages" });
    const half = await request(`${url}/workflows/half/runs`, {
      key: "ana",
      json: { ...json, message: 2, session_id: "w1" },
    });
    const waiting = await request(`${url}/workflows/ask/runs`, { key: "ana", json: { ...json, session_id: "" } });
    const [runId, halfId, askId] = [run, half, waiting].map(({ body }) => String(body["run_id"]));

    const get = [
      "/sessions/s1",
      "/sessions/s1/runs",
      `/sessions/s1/runs/${runId}`,
      `/agents/clerk/runs/${runId}?session_id=s1`,
      "/agents/clerk/runs?session_id=s1",
      `/workflows/half/runs/${halfId}`,
      "/workflows/half/runs?session_id=w1",
      "/sessions/w1/runs?type=workflow",
      `/runs/${halfId}`,
    ];
    const post = [
      `/agents/clerk/runs/${runId}/resume`,
      `/agents/clerk/runs/${runId}/continue`,
      `/agents/clerk/runs/${runId}/cancel?session_id=s1`,
      `/workflows/half/runs/${halfId}/resume`,
      `/workflows/half/runs/${halfId}/cancel`,
      `/workflows/ask/runs/${askId}/continue`,
      `/runs/${askId}/approve`,
      `/runs/${askId}/reject`,
      `/runs/${askId}/cancel`,
      "/sessions/s1/rename",
    ];
    const of = async (path: string, method: string, who: string): Promise<unknown> => {
      const body = { session_id: path.includes("/agents/") ? "s1" : "", session_name: "x" };
      const { status } = await request(
        `${url}${path}`,
        method === "GET" ? { key: who } : { key: who, method, json: body },
      );
      return [path, status];
    };
    for (const path of get) expect(await of(path, "GET", "luc")).toEqual([path, 404]);
    for (const path of post) expect(await of(path, "POST", "luc")).toEqual([path, 404]);
    for (const path of ["/sessions/s1", "/sessions/w1?type=workflow"])
      for (const method of ["DELETE", "PATCH"]) expect(await of(path, method, "luc")).toEqual([path, 404]);
    for (const path of get) for (const who of ["ana", "chief"]) expect(await of(path, "GET", who)).toEqual([path, 200]);

    // Their session is nobody else's to go on with.
    expect((await request(`${url}/agents/clerk/runs`, { key: "luc", json })).status).toBe(404);
    expect(
      (await request(`${url}/workflows/half/runs`, { key: "luc", json: { ...json, session_id: "w1" } })).status,
    ).toBe(404);
    expect((await db.sessions.agent("clerk", "s1"))?.message_count).toBe(2);

    const seen = async (who: string): Promise<unknown[]> => {
      const ask = async (path: string): Promise<Json> => (await request(`${url}${path}`, { key: who })).body;
      return [
        ((await ask("/runs?user_id=user:ana"))["runs"] as unknown[]).length,
        ((await ask("/runs/waiting"))["questions"] as unknown[]).length,
        ((await ask("/runs/stats"))["workflows"] as unknown[]).length,
        ((await ask("/sessions?type=agent&user_id=user:ana"))["data"] as unknown[]).length,
        ((await ask("/sessions?type=workflow"))["data"] as unknown[]).length,
        (await request(`${url}/metrics`, { key: who })).status,
      ];
    };
    expect(await seen("luc")).toEqual([0, 0, 0, 0, 0, 403]);
    expect(await seen("ana")).toEqual([2, 1, 2, 1, 2, 403]);
    expect(await seen("chief")).toEqual([2, 1, 2, 1, 2, 200]);
    const approved = await request(`${url}/runs/${askId}/approve`, { key: "chief", json: { by: "user:forged" } });
    expect(approved.body).toMatchObject({ status: "COMPLETED", content: { approved: true, by: "user:chief" } });
  });

  test("are who they are, also where they may see each other's runs", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth, isolation: false });
    const ask = async (who: string): Promise<unknown> => {
      const json = { message: 1, stream: false, user_id: "user:forged" };
      return (await request(`${url}/workflows/half/runs`, { key: who, json })).body["user_id"];
    };
    expect([await ask("ana"), await ask("chief")]).toEqual(["user:ana", "user:forged"]);
    const { runs } = (await request(`${url}/runs`, { key: "luc" })).body as { runs: Json[] };
    expect(runs.map(({ user_id }) => user_id)).toEqual(["user:forged", "user:ana"]);
  });

  test("who name one new session at once don't get into one conversation", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth });
    const json = { message: "Hello", stream: false, session_id: "shared" };
    const ask = (who: string): Promise<number> =>
      request(`${url}/agents/clerk/runs`, { key: who, json }).then(({ status }) => status);
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? "ana" : "luc")));
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 404)).toHaveLength(10);
    const rows = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "shared" }, { last: 100 });
    expect(new Set(rows.filter(({ role }) => role === "user").map(({ user_id }) => user_id)).size).toBe(1);
  });

  test("are told of their own runs alone by the live stream", async () => {
    const db = await openDb();
    const { workflows = [], ...rest } = parts(db);
    const { url } = await start({ ...rest, workflows, auth });
    const live = await send(`${url}/runs/live`, { key: "luc" });
    const reader = (live.body as ReadableStream<Uint8Array>).getReader();
    let text = new TextDecoder().decode((await reader.read()).value);
    for (const who of ["ana", "luc"])
      await request(`${url}/workflows/half/runs`, { key: who, json: { message: 1, stream: false } });
    while (!text.includes("success")) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).not.toContain("user:ana");
    await reader.cancel();
  });

  test("may do what their scopes say", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth });
    expect((await request(`${url}/agents`, { key: "reader" })).status).toBe(200);
    const refused = [
      ["/agents/clerk/runs", "POST"],
      ["/workflows/half/runs", "POST"],
      ["/runs/x/approve", "POST"],
      ["/sessions", "POST"],
      ["/sessions/s1", "DELETE"],
      ["/runs/x/cancel", "POST"],
    ];
    for (const [path, method] of refused)
      expect([
        path,
        (await request(`${url}${path}`, { key: "reader", method: method ?? "", json: {} })).status,
      ]).toEqual([path, 403]);
  });
});

describe("web pages", () => {
  const preflight = (url: string, origin: string): Promise<Response> =>
    fetch(`${url}/agents/clerk/runs`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, authorization",
      },
    });

  test("of this machine may ask, those of other origins not", async () => {
    const db = await openDb();
    const { url } = await start(parts(db));
    const allowed = await preflight(url, "http://localhost:3000");
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(allowed.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
    expect((await preflight(url, "https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    const form = { message: "Hello" };
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"])
      expect((await request(`${url}/agents/clerk/runs`, { form, headers: { origin } })).status).toBe(403);
    expect((await db.query("SELECT * FROM agent_messages").catch(() => [[]]))[0]).toEqual([]);
    const answered = await send(`${url}/agents/clerk/runs`, { form, headers: { origin: "http://127.0.0.1:3000" } });
    expect(answered.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:3000");
    await answered.body?.cancel();
  });

  test("that have made their own name this machine's are refused", async () => {
    const db = await openDb();
    const { port } = await start(parts(db));
    const ask = (host: string): Promise<string> =>
      raw(port, `GET /agents HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await ask(`evil.example:${port}`)).toMatch(/^HTTP\/1\.1 403/);
    expect(await ask(`localhost:${port}`)).toMatch(/^HTTP\/1\.1 200/);
  });

  test("of named origins may ask with a key", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth: key, cors: ["https://os.agno.com"] });
    const allowed = await preflight(url, "https://os.agno.com");
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, "https://os.agno.com"]);
    expect((await request(`${url}/agents`, { key, headers: { origin: "http://localhost:3000" } })).status).toBe(403);
  });

  test("get headers that keep answers from being run or framed", async () => {
    const db = await openDb();
    const { url } = await start(parts(db));
    const { headers } = await request(`${url}/agents`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("content-type")).toContain("application/json");
  });
});

describe("requests that are none", () => {
  const boundary = "----b";
  const multipart = (text: string): RequestInit => ({
    method: "POST",
    body: text,
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  });

  test("malformed bodies are refused and change nothing", async () => {
    const db = await openDb();
    const { url } = await start(parts(db));
    const runs = `${url}/agents/clerk/runs`;
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="message"\r\n\r\nHello`;
    for (const text of [
      "",
      "garbage",
      part,
      `${part}\r\n--${boundary}`,
      `--${boundary}\r\nno header\r\n\r\n--${boundary}--`,
    ])
      expect([text, (await request(runs, multipart(text))).status]).toEqual([text, 400]);
    expect(
      (await request(runs, { method: "POST", body: "a", headers: { "content-type": "multipart/form-data" } })).status,
    ).toBe(400);
    for (const body of [
      "{",
      "[1",
      '{"message":',
      "nul",
      '{"message":"a","__proto__":{"admin":true}}',
      '{"message":"a","metadata":{"__proto__":1}}',
    ])
      expect([
        body,
        (await request(runs, { method: "POST", body, headers: { "content-type": "application/json" } })).status,
      ]).toEqual([body, 400]);
    const invalidUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
    expect(
      (await request(runs, { method: "POST", body: invalidUtf8, headers: { "content-type": "application/json" } }))
        .status,
    ).toBe(400);
    const deep = `{"message":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(
      (await request(runs, { method: "POST", body: deep, headers: { "content-type": "application/json" } })).status,
    ).toBe(400);
    const form = { message: "a", stream: "false", metadata: '{"__proto__":{"admin":true}}' };
    expect((await request(runs, { form })).status).toBe(422);
    const harmless = await request(runs, {
      form: { message: "a", stream: "false", __proto__x: "1", constructor: "1", toString: "1" },
    });
    expect(harmless.status).toBe(200);
    expect(({} as Json)["admin"]).toBeUndefined();
  });

  test("bodies up to the limit pass, larger ones are refused before they are read", async () => {
    const db = await openDb();
    const { url, port } = await start(parts(db));
    const runs = `${url}/agents/clerk/runs`;
    const file = new Blob([new Uint8Array(10 * 1024 * 1024 - 2000)]);
    expect((await request(runs, { form: { message: "a", stream: "false", files: file } })).body["status"]).toBe(
      "COMPLETED",
    );
    const header = `POST /agents/clerk/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    expect(await raw(port, `${header}Content-Length: 20000000\r\n\r\n{"message":"`)).toMatch(/^HTTP\/1\.1 413/);
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    expect(await raw(port, `${header}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(11)}`, 3000)).toMatch(
      /^HTTP\/1\.1 413/,
    );

    const tooLarge = { form: { message: "a", files: new Blob([new Uint8Array(12 * 1024 * 1024)]) } };
    expect((await request(runs, tooLarge)).status).toBe(413);
    const strict = await start({ ...parts(await openDb()), limits: { maxFiles: 1, maxFileBytes: 100 } });
    const send = async (...sizes: number[]): Promise<number> => {
      const body = new FormData();
      body.append("message", "a");
      body.append("stream", "false");
      for (const size of sizes) body.append("files", new Blob([new Uint8Array(size)]), "a.bin");
      return (await fetch(`${strict.url}/agents/clerk/runs`, { method: "POST", body })).status;
    };
    expect([await send(100), await send(101), await send(10, 10)]).toEqual([200, 413, 413]);
  });

  test("paths lead nowhere but to names that are served", async () => {
    const db = await openDb();
    const { url, port } = await start(parts(db));
    const paths = [
      "/agents/../../etc/passwd",
      "/agents/..%2f..%2fetc%2fpasswd",
      "/agents/%2e%2e/config%00",
      "/agents/clerk%2fruns",
      "/agents/__proto__",
      "/agents/constructor",
      "/workflows/toString",
      "/runs/..%2f..%2fx",
      "/runs/%00",
      "/runs/workflow_runs:x%3B%20DELETE%20agent_messages",
      "/runs/%E0%A4%A",
      "/sessions/%0d%0aSet-Cookie:a=b",
      `/sessions/${"a".repeat(5000)}`,
    ];
    for (const path of paths) {
      const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect([path, answer]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 (404|422|400)/)]);
      expect(answer.toLowerCase()).not.toContain("set-cookie");
    }
    const sessions = await request(`${url}/agents/clerk/runs`, {
      json: { message: "a", stream: false, session_id: "a/b[0]; x" },
    });
    expect(sessions.status).toBe(200);
    expect((await request(`${url}/sessions/${encodeURIComponent("a/b[0]; x")}`)).body["session_id"]).toBe("a/b[0]; x");
    for (const session_id of ["a\r\nSet-Cookie: b", "\u0000", "a".repeat(201)])
      expect((await request(`${url}/agents/clerk/runs`, { json: { message: "a", session_id } })).status).toBe(422);
  });

  test("headers that are too large, or smuggle another request, are refused", async () => {
    const db = await openDb();
    const { port, url } = await start(parts(db));
    expect(await raw(port, `GET /agents HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    const both =
      "POST /agents/clerk/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await raw(port, both)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(port, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400/);
    expect((await request(`${url}/health`)).status).toBe(200);
  });
});

describe("limits", () => {
  test("of requests count each sender by itself, and wrong keys by their address", async () => {
    const db = await openDb();
    const { url } = await start({ ...parts(db), auth, limits: { rate: { perMinute: 1, burst: 3 } } });
    const ask = async (who: string): Promise<number> => (await request(`${url}/agents`, { key: who })).status;
    expect([await ask("ana"), await ask("ana"), await ask("ana"), await ask("ana")]).toEqual([200, 200, 200, 429]);
    expect(await ask("luc")).toBe(200);
    const { headers } = await request(`${url}/agents`, { key: "ana" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await request(`${url}/health`)).status).toBe(200);
    expect([await ask("wrong1"), await ask("wrong2"), await ask("wrong3"), await ask("wrong4")]).toEqual([
      401, 401, 401, 429,
    ]);
  });

  test("of time end a run whose client waits, and of number refuse what is too much", async () => {
    const db = await openDb();
    const slow = new Workflow({
      name: "slow",
      db,
      steps: [
        step(
          "wait",
          (_: unknown, { signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
        ),
      ],
    });
    const { url } = await start({
      db,
      workflows: [slow],
      limits: { runTimeoutMs: 200, maxBackgroundRuns: 1, maxStreams: 1 },
    });
    const runs = `${url}/workflows/slow/runs`;
    expect((await request(runs, { json: { message: 1, stream: false } })).status).toBe(504);
    expect((await db.runs.latest(1))[0]).toMatchObject({ status: "error" });
    const background = { json: { message: 1, stream: false, background: true } };
    const begun = await request(runs, background);
    expect(begun.status).toBe(202);
    expect((await request(runs, background)).status).toBe(503);
    const open = await send(`${runs}/${String(begun.body["run_id"])}/resume`, { method: "POST" });
    expect((await request(`${url}/runs/live`)).status).toBe(503);
    expect((await request(`${url}/runs/${String(begun.body["run_id"])}/cancel`, { method: "POST" })).status).toBe(200);
    await allFrames(open);
    await until(async () => (await request(runs, background)).status === 202);
  });
});
