/** Stores a provider key; it goes over REST, so that it is in no state of the page and in no event. */
import { useId, useState } from "react";
import { Field, Form } from "../lib/form.jsx";

/** @param {string[]} names what the agents' keys are called */
export function KeyForm({ names, onStored, labels }) {
  const [stored, setStored] = useState(0);
  const list = useId();
  return (
    <section className="set-card" aria-labelledby="set-key">
      <h2 id="set-key">{labels.new_key}</h2>
      {/* A new form after each key: nothing of it stays in the page. */}
      <Form
        key={stored}
        request={({ name, value }) => ({
          method: "PUT",
          path: `/v1/keys/${encodeURIComponent(name)}`,
          body: { value },
        })}
        onDone={() => {
          setStored(stored + 1);
          onStored();
        }}
        action={labels.store_key}
        labels={labels}
      >
        <Field
          label={labels.key_name}
          name="name"
          hint={labels.key_name_hint}
          list={list}
          autoFocus={stored > 0}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <datalist id={list}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field label={labels.key_value} name="value" type="password" autoComplete="off" spellCheck={false} />
      </Form>
      <p className="set-text" role="status" data-testid="key-stored">
        {stored > 0 && labels.key_stored}
      </p>
    </section>
  );
}
