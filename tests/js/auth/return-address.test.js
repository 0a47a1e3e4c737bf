// Where a person goes after they have signed in: only ever to a page of this site.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readNext, signInAddress } from "../../../assets/auth/return-address.js";

const next = (value) => readNext(`?${new URLSearchParams({ next: value })}`);
const ORIGIN = "https://chat.example";

test("a path of this site is followed, with what belongs to it", () => {
  for (const path of ["/", "/join", "/chat/local?session=ses_1&message=msg_2", "/settings/tokens", "/a//b", "/%5Cx"]) {
    assert.equal(next(path), path);
  }
});

test("whatever could lead elsewhere leads to the start page", () => {
  const others = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)"];
  const hidden = ["/\t/evil.example", "/\n//evil.example", " //evil.example", "/ok\\..\\evil", "/\u0000", "evil", ""];
  for (const address of [...others, ...hidden]) assert.equal(next(address), "/", JSON.stringify(address));
  assert.equal(readNext(""), "/");
  assert.equal(readNext("?next"), "/");
});

test("what is followed stays on this site for the browser as well", () => {
  const characters = ["/", "\\", ":", "@", ".", "\t", "\n", "\r", " ", "?", "#", "e"];
  for (const a of characters)
    for (const b of characters)
      for (const c of characters) {
        const followed = next(`/${a}${b}${c}evil.example`);
        assert.equal(new URL(followed, ORIGIN).origin, ORIGIN, JSON.stringify(followed));
      }
});

test("the way to the sign-in page leads back", () => {
  const here = { pathname: "/chat/local", search: "?session=ses_1&x=%26" };
  const address = signInAddress(here);
  assert.ok(address.startsWith("/sign-in?"));
  assert.equal(readNext(new URL(address, ORIGIN).search), here.pathname + here.search);
});
