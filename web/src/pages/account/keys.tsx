import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApiKey, NewApiKey } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { usePages } from "../../core/loading";
import { Confirm } from "../../parts/confirm";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Secret } from "../../parts/secret";
import { Badge, Empty, Loading } from "../../parts/states";
import { AccountPage } from "./frame";
import { KeyForm } from "./key-form";

/** The keys with which programs act for oneself. */
export function Keys(): JSX.Element {
  return (
    <AccountPage title="API keys">
      <Content />
    </AccountPage>
  );
}

function Content(): JSX.Element {
  const list = usePages("api keys", (cursor) => call("api_keys.list", { cursor }));
  const [stage, setStage] = useState<"resting" | "making" | NewApiKey>("resting");
  const [revoking, revoke] = useState<ApiKey>();
  const box = useKeptFocus<HTMLDivElement>(0);
  const made = (key: NewApiKey): void => {
    setStage(key);
    list.again();
  };
  return (
    <>
      <p class="soft">
        A program signs in with a key and acts for you, in what the key is made for. How: <a href="/docs/api" target="_top">the HTTP API</a>.
      </p>
      <div ref={box} tabIndex={-1}>
        {stage === "resting" && (
          <button type="button" class="button" onClick={() => setStage("making")}>
            New key
          </button>
        )}
        {stage === "making" && <KeyForm done={made} cancel={() => setStage("resting")} />}
        {typeof stage === "object" && (
          <Secret
            title={`The key ${stage.key.name}`}
            text="Copy it now: it is shown this once. Whoever has it acts for you, so keep it like a password."
            lines={[stage.secret]}
            file="fastshop-api-key.txt"
            done={() => setStage("resting")}
          />
        )}
      </div>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && stage === "resting" && <Empty title="No keys yet">A key lets a program of yours do what you could do here.</Empty>}
      <ul class="rows">
        {list.items?.map((key) => (
          <li key={key.id} class="row">
            <KeyRow apiKey={key} revoke={() => revoke(key)} />
          </li>
        ))}
      </ul>
      <More list={list} />
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          action="Revoke the key"
          close={() => revoke(undefined)}
          run={async () => {
            await call("api_keys.revoke", { key_id: revoking.id });
            announce("The key works no longer.");
            list.again();
          }}
        >
          <p>Programs that use it are shut out at once. It cannot be brought back.</p>
        </Confirm>
      )}
    </>
  );
}

function KeyRow({ apiKey: key, revoke }: { apiKey: ApiKey; revoke: () => void }): JSX.Element {
  const over = key.expires_at !== null && Date.parse(key.expires_at) < Date.now();
  return (
    <>
      <div class="row-main">
        <p class="row-title">
          {key.name} {key.revoked_at ? <Badge tone="bad">Revoked</Badge> : over && <Badge>Expired</Badge>}
        </p>
        <p class="soft">
          <code>{key.prefix}…</code> · made {day(key.created_at)} · {key.last_used_at ? `used ${day(key.last_used_at)}` : "never used"}
          {key.expires_at && ` · ${over ? "expired" : "until"} ${day(key.expires_at)}`}
        </p>
        <p class="soft scope-list">{key.scopes.join(", ")}</p>
      </div>
      {!key.revoked_at && (
        <button type="button" class="button button-quiet button-small" aria-label={`Revoke ${key.name}`} onClick={revoke}>
          Revoke
        </button>
      )}
    </>
  );
}
