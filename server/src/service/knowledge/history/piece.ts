import type { EntityId } from '@aiops/contract/model/entity'
import { type EdgeKey, EdgeOrigin, EdgeType } from '@aiops/contract/model/topology'
import { z } from 'zod'
import type { TopologyGraph } from '../graph.ts'
import type { Figures, GraphEdge, GraphEntity } from '../graph-part.ts'

/** Names a thing within its tenant: `e` and the edge, or `n` and the id. In order of key, entities come after edges. */
export const entityPieceKey = (id: EntityId): string => `n ${id}`
export const edgePieceKey = ({ source, target, type }: EdgeKey): string =>
  `e ${JSON.stringify([type, source, target])}`

const StoredEntity = z.object({
  labels: z.record(z.string(), z.string()),
  health: z.enum(['HEALTHY', 'DEGRADED', 'FAILING', 'SILENT']),
  first: z.number(),
})
const StoredKey = z.tuple([EdgeType, z.string(), z.string()])
const StoredEdge = z.object({
  origin: EdgeOrigin,
  evidence: z.array(z.tuple([EdgeOrigin, z.union([z.literal(0), z.literal(1), z.literal(2)])])).min(1),
  first: z.number(),
  figures: z.object({
    calls_per_second: z.number().optional(),
    error_ratio: z.number().optional(),
    mean_ms: z.number().optional(),
    bytes_per_second: z.number().optional(),
  }),
})
export type StoredPiece =
  | ({ kind: 'ENTITY'; id: EntityId } & z.output<typeof StoredEntity>)
  | ({ kind: 'EDGE'; key: z.output<typeof StoredKey> } & z.output<typeof StoredEdge>)

/** Labels are those of when the piece began. */
export const entityBody = ({ labels, health, firstSeenMs }: GraphEntity): string =>
  JSON.stringify({ labels, health, first: firstSeenMs } satisfies z.input<typeof StoredEntity>)

/** Figures are those of when the piece began: the classes that they belong to hold for all of it. */
export const edgeBody = (edge: GraphEdge, figures: Figures): string =>
  JSON.stringify({
    origin: edge.origin,
    evidence: edge.evidence.map(({ origin, ends }): [EdgeOrigin, 0 | 1 | 2] => [origin, ends]),
    ...{ first: edge.firstSeenMs, figures: shortened(figures) },
  } satisfies z.input<typeof StoredEdge>)

/** Undefined for what cannot be read, as what a later version wrote. */
export function readPiece(key: string, body: string): StoredPiece | undefined {
  const json = parsed(body)
  if (key.startsWith('n ')) {
    const { data } = StoredEntity.safeParse(json)
    return data && { kind: 'ENTITY', id: key.slice(2), ...data }
  }
  const { data } = StoredEdge.safeParse(json)
  const named = StoredKey.safeParse(parsed(key.slice(2)))
  return data && named.success ? { kind: 'EDGE', key: named.data, ...data } : undefined
}

/** Puts a piece into a graph of that time, last seen by `seenMs`. Edges come after both their ends. */
export function placePiece(graph: TopologyGraph, piece: StoredPiece, seenMs: number): void {
  const firstMs = Math.min(piece.first, seenMs)
  if (piece.kind === 'ENTITY') {
    graph.addEntity(piece.id, piece.labels, firstMs)
    graph.addEntity(piece.id, {}, seenMs)
    graph.setHealth(piece.id, piece.health)
    return
  }
  const [type, source, target] = piece.key
  const edge = graph.addEdge(source, target, type, piece.origin, firstMs, 0)
  if (!edge) return
  edge.lastSeenMs = seenMs
  edge.evidence = piece.evidence.map(([origin, ends]) => ({ origin, ends, lastSeenMs: seenMs }))
  const figures = figuresOf(piece)
  if (Object.keys(figures).length > 0) edge.rate = { read: () => figures }
}

export const figuresOf = ({ figures }: z.output<typeof StoredEdge>): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined))

const shortened = (figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]))

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
