import { RE2JS } from 're2js'
import { messageOf } from '../../../kernel/fault.ts'

/** Text without what one pattern finds; the same string when it found nothing. `found` is called for each finding. */
export type Redaction = { name: string; replace(text: string, found: () => void): string }

/** Longest text that is searched; what lies behind is left out of the record, as nobody looked at it. */
const textMax = 262_144

type BuiltIn = { name: string; pattern: RegExp; replacement: string; accept?: (found: string) => boolean }

/**
 * Credentials that are recognised by their own form, and card numbers that pass their check digit. Repeats are bounded and never
 * nested, so that no text makes them slow.
 */
const builtIns: readonly BuiltIn[] = [
  {
    name: 'private-key',
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    replacement: '«private key»',
  },
  {
    name: 'authorization',
    pattern: /\b(bearer|basic)\s{1,4}[A-Za-z0-9+/_.~=-]{8,4096}/gi,
    replacement: '$1 «credential»',
  },
  {
    name: 'json-web-token',
    pattern: /\beyJ[A-Za-z0-9_-]{8,2048}\.eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,2048}/g,
    replacement: '«token»',
  },
  {
    name: 'url-password',
    pattern: /(:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,256}@/g,
    replacement: '$1«password»@',
  },
  {
    name: 'assigned-secret',
    pattern:
      /((?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token|private[_-]?key)["']?\s{0,4}[:=]\s{0,4})(?:"[^"\n]{1,1024}"|'[^'\n]{1,1024}'|[^\s"',;&}{]{1,1024})/gi,
    replacement: '$1«secret»',
  },
  { name: 'aws-key-id', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, replacement: '«access key»' },
  {
    name: 'vendor-token',
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|glpat-[A-Za-z0-9_-]{20,64}|xox[abprs]-[A-Za-z0-9-]{10,256}|sk-[A-Za-z0-9_-]{20,256})/g,
    replacement: '«token»',
  },
  {
    name: 'card-number',
    pattern: /\b[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b/g,
    replacement: '«card number»',
    accept: passesLuhn,
  },
]

/** What any of these needs to be there: most texts have none of it and are not searched further. */
const hint =
  /PRIVATE KEY|bearer|basic|eyJ|:\/\/[^\s@/]*:|passw|pwd|secret|api[_-]?key|access[_-]?key|_token|-token|A[KS]IA|gh[pousr]_|glpat|xox|sk-|\d{4}[ -]?\d{4}[ -]?\d/i

export const builtInRedaction: Redaction = {
  name: 'built-in',
  replace(text, found) {
    if (!hint.test(text)) return text
    let kept = text
    for (const { pattern, replacement, accept } of builtIns) {
      kept = kept.replace(pattern, (...match: unknown[]) => {
        const whole = match[0] as string
        if (accept && !accept(whole)) return whole
        found()
        return replacement.replace('$1', String(match[1] ?? ''))
      })
    }
    return kept
  },
}

/** A rule's own pattern, in RE2's syntax: time linear in the text. Throws an Error that says what is wrong with it. */
export function redactionOf(name: string, pattern: string, replacement: string): Redaction {
  if (pattern.length > 1_000) throw new Error('a pattern may have 1,000 characters')
  try {
    const compiled = RE2JS.compile(pattern)
    return {
      name,
      replace(text, found) {
        const matcher = compiled.matcher(text)
        if (!matcher.find()) return text
        found()
        return matcher.reset().replaceAll(replacement)
      },
    }
  } catch (error) {
    throw new Error(`the pattern ${JSON.stringify(pattern.slice(0, 80))} cannot be read: ${messageOf(error)}`)
  }
}

/** All redactions one after another; the same string when nothing was found. */
export function redact(
  text: string,
  redactions: readonly Redaction[],
  found: (name: string) => void,
): string {
  let kept = text.length > textMax ? text.slice(0, textMax) : text
  for (const redaction of redactions) kept = redaction.replace(kept, () => found(redaction.name))
  return kept
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  if (digits.length < 13 || digits.length > 19) return false
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
