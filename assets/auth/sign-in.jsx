/** The page where a person signs in. */
import { useEffect } from "react";
import { EmailField, Form, PasswordField } from "../lib/form.jsx";
import { readNext } from "./return-address.js";
import { Page, Trouble, useAnswer } from "./page.jsx";
import { ask } from "../lib/rest.js";
import { problemOf } from "../lib/error-text.js";
import { fill } from "../transcript/format.js";

const leave = () => location.replace(readNext(location.search));

export function SignIn({ labels }) {
  const [answer, again] = useAnswer(() => ask("GET", "/v1/auth"));
  const auth = answer?.data;
  const done = auth && (auth.signed_in || auth.mode === "none");
  useEffect(() => {
    if (done) leave();
  }, [done]);
  const waits = !answer || done;
  const problem = !waits && problemOf(location.search, labels);
  return (
    <Page title={labels.sign_in_title} busy={waits} text={auth?.needs_set_up && labels.not_set_up} labels={labels}>
      {problem && (
        <p className="auth-error" role="alert" data-testid="sign-in-problem">
          {problem}
        </p>
      )}
      {answer?.error && <Trouble error={answer.error} again={again} labels={labels} />}
      {auth && !waits && !auth.needs_set_up && auth.mode === "password" && (
        <Form
          request={(values) => ({ path: "/v1/auth/sign-in", body: values })}
          onDone={leave}
          action={labels.sign_in}
          labels={labels}
        >
          <EmailField autoFocus labels={labels} />
          <PasswordField label={labels.password} labels={labels} />
        </Form>
      )}
      {auth && !waits && auth.mode === "oidc" && <ProviderLink auth={auth} labels={labels} />}
    </Page>
  );
}

/** What the way to the provider is called. */
export const providerLabel = (auth, labels) =>
  fill(labels.sign_in_with, { provider: auth.provider ?? labels.single_sign_on });

/** Leads to the place where a person signs in with what they have there, and back to where they wanted to go. */
function ProviderLink({ auth, labels }) {
  const next = readNext(location.search);
  // Only the page of the invitation knows its secret, which has to go along.
  const href = next === "/join" ? next : `/v1/auth/oidc/start?${new URLSearchParams({ next })}`;
  return (
    <a className="btn pri wide" href={href} data-testid="sign-in-provider">
      {providerLabel(auth, labels)}
    </a>
  );
}
