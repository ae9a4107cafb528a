import { createHash } from 'node:crypto'
import type { Finding, ObjectRef } from '@aiops/contract/model/finding'
import { severities } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Turn } from '../../../kernel/turn.ts'
import type { ReadingHistory, Sighting, Signature } from './signature.ts'

export type Verdict = { opened: Finding[]; closed: Finding[] }
type Seen = { id: string; signature: Signature; sighting: Sighting }
type Entry = { firstMs: number; lastMs: number; finding: Finding | undefined; last: Seen }

const closeAfterMs = 120_000
/** Of one signature in one reading; a fault of a whole fleet is told by a thousand examples. */
const sightingsMax = 1_000
const evidenceMax = 20

/**
 * Keeps the findings of one cluster: runs all signatures over its past, lets the most specific sighting of a thing speak for those that
 * merely follow from it, opens what was seen for long enough and closes what is gone for a while.
 */
export class Judge {
  readonly #cluster: { tenant: TenantId; id: string; name: string }
  readonly #signatures: readonly Signature[]
  readonly #entries = new Map<string, Entry>()
  /** Signatures that threw, with the sentence of their last defect. */
  readonly defects = new Map<string, string>()

  constructor(cluster: { tenant: TenantId; id: string; name: string }, signatures: readonly Signature[]) {
    this.#cluster = cluster
    this.#signatures = signatures
  }

  /** Most severe first, and of the equally severe the most specific. */
  open(): Finding[] {
    return [...this.#entries.values()]
      .filter((entry): entry is Entry & { finding: Finding } => entry.finding !== undefined)
      .sort(
        (a, b) =>
          severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
          b.last.sighting.specificity - a.last.sighting.specificity,
      )
      .map(({ finding }) => finding)
  }

  async judge(history: ReadingHistory, turn?: Turn): Promise<Verdict> {
    const nowMs = history.now.timeMs
    const seen: Seen[] = []
    for (const signature of this.#signatures) {
      this.#look(signature, history, seen)
      if (turn?.due()) await turn.give()
    }
    const ready = [...seen.filter((one) => this.#note(one, nowMs)), ...this.#lingering(nowMs)]
    const speakers = speakersOf(ready)
    const verdict: Verdict = { opened: [], closed: [] }
    for (const one of ready) {
      if (speakers.has(one)) continue
      const entry = this.#entries.get(one.id) as Entry
      const symptoms = ready.filter((other) => speakers.get(other) === one)
      const isNew = entry.finding === undefined
      entry.finding = this.#findingOf(one, symptoms, entry.finding?.found_at ?? isoTime(nowMs))
      if (isNew) verdict.opened.push(entry.finding)
    }
    this.#close(new Set([...speakers.keys()].map(({ id }) => id)), nowMs, verdict)
    return verdict
  }

  /** All open findings, closed because the cluster is gone. */
  end(): Finding[] {
    const findings = this.open()
    this.#entries.clear()
    return findings
  }

  /** A signature with a defect says nothing; the others go on. */
  #look(signature: Signature, history: ReadingHistory, seen: Seen[]): void {
    try {
      let left = sightingsMax
      for (const sighting of signature.check(history)) {
        seen.push({ id: idOf(this.#cluster.id, signature, sighting), signature, sighting })
        if (--left === 0) break
      }
      this.defects.delete(signature.id)
    } catch (error) {
      this.defects.set(signature.id, messageOf(error))
    }
  }

  /** Whether it was seen for long enough. */
  #note(seen: Seen, nowMs: number): boolean {
    const entry = this.#entries.get(seen.id) ?? {
      firstMs: nowMs,
      lastMs: nowMs,
      finding: undefined,
      last: seen,
    }
    entry.lastMs = nowMs
    entry.last = seen
    this.#entries.set(seen.id, entry)
    return entry.finding !== undefined || nowMs - entry.firstMs >= (seen.signature.openAfterMs ?? 0)
  }

  /** What is open and not seen just now, and may come back: it still speaks for what follows from it. */
  #lingering(nowMs: number): Seen[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.finding && entry.lastMs < nowMs && !isOver(entry, nowMs))
      .map(({ last }) => last)
  }

  #close(explained: ReadonlySet<string>, nowMs: number, verdict: Verdict): void {
    for (const [id, entry] of this.#entries) {
      const { finding } = entry
      const over = isOver(entry, nowMs)
      if (over) this.#entries.delete(id)
      // Else it may be that another finding speaks for it now.
      if (!finding || !(over || explained.has(id))) continue
      entry.finding = undefined
      verdict.closed.push(finding)
    }
  }

  #findingOf({ id, signature, sighting }: Seen, symptoms: readonly Seen[], foundAt: string): Finding {
    const evidence = [...sighting.evidence]
    for (const symptom of symptoms)
      for (const [index, one] of symptom.sighting.evidence.entries())
        evidence.push(index === 0 ? { ...one, text: `${symptom.sighting.title} (${one.text})` } : one)
    return {
      ...{ id, tenant_id: this.#cluster.tenant, cluster_id: this.#cluster.id },
      ...{ cluster_name: this.#cluster.name, area: signature.area, analyzer: signature.analyzer },
      ...{ rule: signature.id, severity: sighting.severity ?? signature.severity, title: sighting.title },
      ...{ object: sighting.object, parent: sighting.parent ?? null },
      since: sighting.sinceMs === undefined ? null : isoTime(sighting.sinceMs),
      found_at: foundAt,
      evidence: evidence.slice(0, evidenceMax),
      ...{ causes: sighting.causes ?? [], remediation: sighting.remediation },
      ...{ documentation_url: signature.documentation_url, alert_name: signature.alert_name },
    }
  }
}

function isOver({ finding, lastMs, last }: Entry, nowMs: number): boolean {
  if (lastMs === nowMs) return false
  return !finding || nowMs - lastMs >= (last.signature.closeAfterMs ?? closeAfterMs)
}

/** For each sighting that merely follows from another, the one that speaks for it in the end. */
function speakersOf(seen: readonly Seen[]): Map<Seen, Seen> {
  const at = new Map<string, Seen[]>()
  for (const one of seen) {
    const key = keyOf(one.sighting.object)
    const there = at.get(key)
    if (there) there.push(one)
    else at.set(key, [one])
  }
  const above = new Map<Seen, Seen>()
  for (const one of seen) {
    let best: Seen | undefined
    for (const place of [one.sighting.object, ...(one.sighting.within ?? [])])
      for (const other of at.get(keyOf(place)) ?? [])
        if (explains(other, one) && other.sighting.specificity > (best?.sighting.specificity ?? 0))
          best = other
    if (best) above.set(one, best)
  }
  // Specificity rises from one to the next, so that this ends.
  for (const [one, first] of above) {
    let top = first
    for (let next = above.get(top); next; next = above.get(top)) top = next
    above.set(one, top)
  }
  return above
}

function explains(other: Seen, one: Seen): boolean {
  if (other.sighting.specificity <= one.sighting.specificity) return false
  if (other.signature.area !== one.signature.area || other.signature.id === one.signature.id) return false
  return one.signature.consequenceOf?.includes(other.signature.id) ?? true
}

const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`

/** The same for the same rule, thing and cluster, so that a finding that comes back has the same id. */
function idOf(clusterId: string, { id }: Signature, { object, discriminator }: Sighting): string {
  const text = JSON.stringify([clusterId, id, keyOf(object), discriminator ?? ''])
  return `${id}-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
}
