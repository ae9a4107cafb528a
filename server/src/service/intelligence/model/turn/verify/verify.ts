import { redact } from '../../../../../kernel/redaction.ts'
import type { Bundle } from '../bundle.ts'
import { hasForeignLink, safeMarkdown } from '../markdown.ts'
import { FactBook } from './fact-book.ts'
import { manner } from './manner-check.ts'
import { nameFault, nearest } from './name-check.ts'
import { holdsMoment, holdsNumber } from './number-check.ts'
import { judgements } from './state-check.ts'
import { type Statement, statementsOf } from './statement.ts'
import { tokensOf } from './token.ts'

export const violationKinds = [
  'NUMBER',
  'NAME',
  'STATE',
  'CITATION',
  'CAUSE',
  'ADVICE',
  'CERTAINTY',
  'DEED',
  'MARKUP',
  'SECRET',
  'CHARACTER',
  'OMITTED',
  'LENGTH',
  'EMPTY',
] as const

/** What in a text the evidence does not bear. `sentence` says it to whoever wrote it. */
export type Violation = { kind: (typeof violationKinds)[number]; text: string; sentence: string }

/** A statement is looked at up to here; a longer one is refused. */
const statementMax = 1_200
const violationsMax = 40

/**
 * Holds a model's prose against what it was given: every number with its unit, every name, state, direction, cause and piece of advice must
 * be in the records that the sentence cites. Linear in the text.
 */
export function verify(
  text: string,
  bundle: Bundle,
  book: FactBook = new FactBook(bundle),
): { ok: boolean; violations: Violation[] } {
  const violations: Violation[] = []
  const { statements } = statementsOf(text, true)
  for (const statement of statements) {
    violations.push(...violationsOf(statement, bundle, book))
    if (violations.length >= violationsMax) break
  }
  violations.push(...omissions(text, bundle))
  return { ok: violations.length === 0, violations: violations.slice(0, violationsMax) }
}

/** Of one statement, whatever the others say. */
export function violationsOf(statement: Statement, bundle: Bundle, book: FactBook): Violation[] {
  const { cites } = statement
  const text = statement.text.normalize('NFKC')
  if (text === '' || isBare(text, cites)) return []
  if (book.choices.has(text.replace(/^[-*\d.)\s]+/, ''))) return []
  if (text.length > statementMax)
    return [violation('LENGTH', text, 'a sentence is far too long, or has no citation')]
  const violations = formFaults(statement, text, book.documents)
  const unknown = cites.filter((id) => !book.ids.has(id))
  if (unknown.length > 0)
    violations.push(
      violation('CITATION', unknown.join(', '), `${unknown.join(', ')} is no record that was given`),
    )
  if (cites.length === 0) violations.push(violation('CITATION', text, 'this sentence has no citation'))
  const { parts, related, records } = book.under(cites)
  const tokens = tokensOf(plain(text))
  for (const token of tokens) {
    if (token.kind === 'number' && !holdsNumber(token, parts, cites.length, bundle.nowMs))
      violations.push(
        violation(
          'NUMBER',
          token.text,
          `${quoted(token.text)} is not in ${cites.join(', ') || 'any record that is cited'}`,
        ),
      )
    if (token.kind === 'moment' && !holdsMoment(token, parts))
      violations.push(
        violation(
          'NUMBER',
          token.text,
          `the time ${quoted(token.text)} is not in ${cites.join(', ') || 'any record that is cited'}`,
        ),
      )
  }
  const stated = judgements(text, book, related)
  violations.push(...stated.map(({ text: what, sentence }) => violation('STATE', what, sentence)))
  const assertsFact = tokens.some(({ kind }) => kind !== 'word') || assertive.test(text)
  for (const token of tokens) {
    if (token.kind !== 'word') continue
    const fault = nameFault(token, plain(text), book, parts, assertsFact)
    if (fault === 'UNKNOWN') {
      const meant = nearest(token.text.toLowerCase(), book.names)
      violations.push(
        violation(
          'NAME',
          token.text,
          `${quoted(token.text)} is not a name in the records${meant ? `; is ${meant} meant?` : ''}`,
        ),
      )
    } else if (fault === 'ELSEWHERE')
      violations.push(
        violation(
          'NAME',
          token.text,
          `${quoted(token.text)} is not in ${cites.join(', ') || 'any record that is cited'}: cite the record that names it`,
        ),
      )
  }
  violations.push(
    ...manner(text, [...parts, ...related], records).map((found) =>
      violation(found.kind, found.text, found.sentence),
    ),
  )
  return violations
}

const assertive =
  /\b(?:is|are|was|were|has|have|had|fail\w*|runs?|crash\w*|restart\w*|rose|fell|calls?|slow\w*|errors?|wait\w*|degrad\w*|caus\w*)\b/i
const violation = (kind: Violation['kind'], text: string, sentence: string): Violation => ({
  kind,
  text: text.slice(0, 200),
  sentence: sentence.slice(0, 300),
})
const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))

/** A heading or a bare list sign: few plain words, none of them a claim. */
function isBare(text: string, cites: readonly string[]): boolean {
  if (cites.length > 0) return false
  const words = text.replace(/^[#>\s*-]+|[*:\s]+$/g, '')
  return (
    words === '' ||
    /^(?:next|next steps?|summary|details?|findings?|evidence|limits?|caveats?|what (?:was|is) (?:checked|wrong|known)|in short)$/i.test(
      words,
    )
  )
}

/** Without the hosts that are added to labels of links. */
const unhosted = (text: string): string => text.replace(/ \([\w.:-]{1,253}\)\]\(/g, '](')

/** Signs of Markdown that are no words. */
const plain = (text: string): string =>
  text.replace(/[*`]+|\]\([^()\s]{1,2000}\)|^\s*(?:[-*]|\d{1,2}[.)])\s+|^#{1,6}\s+/g, (sign) =>
    ' '.repeat(sign.length),
  )

function formFaults(statement: Statement, text: string, documents: ReadonlySet<string>): Violation[] {
  const faults: Violation[] = []
  const isOurs = unhosted(safeMarkdown(statement.raw, documents)) === unhosted(statement.raw)
  const other = text.replace(/\]\((https:\/\/[^()\s]{1,2000})\)/g, (whole, url: string) =>
    documents.has(url) ? ']' : whole,
  )
  if (!isOurs || hasForeignLink(other))
    faults.push(violation('MARKUP', text, 'no links, images, HTML or code blocks'))
  if (redact(text).text !== text) faults.push(violation('SECRET', 'secret', 'this looks like a secret'))
  // Digits of other scripts and signs that are not seen would pass by every other check.
  if (/[^\P{Nd}0-9]|\p{Cf}|[\p{Cc}--[\t\n\r]]/v.test(text))
    faults.push(violation('CHARACTER', text, 'plain letters and digits only'))
  return faults
}

/** What the answer says first, and what limits it, is not left out. */
function omissions(text: string, { claims, outcome }: Bundle): Violation[] {
  if (text.trim() === '') return [violation('EMPTY', '', 'the answer is empty')]
  // What could not be answered is to be answered now: nothing of it need be kept.
  if (outcome !== 'ANSWERED') return []
  const cited = new Set([...text.matchAll(/(?<![\w])[ec]\d{1,4}(?!\w)/g)].map(([id]) => id))
  return claims
    .filter(
      ({ role, cites }) => (role === 'HEADLINE' || role === 'CAVEAT') && !cites.some((id) => cited.has(id)),
    )
    .map((claim) =>
      violation(
        'OMITTED',
        claim.text,
        `left out: ${claim.text.slice(0, 200)} ${claim.cites
          .slice(0, 4)
          .map((id) => `[${id}]`)
          .join('')}`,
      ),
    )
}
