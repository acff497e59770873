import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useDoing } from "./doing";
import { Trouble } from "./states";

interface Props {
  title: string;
  /** What the button says that does it. */
  action: string;
  run: () => Promise<void>;
  close: () => void;
  children: ComponentChildren;
}

/** Asks once more before something is done that cannot be undone. The browser keeps the keyboard inside, and brings it back. */
export function Confirm({ title, action, run, close, children }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const doing = useDoing();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={heading} onClose={close}>
      <h2 id={heading}>{title}</h2>
      <div class="soft">{children}</div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        <button
          type="button"
          class="button button-danger"
          disabled={doing.busy}
          onClick={() =>
            void doing.run(async () => {
              await run();
              dialog.current?.close();
            })
          }
        >
          {action}
        </button>
        <button type="button" class="button button-quiet" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}

interface ButtonProps extends Omit<Props, "close"> {
  /** What the button says that asks. */
  text: ComponentChildren;
}

/** A button for what cannot be undone: it asks once more. */
export function ConfirmButton({ text, ...asked }: ButtonProps): JSX.Element {
  const [asking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button button-quiet button-small" onClick={() => ask(true)}>
        {text}
      </button>
      {asking && <Confirm {...asked} close={() => ask(false)} />}
    </>
  );
}
