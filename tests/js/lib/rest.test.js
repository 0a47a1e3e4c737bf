// REST requests return data or an error, and never throw.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { UNREACHABLE, sendRequest } from "../../../assets/lib/rest.js";

const real = globalThis.fetch;
let sent;
const answers = (response) => {
  globalThis.fetch = async (...request) => {
    sent = request;
    return response();
  };
};
afterEach(() => {
  globalThis.fetch = real;
});

test("JSON is sent, and data is returned", async () => {
  answers(() => Response.json({ user: 1 }));
  assert.deepEqual(await sendRequest("POST", "/v1/auth/sign-in", { email: "a" }), { data: { user: 1 } });
  const [path, { method, body, headers }] = sent;
  assert.deepEqual(
    [path, method, body, headers["Content-Type"]],
    ["/v1/auth/sign-in", "POST", '{"email":"a"}', "application/json"],
  );
});

test("an answer without content returns no data", async () => {
  answers(() => new Response(null, { status: 204 }));
  assert.deepEqual(await sendRequest("POST", "/v1/auth/sign-out", { everywhere: false }), { data: null });
});

test("an error has its status, message and details", async () => {
  const error = { code: "too_many_tries", message: "Wait.", details: { retry_after: 3 } };
  answers(() => Response.json({ error }, { status: 429 }));
  assert.deepEqual(await sendRequest("GET", "/v1/me"), { error: { ...error, status: 429 } });
});

test("an error in an unknown format has no message", async () => {
  for (const body of ["<html>", "", "null", '{"detail":"x"}']) {
    answers(() => new Response(body, { status: 502 }));
    assert.deepEqual(await sendRequest("GET", "/v1/me"), {
      error: { code: "", message: "", details: {}, status: 502 },
    });
  }
});

test("no answer at all is an error of its own", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("fetch failed");
  };
  const { error } = await sendRequest("GET", "/v1/me");
  assert.deepEqual([error.code, error.status], [UNREACHABLE, 0]);
});
