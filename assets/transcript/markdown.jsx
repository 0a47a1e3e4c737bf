// Markdown that nobody vouches for, while it streams and after: no HTML, no scripts, nothing loaded by itself.
import { memo, useMemo } from "react";
import { defaultRehypePlugins, Streamdown } from "streamdown";
import { CodeBlock } from "./code-block.jsx";
import { visibleControls } from "./format.js";
import { Icon } from "./icons.jsx";
import { dollarMath, hasMath } from "./tex.js";
import { useMathPlugin } from "./use-math.js";

const SAFE_PROTOCOLS = ["http:", "https:", "mailto:"];
const [harden] = defaultRehypePlugins.harden;
/** Without `raw` in this list Streamdown turns HTML into text; the pictures are drawn as links below. */
const REHYPE_PLUGINS = [
  defaultRehypePlugins.sanitize,
  [
    harden,
    {
      allowedImagePrefixes: ["*"],
      allowedLinkPrefixes: ["*"],
      allowedProtocols: SAFE_PROTOCOLS,
      allowDataImages: false,
    },
  ],
];

/** The address if a click on it can only lead to another page, else nothing. */
function safeAddress(href) {
  const address = URL.canParse(href) ? new URL(href) : null;
  return address && SAFE_PROTOCOLS.includes(address.protocol) ? address.href : undefined;
}

function Link({ href, children }) {
  const address = safeAddress(href);
  if (!address) return <span>{children}</span>;
  return (
    <a href={address} title={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A picture on another server would tell it who reads this; it is named, and opened by a click alone. */
function RemoteImage({ src, alt }) {
  const address = safeAddress(src);
  return (
    <span className="remote-image" data-testid="remote-image">
      <Icon name="image" />
      {alt && <span>{alt}</span>}
      {address && <Link href={address}>{address}</Link>}
    </span>
  );
}

function Table({ children }) {
  return (
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

function InlineCode({ children }) {
  return <code className="inline">{children}</code>;
}

/** The box of a task list; nothing can be ticked here. */
function Task({ checked }) {
  return <span className="task">{checked ? "☑" : "☐"}</span>;
}

/** Headings stand below the message's own heading; more than two levels would leave gaps in the outline. */
const heading = (Tag, level) =>
  function Heading({ children }) {
    return <Tag className={`h${level}`}>{children}</Tag>;
  };

const PLAIN = ["ol", "ul", "li", "hr", "strong", "thead", "tbody", "tr", "th", "td", "blockquote", "sup", "sub", "p", "section"];
const COMPONENTS = {
  ...Object.fromEntries(PLAIN.map((tag) => [tag, tag])),
  h1: heading("h3", 1),
  h2: heading("h3", 2),
  h3: heading("h3", 3),
  h4: heading("h4", 4),
  h5: heading("h4", 5),
  h6: heading("h4", 6),
  a: Link,
  img: RemoteImage,
  input: Task,
  table: Table,
  code: CodeBlock,
  inlineCode: InlineCode,
};

export const Markdown = memo(function Markdown({ text, live }) {
  const source = useMemo(() => dollarMath(visibleControls(text)), [text]);
  const math = useMathPlugin(hasMath(source));
  const plugins = useMemo(() => (math ? { math } : undefined), [math]);
  return (
    <Streamdown
      className={live ? "markdown live" : "markdown"}
      components={COMPONENTS}
      controls={false}
      isAnimating={live}
      parseIncompleteMarkdown={live}
      plugins={plugins}
      rehypePlugins={REHYPE_PLUGINS}
    >
      {source}
    </Streamdown>
  );
});
