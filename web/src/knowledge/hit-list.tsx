import type { KnowledgeHit, KnowledgePassage } from '@aiops/contract/model/knowledge'
import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { piecesOf } from './highlight.ts'
import { kindWords } from './kind-look.ts'

const passagesShown = 2

/** What answers a question, best first, with the passages that do. */
export function HitList({ hits }: { hits: readonly KnowledgeHit[] }) {
  return (
    <ol className="divide-y">
      {hits.map(({ document, passages, parts }) => (
        <li key={document.id} className="space-y-1.5 px-4 py-3">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to="/knowledge/$id"
              params={{ id: document.id }}
              className="inline-block break-words py-0.5 font-medium hover:underline"
            >
              {document.title}
            </Link>
            <Badge tone="outline">{kindWords[document.kind]}</Badge>
            <span className="text-ink-mute text-xs">
              {parts.lexical > 0 ? 'by its words' : 'by its meaning'}
              {parts.lexical > 0 && parts.semantic !== null && ' and meaning'}
            </span>
          </p>
          {passages.slice(0, passagesShown).map((passage) => (
            <Passage key={`${passage.from} ${passage.to}`} passage={passage} />
          ))}
        </li>
      ))}
    </ol>
  )
}

const charactersMax = 400

function Passage({ passage }: { passage: KnowledgePassage }) {
  const first = passage.highlights[0]?.from ?? 0
  const from = first > charactersMax / 2 ? first - charactersMax / 4 : 0
  const pieces = piecesOf({
    text: passage.text.slice(from, from + charactersMax),
    highlights: passage.highlights.map((range) => ({ from: range.from - from, to: range.to - from })),
  })
  const keys = uniqueKeys(pieces, ({ text }) => text)
  const isCut = passage.text.length > from + charactersMax
  return (
    <div className="border-l-2 pl-3">
      {passage.heading !== '' && <p className="text-ink-mute text-xs">{passage.heading}</p>}
      <p className="wrap-anywhere whitespace-pre-line text-ink-soft">
        {from > 0 && '… '}
        {pieces.map(({ text, marked }, i) =>
          marked ? (
            <mark key={keys[i]} className="rounded-sm bg-accent-soft px-0.5 text-ink">
              {text}
            </mark>
          ) : (
            <span key={keys[i]}>{text}</span>
          ),
        )}
        {isCut && ' …'}
      </p>
    </div>
  )
}
