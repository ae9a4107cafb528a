import type { Claim, EvidenceRecord, EvidenceType, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Bundle } from '../bundle.ts'
import { abstracted, quotesAbstracted } from '../prompt/abstract.ts'
import { neutral } from '../prompt/neutral.ts'
import { type Row, rowsOf } from './row.ts'
import { safeTokens } from './token-estimate.ts'

export type PackOptions = {
  /** Tokens by the safe estimate. */
  budget: number
  weights: Persona['evidence_weights']
}

export type Packed = {
  text: string
  /** Ids that are in the text, so that they can be cited. */
  ids: ReadonlySet<string>
  /** Claims, records and calls that are not. */
  left: number
}

/** Records that are looked at: more do not fit into a prompt. */
const recordsMax = 300
/** Citations shown behind one claim, as in the answer itself. */
const citesMax = 4
/** What a claim is worth, and a record that one rests on, beside one that none does. */
const claimValue: Readonly<Record<Claim['role'], number>> = {
  HEADLINE: 1_000,
  CAVEAT: 400,
  FACT: 100,
  NEXT_STEP: 60,
}
const recordValue: Readonly<Record<Claim['role'], number>> = {
  HEADLINE: 12,
  CAVEAT: 5,
  FACT: 6,
  NEXT_STEP: 3,
}

type Piece = {
  section: string
  text: string
  ids: readonly string[]
  value: number
  tokens: number
  order: number
  count: number
}

/**
 * As much of a bundle as a budget holds, by value per token: claims first, then records in tables, a kind to a table, then what was looked
 * at. Never cut inside a record; what was left out is counted in the text.
 */
export function pack(bundle: Bundle, { budget, weights }: PackOptions): Packed {
  const { pieces: records, beyond } = recordPieces(bundle, weights)
  const pieces = [...claimPieces(bundle), ...records, ...callPieces(bundle)]
  const headers = new Map<string, number>()
  const kept: Piece[] = []
  // The line that says what was left out has its place before anything else.
  let used = safeTokens(leftLine(9_999)) + 2
  const ranked = [...pieces].sort((a, b) => b.value / b.tokens - a.value / a.tokens || a.order - b.order)
  for (const piece of ranked) {
    const header = headers.has(piece.section) ? 0 : safeTokens(`${piece.section}\n`) + 2
    if (used + header + piece.tokens > budget) continue
    headers.set(piece.section, header)
    used += header + piece.tokens
    kept.push(piece)
  }
  const counted = (of: readonly Piece[]): number => of.reduce((sum, { count }) => sum + count, 0)
  const left = beyond + counted(pieces) - counted(kept)
  return { text: written(kept, left), ids: new Set(kept.flatMap(({ ids }) => ids)), left }
}

function written(kept: Piece[], left: number): string {
  const sections = new Map<string, string[]>()
  for (const piece of [...kept].sort((a, b) => a.order - b.order)) {
    const lines = sections.get(piece.section) ?? []
    lines.push(piece.text)
    sections.set(piece.section, lines)
  }
  const parts = [...sections].map(([section, lines]) => `${section}\n${lines.join('\n')}`)
  return [...parts, ...(left > 0 ? [leftLine(left)] : [])].join('\n')
}
const leftLine = (left: number): string => `${left} more were left out for lack of room.`

const piece = (
  section: string,
  text: string,
  ids: readonly string[],
  value: number,
  order: number,
  count = 1,
): Piece => ({
  ...{ section, text, ids, value, order, count },
  // One for the end of the line.
  tokens: safeTokens(text) + 1,
})

function claimPieces(bundle: Bundle): Piece[] {
  const byId = new Map(bundle.evidence.map((record) => [record.id, record]))
  return bundle.claims.map((claim, at) => {
    const strangers = claim.cites
      .flatMap((id) => byId.get(id) ?? [])
      .filter(({ trust }) => trust === 'TELEMETRY')
    const cites = claim.cites.slice(0, citesMax)
    const said =
      strangers.length === 0 ? neutral(claim.text) : quotesAbstracted(withoutTheirs(claim.text, strangers))
    const text = `${claim.role}: ${said} ${cites.map((id) => `[${id}]`).join('')}`
    return piece('FINDINGS', text, cites, claimValue[claim.role] * (safeTokens(text) + 1), at)
  })
}

/** Our sentence without what it took over word by word from a stranger's text. */
function withoutTheirs(text: string, strangers: readonly EvidenceRecord[]): string {
  let ours = text
  for (const { fields } of strangers.slice(0, 50)) {
    for (const value of Object.values(fields)) {
      if (typeof value !== 'string' || value.length < theirsMin || !/\s/.test(value)) continue
      ours = ours.replaceAll(value, () => `"${abstracted(value)}"`)
    }
  }
  return ours
}
/** Shorter than this, a text with spaces is a name or a state. */
const theirsMin = 16

/** `beyond`: records that were not even looked at, as there are so many that count more. */
function recordPieces(bundle: Bundle, weights: PackOptions['weights']): { pieces: Piece[]; beyond: number } {
  const worth = new Map<string, number>()
  for (const { role, cites } of bundle.claims)
    for (const id of cites) worth.set(id, Math.max(worth.get(id) ?? 0, recordValue[role]))
  const worthOf = (record: EvidenceRecord): number =>
    (1 + (worth.get(record.id) ?? 0)) *
    (weightOf(weights, record.type) + 0.01) *
    (record.trust === 'TELEMETRY' ? 0.8 : 1)
  const best = [...bundle.evidence].sort((a, b) => worthOf(b) - worthOf(a)).slice(0, recordsMax)
  const looked = new Set(best)
  const rows = rowsOf(
    bundle.evidence.filter((record) => looked.has(record)),
    bundle.nowMs,
  )
  const pieces = rows.map((row: Row, at) =>
    piece(
      row.header,
      row.text,
      row.ids,
      Math.max(...row.records.map(worthOf)) * Math.sqrt(row.records.length),
      10_000 + at,
      row.records.length,
    ),
  )
  return { pieces, beyond: bundle.evidence.length - best.length }
}

const weightOf = (weights: PackOptions['weights'], type: EvidenceType): number => weights[type] ?? 1

function callPieces({ calls, notChecked }: Bundle): Piece[] {
  const looked = calls.map((call: ToolCallRecord, at) =>
    piece(
      'LOOKED AT',
      `${call.id}: ${neutral(call.sentence)}`,
      [call.id],
      call.status === 'OK' ? 0.4 : 2,
      1_000_000 + at,
    ),
  )
  const missed = notChecked.map(({ what, reason }, at) =>
    piece('COULD NOT LOOK AT', `${neutral(what)}: ${neutral(reason)}`, [], 3, 2_000_000 + at),
  )
  return [...looked, ...missed]
}
