import type { JSX } from "preact";

/** A seller's words. They may be HTML, cleaned by the server; here they are read as text, paragraph by paragraph. */
export function Description({ text, label = "Description" }: { text: string; label?: string }): JSX.Element {
  const parsed = new DOMParser().parseFromString(text.replace(/<(br|\/p|\/li|\/h\d)\b[^>]*>/gi, "$&\n"), "text/html");
  const paragraphs = (parsed.body.textContent ?? "").split(/\n+/).map((it) => it.trim()).filter(Boolean);
  return (
    <section class="description" aria-label={label}>
      {paragraphs.map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
    </section>
  );
}
