/** The pages of one-time links: set the program up, join a workspace, choose a new password. */
import { useEffect, useState } from "react";
import { linkSecrets, takeLinkSecret } from "./link-secret.js";
import { LoadError, Page } from "./page.jsx";
import { signInAddress } from "./return-address.js";
import { providerLabel } from "./sign-in.jsx";
import { Checkbox, EmailField, Field, Form, PasswordField } from "../lib/form.jsx";
import { fill, plural } from "../lib/format.js";
import { sendRequest } from "../lib/rest.js";
import { useRequest } from "../lib/use-request.js";

const PATHS = { set_up: "/v1/auth/set-up", invite: "/v1/auth/join", reset: "/v1/auth/reset" };

// Read when the module is loaded, so that the secret is in the address bar as briefly as possible.
let secret = globalThis.location ? takeLinkSecret() : "";

const leave = () => {
  linkSecrets.forget(location);
  location.replace("/");
};

/** Loads {link, auth, me}; `me` is null when nobody is signed in. */
async function loadLink() {
  if (!secret) return { error: { status: 404, code: "no_secret" } };
  const link = await sendRequest("POST", "/v1/auth/links", { secret });
  if (link.error) return link;
  const auth = await sendRequest("GET", "/v1/auth");
  if (auth.error) return auth;
  if (!auth.data.signed_in) return { data: { link: link.data, auth: auth.data, me: null } };
  const me = await sendRequest("GET", "/v1/me");
  return me.error ? me : { data: { link: link.data, auth: auth.data, me: me.data } };
}

/** @param {"set_up"|"invite"|"reset"} purpose of the page; the link's own purpose replaces it once it is known */
export function Link({ purpose, minPasswordLength, labels }) {
  const [key, setKey] = useState(0);
  useEffect(() => {
    const onHashChange = () => {
      secret = takeLinkSecret();
      setKey((count) => count + 1);
    };
    // Entering another link of the same page in the address bar does not load the page again.
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);
  return <LinkPage key={key} {...{ purpose, minPasswordLength, labels }} />;
}

function LinkPage({ purpose, minPasswordLength, labels }) {
  const [ready, setReady] = useState(false);
  const [result, reload] = useRequest(loadLink);
  useEffect(() => setReady(true), []);
  const link = result?.data?.link ?? { purpose };
  const title = titleOf(link, labels);
  if (!ready || !result) return <Page title={title} busy labels={labels} />;
  if (result.error?.status === 404) return <InvalidLink error={result.error} title={title} labels={labels} />;
  return (
    <Page title={title} text={textOf(link, labels)} labels={labels}>
      {result.error && <LoadError error={result.error} onRetry={reload} labels={labels} />}
      {result.data && <LinkForm {...result.data} {...{ reload, minPasswordLength, labels }} />}
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

function InvalidLink({ error, title, labels }) {
  useEffect(() => linkSecrets.forget(location), []);
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

/** A link can be used elsewhere while its page is open: then the page is loaded again, which shows that. */
const reloadWhenGone = (reload) => (error) => {
  if (error.status !== 404) return false;
  reload();
  return true;
};

/** Returns what the form sends. A reset shows the e-mail address only to password managers and people. */
function bodyOf({ purpose }, { email, revoke_tokens: revokeTokens, ...values }) {
  if (purpose !== "reset") return { email, ...values };
  return { ...values, revoke_tokens: revokeTokens !== undefined };
}

function LinkForm({ link, auth, me, reload, minPasswordLength, labels }) {
  if (link.purpose === "invite" && me) return <JoinAs {...{ me, reload, labels }} />;
  if (link.purpose === "invite" && auth.mode === "oidc") return <JoinWithProvider {...{ auth, reload, labels }} />;
  const actions = { set_up: labels.set_up, invite: labels.join, reset: labels.reset };
  return (
    <>
      <Form
        request={(values) => ({ path: PATHS[link.purpose], body: { secret, ...bodyOf(link, values) } })}
        onDone={leave}
        onError={reloadWhenGone(reload)}
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
        {link.tokens > 0 && <Checkbox name="revoke_tokens" label={plural(labels.revoke_tokens, link.tokens)} />}
      </Form>
      {link.purpose === "invite" && (
        <a className="btn ghost wide" href={signInAddress(location)} data-testid="join-sign-in">
          {labels.have_account}
        </a>
      )}
    </>
  );
}

/** Joins by signing in at the identity provider, which is given the invitation. */
function JoinWithProvider({ auth, reload, labels }) {
  return (
    <Form
      request={() => ({ path: "/v1/auth/oidc/start", body: { secret } })}
      onDone={({ location: address }) => location.assign(address)}
      onError={reloadWhenGone(reload)}
      action={providerLabel(auth, labels)}
      labels={labels}
    />
  );
}

/** Joins with the account that is signed in in this browser. */
function JoinAs({ me, reload, labels }) {
  const switchAccount = async () => {
    await sendRequest("POST", "/v1/auth/sign-out", { everywhere: false });
    reload();
  };
  return (
    <>
      <Form
        request={() => ({ path: "/v1/workspaces/join", body: { secret } })}
        onDone={leave}
        onError={reloadWhenGone(reload)}
        action={fill(labels.join_as, { name: me.user.name })}
        labels={labels}
      />
      <button type="button" className="btn ghost wide" onClick={switchAccount} data-testid="join-other">
        {labels.other_account}
      </button>
    </>
  );
}
