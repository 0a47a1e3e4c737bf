// Asking over REST: every answer comes back as data or as an error, and nothing is thrown.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { UNREACHABLE, ask } from "../../../assets/lib/rest.js";

const real = globalThis.fetch;
let asked;
const answers = (response) => {
  globalThis.fetch = async (...request) => {
    asked = request;
    return response();
  };
};
afterEach(() => {
  globalThis.fetch = real;
});

test("what is sent is JSON, and what comes is data", async () => {
  answers(() => Response.json({ user: 1 }));
  assert.deepEqual(await ask("POST", "/v1/auth/sign-in", { email: "a" }), { data: { user: 1 } });
  const [path, { method, body, headers }] = asked;
  assert.deepEqual([path, method, body, headers["Content-Type"]], [
    "/v1/auth/sign-in",
    "POST",
    '{"email":"a"}',
    "application/json",
  ]);
});

test("an answer without content is one as well", async () => {
  answers(() => new Response(null, { status: 204 }));
  assert.deepEqual(await ask("POST", "/v1/auth/sign-out", { everywhere: false }), { data: null });
});

test("an error has its status, and what it needs to be shown", async () => {
  const error = { code: "too_many_tries", message: "Wait.", details: { retry_after: 3 } };
  answers(() => Response.json({ error }, { status: 429 }));
  assert.deepEqual(await ask("GET", "/v1/me"), { error: { ...error, status: 429 } });
});

test("an error in no form that is known is an error without words", async () => {
  for (const body of ["<html>", "", "null", '{"detail":"x"}']) {
    answers(() => new Response(body, { status: 502 }));
    assert.deepEqual(await ask("GET", "/v1/me"), { error: { code: "", message: "", details: {}, status: 502 } });
  }
});

test("no answer at all is an error of its own", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("fetch failed");
  };
  const { error } = await ask("GET", "/v1/me");
  assert.deepEqual([error.code, error.status], [UNREACHABLE, 0]);
});
