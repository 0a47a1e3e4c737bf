/** Ends all logins of the person. It uses REST, because the answer removes the login cookie. */
import { RequestButton } from "./request-button.jsx";
import { sendRequest, UNAUTHORIZED } from "../lib/rest.js";

/** Signs out; a login that has ended already is no error. */
async function signOut() {
  const { data, error } = await sendRequest("POST", "/v1/auth/sign-out", { everywhere: true });
  return { data, error: error?.status === UNAUTHORIZED ? undefined : error };
}

export function SignOutEverywhere({ labels }) {
  return (
    <RequestButton
      send={signOut}
      onDone={() => location.assign("/sign-in")}
      label={labels.sign_out_everywhere}
      labels={labels}
      testId="sign-out-everywhere"
    />
  );
}
