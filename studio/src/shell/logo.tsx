/** The product's mark, in the text's colour. */
export function Logo(): React.JSX.Element {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--mantine-color-cyan-9)" />
      <path d="M9 8h14M9 13h14M9 18h9M9 23h5" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="22.5" cy="21.5" r="3.6" fill="none" stroke="#fff" strokeWidth="2.4" />
    </svg>
  );
}
