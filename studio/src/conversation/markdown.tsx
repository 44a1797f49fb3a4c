/** A model's text as Markdown. HTML in it stays text, and pictures stay links: nothing is loaded from elsewhere. */
import { Anchor } from "@mantine/core";
import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** Headings of an answer are none of the page. */
const heading: Components["h1"] = ({ children }) => (
  <p>
    <strong>{children}</strong>
  </p>
);

const components: Components = {
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  a: ({ href, children }) => (
    <Anchor href={href ?? ""} target="_blank" rel="noopener noreferrer" underline="always" inherit>
      {children}
    </Anchor>
  ),
  img: ({ src, alt }) => (
    <Anchor href={src ?? ""} target="_blank" rel="noopener noreferrer" underline="always" inherit>
      {alt === undefined || alt === "" ? src : alt}
    </Anchor>
  ),
  // What may be wider than the screen is scrolled, by the keyboard too.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <div className="markdown-table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <span>{checked === true ? "☑ " : "☐ "}</span>,
};

const plugins = [remarkGfm];

export const Markdown = memo(function Markdown({ text }: { text: string }): React.JSX.Element {
  return (
    <div className="markdown">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
