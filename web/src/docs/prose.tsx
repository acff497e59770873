import type { JSX } from "preact";

/** The little Markdown that docstrings have: paragraphs and `code`. */
export function Prose({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.trim().split(/\n\s*\n/).map((paragraph, index) => (
        <p key={index}>{paragraph.split(/`([^`]+)`/).map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</p>
      ))}
    </>
  );
}
