/** The page where a person signs in. */
import { useEffect } from "react";
import { EmailField, Form, PasswordField } from "./form.jsx";
import { readNext } from "./next.js";
import { Page, Trouble, useAnswer } from "./page.jsx";
import { ask } from "./rest.js";
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
  return (
    <Page title={labels.sign_in_title} busy={waits} text={auth?.needs_set_up && labels.not_set_up} labels={labels}>
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

/** Leads to the place where a person signs in with what they have there, and back to where they wanted to go. */
export function ProviderLink({ auth, next = readNext(location.search), labels }) {
  return (
    <a
      className="btn pri wide"
      href={`/v1/auth/oidc/start?${new URLSearchParams({ next })}`}
      data-testid="sign-in-provider"
    >
      {fill(labels.sign_in_with, { provider: auth.provider ?? labels.single_sign_on })}
    </a>
  );
}
