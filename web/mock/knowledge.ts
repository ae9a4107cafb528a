/** Documents of the stand-in, and incidents like one another. */
import type { Incident } from '@aiops/contract/model/incident'
import {
  type KnowledgeDocument,
  KnowledgeInput,
  type KnowledgeKind,
  KnowledgeKind as kinds,
} from '@aiops/contract/model/knowledge'
import { type Input, Refusal } from './refusal.ts'

const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * 3_600_000).toISOString()
const text = `Connections to the store are shared by all requests of a service.

## When the pool is exhausted

1. Look at \`db.client.connections.usage\` of the service.
2. Raise the size of the pool, **not** above what the store allows.

<script>alert(1)</script> [a link](javascript:alert(1)) ![spy](https://evil.example/p.png)

## Afterwards

Write down which release changed the size.`

export function knowledgeHandlers(empty: boolean, past: () => readonly Incident[]) {
  const documents = empty ? [] : Array.from({ length: 120 }, (_, i) => made(i))
  const find = (id: string | undefined): KnowledgeDocument => {
    const one = documents.find((document) => document.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no document ${id}.`)
    return one
  }
  const ofKind = (query: Input['query']): KnowledgeDocument[] => {
    const wanted = (query.kind ?? []).flatMap((one) => one.split(',')).filter(Boolean)
    return documents.filter(({ kind }) => wanted.length === 0 || wanted.includes(kind))
  }
  const summary = ({ text: _, ...rest }: KnowledgeDocument) => rest
  return {
    listKnowledgeDocuments: ({ query }: Input) => {
      const found = ofKind(query)
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      return {
        items: found.slice((page - 1) * size, page * size).map(summary),
        ...{ total: found.length, page, page_size: size, total_pages: Math.ceil(found.length / size) },
        counts: Object.fromEntries(
          kinds.options.map((kind) => [kind, documents.filter((one) => one.kind === kind).length]),
        ),
        problems: empty
          ? []
          : [{ file: 'knowledge/broken.md', message: 'line 3: the front matter has no end.' }],
      }
    },
    searchKnowledge: ({ query }: Input) => {
      const q = query.q?.[0] ?? ''
      const found = ofKind(query).filter((document) =>
        q
          .toLowerCase()
          .split(/\W+/)
          .some((word) => word !== '' && `${document.title} ${document.text}`.toLowerCase().includes(word)),
      )
      return {
        hits: found.slice(0, 8).map((document, i) => ({
          document: summary(document),
          score: 9 - i,
          parts: { lexical: 9 - i, semantic: i % 3 === 0 ? 0.62 : null },
          passages: [passage(document.text, q)],
        })),
        total: found.length,
        semantic: null,
        notes: q.includes('meaning') ? ['The embedder did not answer; only words were searched.'] : [],
      }
    },
    getKnowledgeDocument: ({ params }: Input) => find(params.id),
    listKnowledgeVersions: ({ params }: Input) => ({
      versions: [2, 1].map((version) => ({ ...summary(find(params.id)), version })),
    }),
    createKnowledgeDocument: ({ body }: Input) => {
      const document = {
        ...made(1),
        ...KnowledgeInput.parse(body),
        id: `new-${documents.length}`,
        version: 1,
      }
      documents.unshift(document)
      return document
    },
    updateKnowledgeDocument: ({ params, body }: Input) => {
      const one = find(params.id)
      return Object.assign(one, KnowledgeInput.parse(body), { version: one.version + 1, updated_at: at(0) })
    },
    deleteKnowledgeDocument: ({ params }: Input) => {
      documents.splice(documents.indexOf(find(params.id)), 1)
      return null
    },
    listSimilarIncidents: () => ({
      similar: past()
        .slice(0, 3)
        .map((incident, i) => ({
          incident,
          score: 0.82 - i * 0.14,
          why: [
            'Both began with slow answers of payments, which checkout calls.',
            'HighLatency of front fired in both.',
          ],
          parts: [
            { part: 'symptoms', share: 0.5 - i * 0.1 },
            { part: 'places', share: 0.32 - i * 0.04 },
          ],
          cause: {
            ...{ entity: 'service/payments', sentence: 'Its pool was too small after release 1.5.0.' },
            ...{ confirmed: i === 0, by: i === 0 ? 'ana' : null, probability: i === 0 ? null : 0.71 },
          },
          resolution: {
            sentence: 'Restore a service through its admin endpoint ran and was verified.',
            runbook: { id: 'restore-service', name: 'Restore a service', outcome: 'COMPLETED' },
          },
          seconds_to_resolve: 640,
        })),
      compared: past().length,
      floor: 0.35,
    }),
  }
}

function passage(whole: string, q: string) {
  const from = whole.indexOf('1. Look')
  const part = whole.slice(from, from + 140)
  const word = q.split(/\W+/).find((one) => one !== '' && part.toLowerCase().includes(one.toLowerCase()))
  const start = word === undefined ? -1 : part.toLowerCase().indexOf(word.toLowerCase())
  return {
    ...{ heading: 'When the pool is exhausted', from, to: from + part.length, text: part },
    highlights: word === undefined ? [] : [{ from: start, to: start + word.length }],
  }
}

function made(i: number): KnowledgeDocument {
  const kind: KnowledgeKind =
    (['DOCUMENT', 'RUNBOOK', 'POST_MORTEM', 'INCIDENT'] as const)[i % 4] ?? 'DOCUMENT'
  return {
    ...{ id: `doc-${i}`, kind, text, url: i % 5 === 0 ? 'https://wiki.example/pools' : null },
    title: `${['Pools of connections', 'Restart a service', 'What happened in March', 'INC-12 payments was slow'][i % 4]} ${i}`,
    ...{ entities: ['service/payments'], tags: ['database', 'pool'] },
    origin: kind === 'INCIDENT' ? 'INCIDENT' : kind === 'RUNBOOK' ? 'RUNBOOK' : i % 8 === 0 ? 'API' : 'FILE',
    source: kind === 'INCIDENT' ? '12' : kind === 'DOCUMENT' && i % 8 === 0 ? null : 'pools.md',
    ...{ created_by: 'ana', created_at: at(900 - i), updated_at: at(i * 3), updated_by: 'ana' },
    ...{ version: 2, size_bytes: text.length },
  }
}
