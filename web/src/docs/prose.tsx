import type { JSX } from "preact";

/** The little Markdown that our documents have: paragraphs, tables and `code`. */
export function Prose({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.trim().split(/\n\s*\n/).map((block, index) =>
        block.startsWith("|") ? (
          <Table key={index} rows={block.split("\n").map(cells)} />
        ) : (
          <p key={index}>
            <Line text={block} />
          </p>
        ),
      )}
    </>
  );
}

function Line({ text }: { text: string }): JSX.Element {
  return <>{text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</>;
}

function cells(line: string): readonly string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

function Table({ rows: [head, , ...rows] }: { rows: readonly (readonly string[])[] }): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={head?.join(", ")}>
      <table>
        <thead>
          <tr>
            {head?.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at}>
                  <Line text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
