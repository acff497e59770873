import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ProductStanding, ProductStatus } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { toField } from "../../core/moments";
import { Confirm } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Badge, Trouble } from "../../parts/states";

const WORDS: Record<ProductStatus, readonly [name: string, tone: "calm" | "good" | "warm" | "bad", meaning: string]> = {
  draft: ["Draft", "calm", "Only you see it."],
  in_review: ["In review", "warm", "A manager looks at it before it is seen."],
  rejected: ["Rejected", "bad", "Change what is wrong, then send it again."],
  active: ["For sale", "good", "Everybody sees it."],
  unpublished: ["Unpublished", "calm", "Only you see it."],
  archived: ["Archived", "calm", "It is put away. Orders still name it."],
};

interface Props {
  standing: ProductStanding;
  changed: (standing: ProductStanding) => void;
}

/** Whether a product is seen, what its review said, what is planned; and the ways to change that. */
export function Standing({ standing, changed }: Props): JSX.Element {
  const [name, tone, meaning] = WORDS[standing.status];
  const { submission } = standing;
  return (
    <section aria-labelledby="standing" class="panel stack">
      <h2 id="standing">
        Visibility <Badge tone={tone}>{name}</Badge>
      </h2>
      <p class="soft">{meaning}</p>
      {submission?.state === "waiting" && submission.revision && <p class="notice">Your last change waits for a manager. Until then the shop shows it as it was.</p>}
      {submission?.state === "rejected" && (
        <p class="notice notice-bad">
          {submission.revision ? "Your last change was rejected" : "It was rejected"}: {submission.reason}
        </p>
      )}
      <Plans standing={standing} />
      <Buttons standing={standing} changed={changed} />
      {standing.status !== "archived" && <Plan key={standing.status} standing={standing} changed={changed} />}
    </section>
  );
}

function Plans({ standing: { publish_at, unpublish_at } }: { standing: ProductStanding }): JSX.Element {
  return (
    <>
      {publish_at && <p>Planned: is published on {day(publish_at)}.</p>}
      {unpublish_at && <p>Planned: is unpublished on {day(unpublish_at)}.</p>}
    </>
  );
}

function Buttons({ standing, changed }: Props): JSX.Element {
  const [archiving, setArchiving] = useState(false);
  const doing = useDoing();
  const id = { product_id: standing.product_id };
  const { status } = standing;
  const done = (after: ProductStanding): void => {
    announce(WORDS[after.status][0]);
    changed(after);
  };
  const publish = async (): Promise<void> => done(await call("catalog.publish_product", id));
  const unpublish = async (): Promise<void> => done(await call("catalog.unpublish_product", id));
  const archive = async (): Promise<void> => done(await call("catalog.archive_product", id));
  return (
    <>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        {status !== "active" && status !== "in_review" && (
          <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(publish)}>
            {status === "rejected" ? "Send it to review again" : "Publish now"}
          </button>
        )}
        {(status === "active" || status === "in_review") && (
          <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => void doing.run(unpublish)}>
            {status === "active" ? "Unpublish it" : "Withdraw it from review"}
          </button>
        )}
        {status !== "archived" && (
          <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => setArchiving(true)}>
            Archive
          </button>
        )}
      </div>
      {archiving && (
        <Confirm title="Archive this product?" action="Archive it" run={archive} close={() => setArchiving(false)}>
          Nobody sees it any more, and its plans are dropped. Publishing brings it back.
        </Confirm>
      )}
    </>
  );
}

const WAYS = [
  ["publish", "Publish it"],
  ["unpublish", "Unpublish it"],
] as const;

function Plan({ standing, changed }: Props): JSX.Element {
  const [typed, setTyped] = useState<{ way: string; at: string }>({ way: standing.status === "active" ? "unpublish" : "publish", at: "" });
  const sending = useSending(["at"]);
  const send = async (): Promise<void> => {
    const plan = { product_id: standing.product_id, at: new Date(typed.at).toISOString() };
    changed(await call(typed.way === "publish" ? "catalog.publish_product" : "catalog.unpublish_product", plan));
    setTyped({ ...typed, at: "" });
    announce("Planned.");
  };
  const check = (): Record<string, string> | undefined => (Date.parse(typed.at) > Date.now() ? undefined : { at: `Please choose a moment to come, after ${day(new Date().toISOString())}.` });
  return (
    <details>
      <summary>Plan it</summary>
      <Form sending={sending} submit="Plan" busy="Saving…" label="Plan" check={check} send={send}>
        <div class="fields">
          <Choice label="What is to happen" value={typed.way} set={(way) => setTyped({ ...typed, way })} options={standing.status === "active" ? WAYS.slice(1) : WAYS} />
          <Field label="When" name="at" type="datetime-local" step="1" hint={`Your time, like ${toField(Date.now()).replace("T", " ")}`} value={typed.at} set={(at) => setTyped({ ...typed, at })} error={sending.errors.at} />
        </div>
      </Form>
    </details>
  );
}
