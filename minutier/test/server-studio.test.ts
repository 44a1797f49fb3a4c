import { existsSync } from "node:fs";
import { request as rawRequest } from "node:http";

import { Hono } from "hono";
import { expect, test } from "vitest";

import { createServer } from "../src/server/index.ts";
import { openDb, start } from "./server-fixture.ts";

const index = new URL("../dist/studio/index.html", import.meta.url);

test("the studio was built: these tests are of its files", () => {
  expect(existsSync(index)).toBe(true);
});

test("the studio's files need no key, and its data do", async () => {
  const { url } = await start({ db: await openDb(), auth: "a-key-of-24-characters-1" });
  const page = await fetch(`${url}/studio/`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect((await fetch(`${url}/runs`)).status).toBe(401);
});

test("a page allows its own scripts and styles and nothing else, by a nonce that no other page has", async () => {
  const { url } = await start({ db: await openDb() });
  const nonces = new Set<string>();
  for (let time = 0; time < 2; time += 1) {
    const page = await fetch(`${url}/studio/runs`);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    const html = await page.text();
    expect(html).toContain(`nonce="${nonce}"`);
    expect(html).not.toContain("STUDIO_NONCE");
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});

test("any address below is the page, which finds its files from there", async () => {
  const { url } = await start({ db: await openDb() });
  for (const address of ["studio/", "studio/runs", "studio/sessions/agent/clerk/s%2F1", "studio/a/b/"]) {
    const page = await fetch(`${url}/${address}`);
    expect(page.status).toBe(200);
    const base = /<base href="([^"]*)"/.exec(await page.text())?.[1] ?? "";
    expect(new URL(base, page.url).href).toBe(`${url}/studio/`);
  }
  const moved = await fetch(`${url}/studio`, { redirect: "manual" });
  expect(new URL(moved.headers.get("location") ?? "", `${url}/studio`).href).toBe(`${url}/studio/`);
});

test("a server below a path has its studio there", async () => {
  const outer = new Hono().route("/office/minutier", createServer({ db: await openDb() }));
  const page = await outer.request("/office/minutier/studio/runs/1");
  const base = /<base href="([^"]*)"/.exec(await page.text())?.[1] ?? "";
  expect(new URL(base, "http://here/office/minutier/studio/runs/1").pathname).toBe("/office/minutier/studio/");
});

test("a file with a hash in its name is kept for ever, compressed where that is understood", async () => {
  const { url } = await start({ db: await openDb() });
  const html = await (await fetch(`${url}/studio/`)).text();
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  const plain = await fetch(`${url}/studio/${script}`, { headers: { "accept-encoding": "identity" } });
  expect(plain.status).toBe(200);
  expect(plain.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(plain.headers.get("content-encoding")).toBeNull();
  const zipped = await fetch(`${url}/studio/${script}`);
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(await zipped.text()).toBe(await plain.text());
  expect((await fetch(`${url}/studio/assets/gone.js`)).status).toBe(404);
});

test("no address leads out of the studio's files", async () => {
  const { port } = await start({ db: await openDb() });
  const paths = [
    "/studio/../package.json",
    "/studio/..%2f..%2fpackage.json",
    "/studio/%2e%2e/%2e%2e/package.json",
    "/studio/assets/..%2f..%2f..%2fpackage.json",
    "/studio/..\\..\\package.json",
    "/studio//etc/passwd",
    "/studio/%00",
  ];
  for (const path of paths) {
    const body = await new Promise<string>((resolve, reject) => {
      rawRequest({ port, host: "127.0.0.1", path }, (response) => {
        let text = "";
        response.on("data", (data: Buffer) => (text += data.toString()));
        response.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
    expect([path, /"dependencies"|root:/.test(body)]).toEqual([path, false]);
  }
});

test("a server without the studio has nothing there", async () => {
  const { url } = await start({ db: await openDb(), studio: false });
  expect((await fetch(`${url}/studio/`)).status).toBe(404);
});

test("/docs leads to the page of the API, wherever the server is, and to nothing without a studio", async () => {
  const app = createServer({ db: await openDb(), auth: "a-key-of-24-characters-1" });
  const outer = new Hono().route("/office", app);
  for (const [server, address, page] of [
    [outer, "/office/docs", "/office/studio/api"],
    [app, "/docs", "/studio/api"],
    [app, "/docs/", "/studio/api"],
  ] as const) {
    const moved = await server.request(address);
    expect([address, moved.status]).toEqual([address, 302]);
    expect(new URL(moved.headers.get("location") ?? "", `http://office${address}`).pathname).toBe(page);
  }
  expect((await createServer({ db: await openDb(), studio: false }).request("/docs")).status).toBe(404);
});
