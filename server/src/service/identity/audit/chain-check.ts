import type { AuditFinding } from '@aiops/contract/model/audit'
import type { Turn } from '../../../kernel/turn.ts'
import { type AuditLink, auditHash, formerHash, noHash } from '../../../port/audit-chain.ts'
import type { AuditRepository } from '../../../port/record-store.ts'
import type { Findings } from './findings.ts'

const pageLinks = 500

type Place = {
  /** The number that comes next. */
  expected: number
  /** The hash that it stands on; undefined after a break, where nobody knows it. */
  before: string | undefined
  /** An entry that holds its number has been seen: from then on each does. */
  numbered: boolean
}

/** Walks every link from the first on, a page at a time; what does not fit becomes a finding. Resolves with the newest number. */
export async function checkChain(
  chain: Pick<AuditRepository, 'links'>,
  findings: Findings,
  turn: Turn,
  signal: AbortSignal | undefined,
): Promise<number> {
  let place: Place = { expected: 1, before: noHash, numbered: false }
  for (;;) {
    signal?.throwIfAborted()
    const links = await chain.links(place.expected - 1, pageLinks)
    for (const link of links) {
      if (turn.due()) await turn.give()
      place = checkLink(link, place, findings)
    }
    if (links.length < pageLinks) return place.expected - 1
  }
}

function checkLink(link: AuditLink, place: Place, findings: Findings): Place {
  const { sequence, hash } = link
  if (sequence > place.expected) findings.add(missing(place.expected, sequence - 1))
  const entry = entryOf(link.body)
  const before = sequence > place.expected ? undefined : place.before
  const after = {
    expected: sequence + 1,
    before: hash,
    numbered: place.numbered || entry?.sequence !== undefined,
  }
  if (entry?.sequence !== undefined && entry.sequence !== sequence) {
    findings.add({
      ...{ kind: 'REORDERED', sequence },
      sentence: `In place ${sequence} stands the entry that was written as number ${entry.sequence}.`,
    })
    return { ...after, before: undefined }
  }
  const wrong = wrongWith(link, entry, before, place.numbered)
  if (wrong !== undefined) findings.add({ kind: 'EDITED', sequence, sentence: wrong })
  return after
}

function wrongWith(
  { sequence, tenant, hash, body }: AuditLink,
  entry: Entry | undefined,
  before: string | undefined,
  numbered: boolean,
): string | undefined {
  if (!entry) return `Entry ${sequence} was changed: it cannot be read.`
  if (entry.tenant !== tenant) return `Entry ${sequence} was moved to another tenant.`
  if (entry.sequence === undefined && numbered) return `Entry ${sequence} was changed: its number is gone.`
  if (before === undefined) return undefined
  const right = entry.sequence === undefined ? formerHash(before, sequence, body) : auditHash(before, body)
  if (right === hash) return undefined
  return sequence === 1
    ? 'Entry 1 was changed: it does not fit its hash.'
    : `Entry ${sequence} does not fit its hash: it, or the hash of entry ${sequence - 1}, was changed.`
}

type Entry = { sequence: number | undefined; tenant: unknown }

function entryOf(body: string): Entry | undefined {
  try {
    const { sequence, tenant } = JSON.parse(body) as { sequence?: unknown; tenant?: unknown }
    if (sequence !== undefined && typeof sequence !== 'number') return undefined
    return { sequence, tenant }
  } catch {
    return undefined
  }
}

const missing = (from: number, to: number): AuditFinding => ({
  kind: 'DELETED',
  sequence: from,
  sentence: from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`,
})
