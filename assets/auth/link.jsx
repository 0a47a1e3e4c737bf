/** The pages that a link leads to: setting the program up, joining a workspace, choosing a new password. */
import { useEffect, useState } from "react";
import { EmailField, Field, Form, PasswordField } from "./form.jsx";
import { signInAddress } from "./next.js";
import { Page, Trouble, useAnswer } from "./page.jsx";
import { ask } from "./rest.js";
import { secrets, takeSecret } from "./secret.js";
import { providerLabel } from "./sign-in.jsx";
import { fill } from "../transcript/format.js";

const PATHS = { set_up: "/v1/auth/set-up", invite: "/v1/auth/join", reset: "/v1/auth/reset" };

// Read before anything else runs, so that the secret is in the address bar for no longer than it must be.
let secret = globalThis.location ? takeSecret() : "";

const leave = () => {
  secrets.forget(location);
  location.replace("/");
};

/** What the page is about: {link, auth, me}. */
async function look() {
  const link = await ask("POST", "/v1/auth/links", { secret });
  if (link.error) return link;
  const auth = await ask("GET", "/v1/auth");
  if (auth.error) return auth;
  if (!auth.data.signed_in) return { data: { link: link.data, auth: auth.data, me: null } };
  const me = await ask("GET", "/v1/me");
  return me.error ? me : { data: { link: link.data, auth: auth.data, me: me.data } };
}

/** @param {"set_up"|"invite"|"reset"} purpose of the page; that of the link counts as soon as it is known */
export function Link({ purpose, minPasswordLength, labels }) {
  const [key, setKey] = useState(0);
  useEffect(() => {
    const onHashChange = () => {
      secret = takeSecret();
      setKey((count) => count + 1);
    };
    // Another link for the same page, put into the address bar, loads nothing anew.
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);
  return <Looked key={key} {...{ purpose, minPasswordLength, labels }} />;
}

function Looked({ purpose, minPasswordLength, labels }) {
  const [ready, setReady] = useState(false);
  const [answer, again] = useAnswer(async () => (secret ? look() : { error: { status: 404, code: "no_secret" } }));
  useEffect(() => setReady(true), []);
  const known = answer?.data?.link ?? { purpose };
  const title = titleOf(known, labels);
  if (!ready || !answer) return <Page title={title} busy labels={labels} />;
  if (answer.error?.status === 404) return <Gone error={answer.error} title={title} labels={labels} />;
  return (
    <Page title={title} text={textOf(known, labels)} labels={labels}>
      {answer.error && <Trouble error={answer.error} again={again} labels={labels} />}
      {answer.data && <Way {...answer.data} {...{ again, minPasswordLength, labels }} />}
    </Page>
  );
}

function titleOf({ purpose, workspace }, labels) {
  if (purpose === "set_up") return labels.set_up_title;
  if (purpose === "reset") return labels.reset_title;
  return workspace ? fill(labels.join_title, { workspace }) : labels.join_title_unknown;
}

function textOf({ purpose, role }, labels) {
  if (purpose === "set_up") return labels.set_up_text;
  return purpose === "invite" && role ? labels.joining[role] : undefined;
}

function Gone({ error, title, labels }) {
  useEffect(() => secrets.forget(location), []);
  return (
    <Page title={title} labels={labels}>
      <p className="auth-error" role="alert" data-testid="link-gone">
        {error.message || labels.not_whole}
      </p>
      <a className="btn wide" href="/sign-in">
        {labels.to_sign_in}
      </a>
    </Page>
  );
}

function Way({ link, auth, me, again, minPasswordLength, labels }) {
  if (link.purpose === "invite" && me) return <JoinAs {...{ me, again, labels }} />;
  if (link.purpose === "invite" && auth.mode === "oidc") {
    return <JoinThere {...{ auth, again, labels }} />;
  }
  const actions = { set_up: labels.set_up, invite: labels.join, reset: labels.reset };
  // The link may have been used elsewhere meanwhile: then there is nothing left to fill in.
  const onError = ({ status }) => status === 404 && (again(), true);
  return (
    <>
      <Form
        request={({ email, ...values }) => ({
          path: PATHS[link.purpose],
          body: { secret, ...values, ...(link.purpose !== "reset" && { email }) },
        })}
        onDone={leave}
        onError={onError}
        action={actions[link.purpose]}
        labels={labels}
      >
        {link.purpose !== "reset" && (
          <Field label={labels.name} name="name" autoComplete="name" autoFocus defaultValue={link.name ?? ""} />
        )}
        {(link.purpose !== "reset" || link.email) && (
          <EmailField defaultValue={link.email ?? ""} readOnly={link.purpose === "reset"} labels={labels} />
        )}
        <PasswordField
          label={link.purpose === "reset" ? labels.new_password : labels.password}
          isNew
          hint={fill(labels.password_hint, { min: minPasswordLength })}
          autoFocus={link.purpose === "reset"}
          labels={labels}
        />
      </Form>
      {link.purpose === "invite" && (
        <a className="btn ghost wide" href={signInAddress(location)} data-testid="join-sign-in">
          {labels.have_account}
        </a>
      )}
    </>
  );
}

/** Joining by signing in at the provider: the invitation goes along, and this page is left for good. */
function JoinThere({ auth, again, labels }) {
  return (
    <Form
      request={() => ({ path: "/v1/auth/oidc/start", body: { secret } })}
      onDone={({ location: there }) => location.assign(there)}
      onError={({ status }) => status === 404 && (again(), true)}
      action={providerLabel(auth, labels)}
      labels={labels}
    />
  );
}

/** Joining with the account that this browser is signed in with. */
function JoinAs({ me, again, labels }) {
  const other = async () => {
    await ask("POST", "/v1/auth/sign-out", { everywhere: false });
    again();
  };
  return (
    <>
      <Form
        request={() => ({ path: "/v1/workspaces/join", body: { secret } })}
        onDone={leave}
        onError={({ status }) => status === 404 && (again(), true)}
        action={fill(labels.join_as, { name: me.user.name })}
        labels={labels}
      />
      <button type="button" className="btn ghost wide" onClick={other} data-testid="join-other">
        {labels.other_account}
      </button>
    </>
  );
}
