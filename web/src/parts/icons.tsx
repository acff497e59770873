import type { ComponentChildren, JSX } from "preact";

function Icon({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export const ShopIcon = (): JSX.Element => (
  <Icon>
    <path d="M4 9.5 5.2 4h13.6L20 9.5M4 9.5a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0 2.7 2.7 0 0 0 5.3 0M5.5 12.5V20h13v-7.5" />
  </Icon>
);

export const BoltIcon = (): JSX.Element => (
  <Icon>
    <path d="M13 3 5 14h6l-1 7 8-11h-6z" />
  </Icon>
);

export const BoxIcon = (): JSX.Element => (
  <Icon>
    <path d="m12 3 8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9" />
  </Icon>
);

export const PersonIcon = (): JSX.Element => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5a7.6 7.6 0 0 1 15 0" />
  </Icon>
);

export const TagIcon = (): JSX.Element => (
  <Icon>
    <path d="M3.5 12.5v-9h9l8 8-9 9zM8 8h.01" />
  </Icon>
);

export const CheckIcon = (): JSX.Element => (
  <Icon>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);

export const CardIcon = (): JSX.Element => (
  <Icon>
    <rect x="3" y="5.5" width="18" height="13" rx="2.5" />
    <path d="M3 10h18M7 15h3" />
  </Icon>
);

export const CartIcon = (): JSX.Element => (
  <Icon>
    <path d="M2.5 4h2.6l2.4 11.2h10.4l2.1-8H6M9.3 19.6h.01M16.3 19.6h.01" />
  </Icon>
);

/** The shop's own mark. */
export const Mark = (): JSX.Element => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" />
    <path d="M18.5 4 8 18h6.5L13 28l11-15h-7z" />
  </svg>
);
