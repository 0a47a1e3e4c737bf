/** Untrusted Markdown, while it streams and afterwards: no HTML, no scripts, and nothing is loaded without a click. */
import { memo, useMemo } from "react";
import { defaultRehypePlugins, Streamdown } from "streamdown";
import { CodeBlock } from "./code-block.jsx";
import { exposeBidiControls } from "./format.js";
import { hasMath, toDollarMath } from "./tex.js";
import { useMathPlugin } from "./use-math.js";
import { Icon } from "../lib/icon.jsx";

const SAFE_PROTOCOLS = ["http:", "https:", "mailto:"];
const [harden] = defaultRehypePlugins.harden;
/** Without the `raw` plugin Streamdown renders HTML as text. Images are allowed here and rendered as links below. */
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

/** Returns the URL if its protocol is safe to follow, else undefined. */
function safeUrl(href) {
  const url = URL.canParse(href) ? new URL(href) : null;
  return url && SAFE_PROTOCOLS.includes(url.protocol) ? url.href : undefined;
}

function Link({ href, children }) {
  const url = safeUrl(href);
  if (!url) return <span>{children}</span>;
  return (
    <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** Loading an image would reveal the reader to its server; it is shown as a link instead. */
function RemoteImage({ src, alt }) {
  const url = safeUrl(src);
  return (
    <span className="remote-image" data-testid="remote-image">
      <Icon name="image" />
      {alt && <span>{alt}</span>}
      {url && <Link href={url}>{url}</Link>}
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

/** The read-only checkbox of a task list. */
function Task({ checked }) {
  return <span className="task">{checked ? "☑" : "☐"}</span>;
}

/** Headings are below the message's own heading; two levels avoid gaps in the outline. */
const heading = (Tag, level) =>
  function Heading({ children }) {
    return <Tag className={`h${level}`}>{children}</Tag>;
  };

const PLAIN = [
  "ol",
  "ul",
  "li",
  "hr",
  "strong",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "blockquote",
  "sup",
  "sub",
  "p",
  "section",
];
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
  const source = useMemo(() => toDollarMath(exposeBidiControls(text)), [text]);
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
