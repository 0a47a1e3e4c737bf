// After signing in, a person returns to a page of this site and to no other site.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readReturnAddress, signInAddress } from "../../../assets/auth/return-address.js";

const next = (value) => readReturnAddress(`?${new URLSearchParams({ next: value })}`);
const ORIGIN = "https://chat.example";

test("a path of this site is followed with its query", () => {
  for (const path of ["/", "/join", "/chat/local?session=ses_1&message=msg_2", "/settings/tokens", "/a//b", "/%5Cx"]) {
    assert.equal(next(path), path);
  }
});

test("addresses of other sites lead to the start page", () => {
  const others = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
  ];
  const hidden = ["/\t/evil.example", "/\n//evil.example", " //evil.example", "/ok\\..\\evil", "/\u0000", "evil", ""];
  for (const address of [...others, ...hidden]) assert.equal(next(address), "/", JSON.stringify(address));
  assert.equal(readReturnAddress(""), "/");
  assert.equal(readReturnAddress("?next"), "/");
});

test("browsers resolve the followed address to this site", () => {
  const characters = ["/", "\\", ":", "@", ".", "\t", "\n", "\r", " ", "?", "#", "e"];
  for (const a of characters)
    for (const b of characters)
      for (const c of characters) {
        const followed = next(`/${a}${b}${c}evil.example`);
        assert.equal(new URL(followed, ORIGIN).origin, ORIGIN, JSON.stringify(followed));
      }
});

test("the address of the sign-in page contains the way back", () => {
  const here = { pathname: "/chat/local", search: "?session=ses_1&x=%26" };
  const address = signInAddress(here);
  assert.ok(address.startsWith("/sign-in?"));
  assert.equal(readReturnAddress(new URL(address, ORIGIN).search), here.pathname + here.search);
});
