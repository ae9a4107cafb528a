import {
  anyToken,
  email,
  isSecretValue,
  mark,
  type SecretPattern,
  secretName,
  secretPatterns,
  suspicious,
} from './secret-pattern.ts'

/** Text without what looks like a secret, and what was found: kinds and how often. */
export function redact(text: string): { text: string; found: Readonly<Record<string, number>> } {
  const redaction = new Redaction()
  return { text: redaction.text(text), found: redaction.counts }
}

/** Takes secrets out of text that leaves the platform. What is taken out is replaced by `[redacted]`, and counted by kind. */
export class Redaction {
  readonly counts: Record<string, number> = {}
  readonly #emails: boolean
  /** `emails`: addresses of people too. */
  constructor({ emails = false }: { emails?: boolean } = {}) {
    this.#emails = emails
  }

  text(text: string): string {
    let result = text
    if (suspicious.test(text) || text.search(anyToken) >= 0) {
      for (const one of secretPatterns) result = this.#replace(result, one)
    }
    return this.#emails && result.includes('@')
      ? this.#replace(result, { name: 'email', pattern: email, by: () => mark })
      : result
  }

  /** Strings within a value; those under a name that speaks of a secret go as a whole. Not deeper than 64 levels. */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth > 64) return null
    if (Array.isArray(value)) return value.map((one) => this.value(one, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#field(key, one, depth)]))
  }

  #field(key: string, value: unknown, depth: number): unknown {
    const isSecret = typeof value === 'string' && secretName.test(key) && isSecretValue(value)
    if (!isSecret) return this.value(value, depth + 1)
    this.#count('field')
    return mark
  }

  #replace(text: string, { name, pattern, by, kindOf }: SecretPattern): string {
    return text.replace(pattern, (whole: string, ...groups: string[]) => {
      const replaced = by(whole, ...groups)
      if (replaced !== whole) this.#count(kindOf?.(whole) ?? name)
      return replaced
    })
  }

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1
  }
}
