import { ExternalLink } from 'lucide-react'
import { type ComponentProps, memo, useMemo } from 'react'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { proseBlocks } from '../ui/prose-blocks.ts'
import { safeUrl } from '../ui/safe-url.ts'
import { citedBy, remarkCitations } from './citation.ts'
import { CitationButton } from './citation-button.tsx'
import { PageLink } from './page-link.tsx'
import { pagePath } from './page-path.ts'

/** Markdown of an answer. HTML in it is shown as text, images are never loaded, links say where they lead. */
export function Prose({ text }: { text: string }) {
  const blocks = useMemo(() => proseBlocks(text), [text])
  return (
    <div className="space-y-2.5 text-base leading-relaxed wrap-anywhere [&_li]:my-1 [&_ol]:list-decimal [&_ol]:pl-6 [&_ul]:list-disc [&_ul]:pl-5">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text grows at its end
        <Block key={i} text={block} />
      ))}
    </div>
  )
}

/** Read anew only when it changes: an answer that is written changes in its last block. */
const Block = memo(function Block({ text }: { text: string }) {
  return (
    <div className="space-y-2.5">
      <Markdown remarkPlugins={plugins} components={components} urlTransform={allowed}>
        {text}
      </Markdown>
    </div>
  )
})

const plugins = [remarkGfm, remarkCitations]

/** Citations, pages of this app, and the web; nothing else. */
const allowed = (url: string): string =>
  citedBy(url) !== undefined || pagePath(url) !== undefined ? url : (safeUrl(url) ?? '')

function Anchor({ href, children }: ComponentProps<'a'>) {
  const cite = citedBy(href)
  if (cite !== undefined) return <CitationButton id={cite} />
  if (href && pagePath(href) !== undefined) return <PageLink to={href}>{children}</PageLink>
  const url = safeUrl(href)
  if (url === undefined) return <span>{children}</span>
  return (
    <>
      <a
        href={url}
        rel="noopener noreferrer nofollow"
        target="_blank"
        className="text-accent hover:underline"
      >
        {children}
        <ExternalLink aria-hidden className="ml-0.5 inline size-3" />
      </a>{' '}
      <span className="text-ink-mute text-xs">({new URL(url).host})</span>
    </>
  )
}

function Picture({ src, alt }: ComponentProps<'img'>) {
  const url = safeUrl(typeof src === 'string' ? src : undefined)
  return (
    <span className="rounded bg-sunken px-1.5 text-ink-soft text-xs">
      Image{alt ? `: ${alt}` : ''}
      {url ? ` (${new URL(url).host}, not loaded)` : ' (not loaded)'}
    </span>
  )
}

const heading = ({ children }: ComponentProps<'h2'>) => <h3 className="pt-1 font-semibold">{children}</h3>

const components: Components = {
  ...{ a: Anchor, img: Picture },
  ...{ h1: heading, h2: heading, h3: heading, h4: heading, h5: heading, h6: heading },
  pre: ({ children }) => (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-normal [overflow-wrap:normal] [&_code]:bg-transparent [&_code]:p-0"
    >
      {children}
    </pre>
  ),
  code: ({ children }) => (
    <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.85em]">{children}</code>
  ),
  table: ({ children }) => (
    <div className="relative overflow-x-auto rounded-lg border">
      <table className="w-full text-sm [&_td]:border-t [&_td]:px-3 [&_td]:py-1.5 [&_td]:align-top [&_th]:px-3 [&_th]:py-1.5 [&_th]:text-left [&_th]:font-normal [&_th]:text-ink-mute">
        {children}
      </table>
    </div>
  ),
  blockquote: ({ children }) => <blockquote className="border-l-2 pl-3 text-ink-soft">{children}</blockquote>,
  hr: () => <hr className="border-line" />,
}
