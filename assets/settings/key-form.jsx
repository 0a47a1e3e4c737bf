/** Stores a provider key. It uses REST, so that the key is in no state and no event of the page. */
import { useId, useState } from "react";
import { Field, Form } from "../lib/form.jsx";

/** @param {string[]} names of the keys that agents use */
export function KeyForm({ names, onStored, labels }) {
  const [stored, setStored] = useState(0);
  const list = useId();
  return (
    <section className="set-card" aria-labelledby="set-key">
      <h2 id="set-key">{labels.new_key}</h2>
      {/* The form is replaced after each submission, so that no value stays in the page. */}
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
