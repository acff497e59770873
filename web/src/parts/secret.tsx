import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { announce } from "../core/announce";

interface Props {
  title: string;
  text: string;
  /** One below the other. */
  lines: readonly string[];
  /** The name of the file that they can be kept in. */
  file: string;
  done: () => void;
}

/** Something that is told this once, to be copied or kept in a file. The keyboard starts here. */
export function Secret({ title, text, lines, file, done }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const whole = lines.join("\n");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(whole);
      announce("Copied.");
    } catch {
      // Without leave to copy, what is to be copied is at least marked.
      getSelection()?.selectAllChildren(box.current!.querySelector(".secret")!);
      announce("Marked: copy it with the keyboard.");
    }
  };
  return (
    <div class="notice notice-warm secret-box" ref={box} tabIndex={-1} role="group" aria-label={title}>
      <p class="secret-title">{title}</p>
      <p>{text}</p>
      <ul class="secret">
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button button-quiet button-small" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" class="button button-quiet button-small" onClick={() => download(file, whole)}>
          Download
        </button>
        <button type="button" class="button button-small" onClick={done}>
          I have kept it
        </button>
      </div>
    </div>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
