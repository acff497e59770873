import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { Import, ImportRow, ImportState } from "../../contract";
import { announce } from "../../core/announce";
import { ask, call } from "../../core/api";
import { day } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists, usePages } from "../../core/loading";
import { useWatched } from "../../core/watching";
import { Tick } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Badge, Empty, Loading } from "../../parts/states";
import { SellerPage } from "./tabs";

/** Bring products in from a file, and see how that goes. */
export function SellerImport(): JSX.Element {
  useTitle("Import products");
  // Whoever goes on from here sees what was imported: lists that were read before are old.
  useEffect(() => forgetLists, []);
  const list = usePages("imports", (cursor) => call("imports.list", { cursor, limit: 20 }));
  return (
    <SellerPage title="Import products" action={<a href="/seller/products">To your products</a>}>
      <NewImport started={list.again} />
      {!list.items && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No imports yet">Try it without changing anything first: every row that would fail is named.</Empty>}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.id} class="row row-open">
            <Row known={it} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </SellerPage>
  );
}

function NewImport({ started }: { started: () => void }): JSX.Element {
  const [file, setFile] = useState<File>();
  const [dryRun, setDryRun] = useState(true);
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  // What is sent again after no answer is the same import.
  const id = useMemo(newId, [file, dryRun]);
  const sending = useSending(["file"]);
  const send = async (): Promise<void> => {
    await ask<Import>(`/api/v1/import/products?import_id=${id}&dry_run=${dryRun}`, { method: "POST", headers: { accept: "application/json", "content-type": "text/csv" }, body: file });
    announce("The file has arrived.");
    setFile(undefined);
    if (input.current) input.current.value = "";
    started();
  };
  return (
    <div class="panel">
      <Form sending={sending} submit={dryRun ? "Try it" : "Import"} busy="Sending…" label="Import" check={() => (file ? undefined : { file: "Please choose a file." })} send={send}>
        <div class="field">
          <label for={`${hint}-file`}>File</label>
          <input id={`${hint}-file`} ref={input} type="file" accept=".csv,text/csv" aria-invalid={sending.errors.file ? "true" : undefined} aria-describedby={`${hint} ${hint}-error`} onChange={(event) => setFile(event.currentTarget.files?.[0])} />
          <p class="field-hint" id={hint}>
            CSV as Shopify exports it (UTF-8). A product whose handle you have already is changed, any other is new.
          </p>
          {sending.errors.file && (
            <p class="field-error" id={`${hint}-error`}>
              {sending.errors.file}
            </p>
          )}
        </div>
        <Tick label="Only try it: nothing is changed" value={dryRun} set={setDryRun} />
      </Form>
    </div>
  );
}

const STATES: Readonly<Record<ImportState, readonly ["calm" | "good" | "warm" | "bad", string]>> = {
  waiting: ["calm", "Waiting"],
  running: ["warm", "Running"],
  done: ["good", "Done"],
  failed: ["bad", "Failed"],
};

function Row({ known }: { known: Import }): JSX.Element {
  const going = known.state === "waiting" || known.state === "running";
  const it = useWatched("import", going ? known.id : undefined).state ?? known;
  const [open, setOpen] = useState(false);
  const [tone, word] = STATES[it.state];
  const rows = it.created + it.updated + it.unchanged + it.failed;
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">
            {day(it.started_at)} <Badge tone={tone}>{word}</Badge> {it.dry_run && <Badge>Nothing changed</Badge>}
          </p>
          <p class="soft">{it.reason || [`${it.created} new`, `${it.updated} changed`, `${it.unchanged} as before`, `${it.failed} failed`].join(" · ")}</p>
          {it.state === "running" && it.total_rows !== null && <progress max={it.total_rows} value={rows} aria-label="Rows done" />}
        </div>
        {it.failed > 0 && (
          <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Close" : "What failed"}
          </button>
        )}
      </div>
      {open && <Failed of={it} />}
    </>
  );
}

function Failed({ of }: { of: Import }): JSX.Element {
  const list = usePages<ImportRow>(`failed rows ${of.id} ${of.failed}`, (cursor) => call("imports.list_errors", { import_id: of.id, cursor }));
  return (
    <div class="variants">
      {!list.items && list.error === undefined && <Loading />}
      <ul class="lines" aria-label="Rows that failed">
        {list.items?.map((row) => (
          <li key={row.line}>
            <div>
              <p class="soft">{[`line ${row.line}`, row.handle].filter(Boolean).join(" · ")}</p>
              {[row, ...row.further].map(({ column, reason }) => (
                <p key={`${column} ${reason}`}>
                  {column && `${column}: `}
                  {reason}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}
