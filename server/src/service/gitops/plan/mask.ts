import type { ChangeJson, PlanJson } from './plan-json.ts'

export const sensitiveText = '(sensitive)'
export const unknownText = '(known after apply)'
const leftOutText = '(left out)'

/** Of one value; what is deeper, longer or more is left out and says so. */
const depthMax = 24
const textLengthMax = 2_000
/** Values of a whole plan. */
const valuesMax = 200_000
/** Shorter ones are words such as "yes", which would be masked all over. */
const secretLengthMin = 6
const secretsMax = 5_000
/** Longer ones are looked for one by one; a pattern of them would be too large. */
const patternLengthMax = 1_000

/**
 * Hides what the engine marks as sensitive, and the same text wherever else it stands: marks are lost where a value passes through some
 * resources (the output of a `terraform_data`, for one).
 */
export class Mask {
  readonly #short: RegExp | undefined
  readonly #long: readonly string[]
  #left = valuesMax
  constructor(plan: PlanJson) {
    const found = [...secretsOf(plan)].toSorted((a, b) => b.length - a.length)
    const short = found.filter(({ length }) => length <= patternLengthMax)
    this.#long = found.slice(0, found.length - short.length)
    this.#short =
      short.length === 0 ? undefined : new RegExp(short.map((one) => RegExp.escape(one)).join('|'), 'g')
  }

  before(change: ChangeJson): unknown {
    return this.#value(change.before, change.before_sensitive, false, 0)
  }

  after(change: ChangeJson): unknown {
    return this.#value(change.after, change.after_sensitive, change.after_unknown, 0)
  }

  #value(value: unknown, sensitive: unknown, unknown: unknown, depth: number): unknown {
    if (sensitive === true) return sensitiveText
    if (unknown === true) return unknownText
    this.#left -= 1
    if (depth > depthMax || this.#left < 0) return leftOutText
    if (Array.isArray(value) || Array.isArray(unknown)) {
      const [values, unknowns] = [arrayOf(value), arrayOf(unknown)]
      return Array.from({ length: Math.max(values.length, unknowns.length) }, (_, at) =>
        this.#value(values[at] ?? null, partOf(sensitive, at), unknowns[at], depth + 1),
      )
    }
    if (isObject(value) || isObject(unknown)) {
      const keys = new Set([...Object.keys(objectOf(value)), ...Object.keys(objectOf(unknown))])
      return Object.fromEntries(
        [...keys].map((key) => [
          this.#text(key),
          this.#value(partOf(value, key) ?? null, partOf(sensitive, key), partOf(unknown, key), depth + 1),
        ]),
      )
    }
    if (typeof value === 'number') {
      const shown = this.#text(String(value))
      return shown === String(value) ? value : shown
    }
    return typeof value === 'string' ? this.#text(value) : (value ?? null)
  }

  #text(text: string): string {
    // Masked before it is cut, or half a secret would stand at the end.
    let masked = text
    for (const secret of this.#long)
      if (masked.length >= secret.length) masked = masked.replaceAll(secret, sensitiveText)
    if (this.#short) masked = masked.replace(this.#short, sensitiveText)
    return masked.length <= textLengthMax ? masked : `${masked.slice(0, textLengthMax)}… ${leftOutText}`
  }
}

function secretsOf(plan: PlanJson): Set<string> {
  const found = new Set<string>()
  const collect = (value: unknown, sensitive: unknown, depth: number): void => {
    if (found.size >= secretsMax || depth > depthMax || !sensitive || value === null) return
    if (Array.isArray(value))
      for (const [at, one] of value.entries())
        collect(one, sensitive === true || partOf(sensitive, at), depth + 1)
    else if (isObject(value))
      for (const [key, one] of Object.entries(value))
        collect(one, sensitive === true || partOf(sensitive, key), depth + 1)
    else if (sensitive === true && (typeof value === 'string' || typeof value === 'number'))
      if (String(value).length >= secretLengthMin) found.add(String(value))
  }
  const changes = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])].map(
    ({ change }) => change,
  )
  for (const change of [...changes, ...Object.values(plan.output_changes ?? {})]) {
    collect(change.before, change.before_sensitive, 0)
    collect(change.after, change.after_sensitive, 0)
  }
  const declared = objectOf(partOf(partOf(plan.configuration, 'root_module'), 'variables'))
  for (const [name, { value }] of Object.entries(plan.variables ?? {}))
    collect(value, partOf(declared[name], 'sensitive') === true, 0)
  return found
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Its own only: a key such as "constructor" is a name like any other. */
function partOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
