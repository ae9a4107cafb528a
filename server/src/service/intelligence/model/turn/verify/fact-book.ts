import type { Claim, EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Bundle } from '../bundle.ts'
import { workloadOf } from '../pack/pod-name.ts'
import { type Reading, tokensOf } from './token.ts'
import { unitOfField, unitsOf } from './unit.ts'

/** What one record, call or claim says: its numbers, moments, words, and its text in lower case. */
export type Facts = {
  readings: readonly Reading[]
  /** Rates that are not of a second: `m` for "per minute". */
  pers: ReadonlySet<string>
  timesMs: readonly number[]
  /** Days and moments that are written in words. */
  days: ReadonlySet<string>
  words: ReadonlySet<string>
  /** Where it was observed: may be named, but is not what it is about. */
  sources: ReadonlySet<string>
  text: string
}

/** Citations that a sentence must hold to say what a claim with more of them says; as many as are shown behind one. */
export const citedMax = 4

/** A bundle, read for what a sentence may say under its citations. */
export class FactBook {
  readonly ids: ReadonlySet<string>
  /** Names of things and of their parts, in lower case. */
  readonly names: ReadonlySet<string>
  readonly questionWords: ReadonlySet<string>
  readonly choices: ReadonlySet<string>
  /** Addresses that we or an operator wrote: those alone may be linked. */
  readonly documents: ReadonlySet<string>
  readonly #facts = new Map<string, Facts>()
  readonly #records = new Map<string, EvidenceRecord>()
  readonly #calls: ReadonlyMap<string, ToolCallRecord>
  readonly #rest: readonly string[]
  #words: ReadonlySet<string> | undefined
  readonly #claims: readonly { claim: Claim; facts: Facts }[]

  constructor(bundle: Bundle) {
    const names = new Set<string>()
    for (const record of bundle.evidence) {
      this.#records.set(record.id, record)
      for (const name of namesOf(record)) names.add(name)
    }
    this.#calls = new Map(bundle.calls.map((call) => [call.id, call]))
    this.#claims = bundle.claims.map((claim) => ({ claim, facts: factsOfText(claim.text) }))
    this.#rest = bundle.notChecked.map(({ what, reason }) => `${what} ${reason}`)
    this.ids = new Set([...this.#records.keys(), ...this.#calls.keys()])
    this.names = names
    this.documents = documentsOf(bundle.evidence)
    this.questionWords = factsOfText(bundle.question).words
    this.choices = new Set(bundle.choices.map(({ text }) => text.trim()))
  }

  /** All words of the bundle; read when one is not found where it should be. */
  get words(): ReadonlySet<string> {
    if (!this.#words) {
      const facts = [...this.ids].flatMap((id) => this.#factsOf(id) ?? [])
      const said = [...facts, ...this.#claims.map((one) => one.facts), ...this.#rest.map(factsOfText)]
      this.#words = new Set(said.flatMap(({ words, sources }) => [...words, ...sources]))
    }
    return this.#words
  }

  #factsOf(id: string): Facts | undefined {
    const known = this.#facts.get(id)
    if (known) return known
    const record = this.#records.get(id)
    const call = this.#calls.get(id)
    const facts = record ? factsOfRecord(record) : call ? factsOfCall(call) : undefined
    if (facts) this.#facts.set(id, facts)
    return facts
  }

  /**
   * What may be said under these citations: the records and calls themselves, and the claims that rest on no others. `related`: claims that
   * rest on any of them too, which bear how things are judged but none of their numbers.
   */
  under(cites: readonly string[]): {
    parts: readonly Facts[]
    related: readonly Facts[]
    records: readonly EvidenceRecord[]
  } {
    const held = new Set(cites)
    const own = cites.flatMap((id) => this.#factsOf(id) ?? [])
    const claims = this.#claims.filter(({ claim }) =>
      claim.cites.slice(0, citedMax).every((id) => held.has(id)),
    )
    const related = this.#claims.filter(({ claim }) => claim.cites.some((id) => held.has(id)))
    return {
      parts: [...own, ...claims.map(({ facts }) => facts)],
      related: [...own, ...related.map(({ facts }) => facts)],
      records: cites.flatMap((id) => this.#records.get(id) ?? []),
    }
  }
}

const documentsOf = (records: readonly EvidenceRecord[]): Set<string> =>
  new Set(
    records
      .filter(({ trust }) => trust !== 'TELEMETRY')
      .flatMap(({ fields }) => Object.values(fields))
      .filter(
        (value) => typeof value === 'string' && /^https:\/\/[^\s()<>[\]"'`]{1,2000}$/.test(value),
      ) as string[],
  )

/** The last part of `kind/name`, what a pod belongs to, and values of fields that name things. */
function namesOf(record: EvidenceRecord): string[] {
  const entity = record.entity?.split('/').at(-1)
  const named = Object.entries(record.fields)
    .filter(([key]) => nameField.test(key))
    .flatMap(([, value]) => (typeof value === 'string' && value.length < 254 ? [value] : []))
  return [...(entity ? [entity] : []), ...named]
    .flatMap((name) => [name, workloadOf(name)])
    .map((name) => name.toLowerCase())
    .filter((name) => name.length > 1)
}
const nameField =
  /(?:^|_)(?:name|service|pod|node|namespace|workload|deployment|cluster|host|instance|owner|team|alert|alertname|metric|container|job|app|entity)$/

function factsOfRecord(record: EvidenceRecord): Facts {
  const { fields, sentence, entity, time, type, source, query } = record
  const readings: Reading[] = []
  const times: number[] = time ? [Date.parse(time)] : []
  const texts = [sentence, entity ?? '', type, query.length < 512 ? query : '']
  const unit =
    typeof fields.unit === 'string' ? unitsOf(fields.unit === '1' ? 'x' : fields.unit)?.[0] : undefined
  for (const [key, value] of Object.entries(fields)) {
    texts.push(key.replaceAll('_', ' '))
    const before = fields[`${key}_before`]
    if (typeof value === 'number' && typeof before === 'number' && before !== value)
      texts.push(value > before ? 'rose' : 'fell')
    if (typeof value === 'number') readings.push(...readingsOf(key, value, unit))
    else if (typeof value === 'string') texts.push(value)
    else if (value === true) texts.push(key)
  }
  const own = factsOfText(texts.join(' ; '))
  const sources = new Set([...own.words].includes(source.toLowerCase()) ? [] : [source.toLowerCase()])
  const whole = texts.flatMap((text) => (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? [Date.parse(text)] : []))
  return {
    ...own,
    sources,
    readings: [...own.readings, ...readings],
    timesMs: [...times, ...whole, ...own.timesMs],
  }
}

function readingsOf(
  key: string,
  value: number,
  unit: { measure: Reading['measure']; factor: number } | undefined,
): Reading[] {
  const of = unitOfField(key) ?? unit ?? { measure: '' as const, factor: 1 }
  const readings: Reading[] = [{ measure: of.measure, value: value * of.factor, step: 0 }]
  // A share under a name that does not say so.
  if (of.measure === '' && !Number.isInteger(value) && Math.abs(value) <= 1)
    readings.push({ measure: 'ratio', value, step: 0 })
  return readings
}

const factsOfCall = (call: ToolCallRecord): Facts => {
  const own = factsOfText(
    `${call.sentence} ; ${call.tool} ; ${JSON.stringify(call.arguments).slice(0, 2_000)} ; ${call.status}`,
  )
  return { ...own, readings: [...own.readings, { measure: '', value: call.records, step: 0 }] }
}

/** Longest text that is read for facts, characters. */
const textMax = 20_000

export function factsOfText(whole: string): Facts {
  const text = whole.slice(0, textMax).normalize('NFKC')
  const readings: Reading[] = []
  const timesMs: number[] = []
  const days = new Set<string>()
  const pers = new Set<string>()
  const words = new Set<string>()
  for (const token of tokensOf(text)) {
    if (token.kind === 'number') {
      readings.push(...token.readings)
      if (token.per) pers.add(token.per)
      words.add(token.text.toLowerCase())
    } else if (token.kind === 'moment') {
      if (token.year && token.clockMs !== undefined)
        timesMs.push(Date.UTC(token.year, (token.month ?? 1) - 1, token.day) + token.clockMs)
      days.add(momentKey(token))
    } else addWord(words, token.text.toLowerCase())
  }
  return { readings, timesMs, days, pers, words, sources: new Set(), text: text.toLowerCase() }
}

/** A moment as it is written, without what does not tell it from another. */
export const momentKey = ({
  year,
  month,
  day,
  clockMs,
}: {
  year?: number
  month?: number
  day?: number
  clockMs?: number
}): string => `${year ?? ''}/${month ?? ''}/${day ?? ''}/${clockMs ?? ''}`

function addWord(words: Set<string>, word: string): void {
  words.add(word)
  const workload = workloadOf(word)
  if (workload !== word) words.add(workload)
  for (const part of word.split(/[/:@=]/)) {
    if (part.length > 1) words.add(part)
    const short = workloadOf(part)
    if (short.length > 1) words.add(short)
  }
}
