/** Untrusted Markdown, while it streams and afterwards: no HTML, no scripts, and nothing is loaded without a click. */
import { memo, useMemo, useState } from "react";
import { defaultRehypePlugins, parseMarkdownIntoBlocks, Streamdown } from "streamdown";
import { CodeBlock } from "./code-block.jsx";
import { useFold, useTranscript } from "./context.js";
import { MarkdownMeter } from "./markdown-bounds.js";
import { createBlockSplitter, splitSections } from "./markdown-sections.js";
import { PlainText } from "./plain-text.jsx";
import { ShownBlocks, STAGED_FROM, StagedBlock, useStages } from "./staged-blocks.jsx";
import { hasMath, toDollarMath } from "./tex.js";
import { useMathPlugin } from "./use-math.js";
import { Icon } from "../lib/icon.jsx";
import { visible } from "../lib/visible-text.js";

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

/** Renders Markdown that is within the bounds, or that a person wants to see. */
const Drawn = memo(function Drawn({ source, live }) {
  const text = useMemo(() => toDollarMath(source), [source]);
  const math = useMathPlugin(hasMath(text));
  const plugins = useMemo(() => (math ? { math } : undefined), [math]);
  const [split] = useState(() => createBlockSplitter(parseMarkdownIntoBlocks));
  const shown = useStages(text, { staged: !live && source.length >= STAGED_FROM, count: () => split(text).length });
  return (
    <ShownBlocks value={shown}>
      <Streamdown
        className={live ? "markdown live" : "markdown"}
        components={COMPONENTS}
        controls={false}
        isAnimating={live}
        parseIncompleteMarkdown={live}
        parseMarkdownIntoBlocksFn={split}
        BlockComponent={StagedBlock}
        plugins={plugins}
        rehypePlugins={REHYPE_PLUGINS}
      >
        {text}
      </Streamdown>
    </ShownBlocks>
  );
});

/** Renders a text beyond the bounds in sections; one that is far beyond them by itself stays plain text. */
function DrawnAnyway({ source }) {
  const sections = useMemo(() => splitSections(source), [source]);
  return sections.map(({ text, plain }, index) =>
    plain ? <PlainText key={index} text={text} /> : <Drawn key={index} source={text} live={false} />,
  );
}

/** Says why a message is plain text, and draws it on request. */
function PlainNote({ drawn, toggle }) {
  const { labels } = useTranscript();
  return (
    <div className="plain-note" role="note" data-testid="plain-note">
      <p>{drawn ? labels.drawn_anyway : labels.plain_text}</p>
      <button type="button" className="btn" onClick={toggle} data-testid="draw-anyway">
        {drawn ? labels.show_plain : labels.draw_anyway}
      </button>
    </div>
  );
}

/**
 * Renders a text as Markdown, or as plain text when drawing it could stop the page.
 * @param {string} id identifies the text, so that a person's choice to draw it is kept
 * @param {boolean} live whether the text still grows
 */
export const Markdown = memo(function Markdown({ id, text, live }) {
  const [drawn, toggle] = useFold(`drawn:${id}`);
  const [meter] = useState(() => new MarkdownMeter());
  const source = useMemo(() => visible(text).replace(/\r\n?/g, "\n"), [text]);
  if (!meter.exceeds(source)) return <Drawn source={source} live={live} />;
  return (
    <>
      <PlainNote drawn={drawn} toggle={toggle} />
      {drawn ? (
        <DrawnAnyway source={source} />
      ) : (
        <div className="plain" data-testid="plain-text">
          <PlainText text={text} />
        </div>
      )}
    </>
  );
});
