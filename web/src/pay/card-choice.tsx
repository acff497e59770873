import type { JSX } from "preact";
import { CardIcon } from "../parts/icons";

interface Props {
  name: string;
  value: string;
  chosen: string;
  choose: (value: string) => void;
  title: string;
  about: string;
  disabled?: boolean;
}

/** One of the cards that one can pay with. */
export function CardChoice({ name, value, chosen, choose, title, about, disabled }: Props): JSX.Element {
  return (
    <label class="pay-card">
      <input type="radio" name={name} value={value} checked={chosen === value} disabled={disabled} onChange={() => choose(value)} />
      <CardIcon />
      <span>
        <span class="pay-number">{title}</span>
        <span class="soft">{about}</span>
      </span>
    </label>
  );
}
