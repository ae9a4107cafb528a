import { type ComponentProps, useMemo } from 'react'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { proseBlocks } from './prose-blocks.ts'
import { uniqueKeys } from './unique-keys.ts'

/** A longer text is shown as it is typed: nobody reads that much markup, and laying it out would hold up the page. */
const markdownMax = 20_000

/**
 * Markdown that a stranger may have written: nothing in it leads or loads anywhere. Links are their words with the address beside them as
 * text, images their name, and HTML is text.
 */
export function InertProse({ text }: { text: string }) {
  const blocks = useMemo(() => (text.length > markdownMax ? [] : proseBlocks(text)), [text])
  const keys = uniqueKeys(blocks, (block) => block)
  if (text.length > markdownMax) return <p className="whitespace-pre-wrap wrap-anywhere">{text}</p>
  return (
    <div className="space-y-2 wrap-anywhere [&_li]:my-0.5 [&_ol]:list-decimal [&_ol]:pl-6 [&_ul]:list-disc [&_ul]:pl-5">
      {blocks.map((block, i) => (
        <div key={keys[i]} className="space-y-2">
          <Markdown remarkPlugins={plugins} components={components} urlTransform={untouched}>
            {block}
          </Markdown>
        </div>
      ))}
    </div>
  )
}

const plugins = [remarkGfm]
/** No address becomes one of the page (below), so it can be shown as it was written. */
const untouched = (url: string): string => url

function Words({ href, children }: ComponentProps<'a'>) {
  const isBare = children === href
  return (
    <span>
      {children}
      {!isBare && href && <span className="text-ink-mute text-xs"> ({href.slice(0, 300)})</span>}
    </span>
  )
}

const Picture = ({ alt }: ComponentProps<'img'>) => (
  <span className="rounded bg-sunken px-1.5 text-ink-soft text-xs">
    Image{alt ? `: ${alt}` : ''} (not loaded)
  </span>
)

const heading = ({ children }: ComponentProps<'h2'>) => <h3 className="pt-1 font-semibold">{children}</h3>

const components: Components = {
  ...{ a: Words, img: Picture },
  ...{ h1: heading, h2: heading, h3: heading, h4: heading, h5: heading, h6: heading },
  pre: ({ children }) => (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
      tabIndex={0}
      className="wrap-anywhere max-h-96 overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-3 font-mono text-xs leading-normal [&_code]:bg-transparent [&_code]:p-0"
    >
      {children}
    </pre>
  ),
  code: ({ children }) => <code className="rounded bg-sunken px-1 py-0.5 font-mono text-xs">{children}</code>,
  table: ({ children }) => (
    <div className="relative overflow-x-auto rounded-lg border">
      <table className="w-full [&_td]:border-t [&_td]:px-3 [&_td]:py-1.5 [&_td]:align-top [&_th]:px-3 [&_th]:py-1.5 [&_th]:text-left [&_th]:font-normal [&_th]:text-ink-mute">
        {children}
      </table>
    </div>
  ),
  blockquote: ({ children }) => <blockquote className="border-l-2 pl-3 text-ink-soft">{children}</blockquote>,
  hr: () => <hr className="border-line" />,
}
