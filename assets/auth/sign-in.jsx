/** The sign-in page. */
import { useEffect } from "react";
import { LoadError, Page } from "./page.jsx";
import { readReturnAddress } from "./return-address.js";
import { describeProblem } from "./sign-in-problem.js";
import { EmailField, Form, PasswordField } from "../lib/form.jsx";
import { fill } from "../lib/format.js";
import { sendRequest } from "../lib/rest.js";
import { useRequest } from "../lib/use-request.js";

const leave = () => location.replace(readReturnAddress(location.search));

export function SignIn({ labels }) {
  const [result, reload] = useRequest(() => sendRequest("GET", "/v1/auth"));
  const auth = result?.data;
  const done = auth && (auth.signed_in || auth.mode === "none");
  useEffect(() => {
    if (done) leave();
  }, [done]);
  const busy = !result || done;
  const problem = !busy && describeProblem(location.search, labels);
  return (
    <Page title={labels.sign_in_title} busy={busy} text={auth?.needs_set_up && labels.not_set_up} labels={labels}>
      {problem && (
        <p className="auth-error" role="alert" data-testid="sign-in-problem">
          {problem}
        </p>
      )}
      {result?.error && <LoadError error={result.error} onRetry={reload} labels={labels} />}
      {auth && !busy && !auth.needs_set_up && auth.mode === "password" && (
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
      {auth && !busy && auth.mode === "oidc" && <ProviderLink auth={auth} labels={labels} />}
    </Page>
  );
}

/** Returns the label of what leads to the identity provider. */
export const providerLabel = (auth, labels) =>
  fill(labels.sign_in_with, { provider: auth.provider ?? labels.single_sign_on });

/** Leads to the identity provider and back to the return address. */
function ProviderLink({ auth, labels }) {
  const next = readReturnAddress(location.search);
  // An invitation has to be sent along, and only its own page knows its secret.
  const href = next === "/join" ? next : `/v1/auth/oidc/start?${new URLSearchParams({ next })}`;
  return (
    <a className="btn pri wide" href={href} data-testid="sign-in-provider">
      {providerLabel(auth, labels)}
    </a>
  );
}
