import type { FactBook, Facts } from './fact-book.ts'
import { courseIn, judgementIn, statesIn } from './state.ts'
import { type Reading, tokensOf } from './token.ts'

type StateFault = { text: string; sentence: string }

/** States, judgements and directions that the facts do not say, or say otherwise: each clause is held against the facts that name its things. */
export function judgements(text: string, book: FactBook, parts: readonly Facts[]): StateFault[] {
  const faults: StateFault[] = [...courseAgainstItself(text), ...turnedRound(text, parts)]
  for (const clause of text.split(/[;,]\s|\s(?:but|while|whereas|although|and|though)\s/i)) {
    const { about, isNamed } = partsAbout(clause, book, parts)
    faults.push(
      ...stateFaults(clause, about),
      ...judgementFaults(clause, about, isNamed),
      ...courseFaults(clause, about),
    )
  }
  return faults
}

/** Those that name what the clause names; all, where it names nothing. */
function partsAbout(
  clause: string,
  book: FactBook,
  parts: readonly Facts[],
): { about: readonly Facts[]; isNamed: boolean } {
  const words = clause.toLowerCase().match(/[\p{L}\d_][\p{L}\d._/-]*[\p{L}\d]/gu) ?? []
  const named = words.filter((word) => book.names.has(word))
  const about = parts.filter((part) => named.some((name) => part.words.has(name)))
  return about.length > 0 ? { about, isNamed: true } : { about: parts, isNamed: false }
}

function stateFaults(clause: string, parts: readonly Facts[]): StateFault[] {
  const { said, denied } = statesIn(clause)
  if (said.size + denied.size === 0) return []
  const known = parts.map(({ text }) => statesIn(text))
  const isSaid = (state: string): boolean => known.some((fact) => fact.said.has(state))
  const isDenied = (state: string): boolean => known.some((fact) => fact.denied.has(state))
  return [
    ...[...said]
      .filter((state) => !isSaid(state))
      .map((state) => fault(clause, `no cited record says "${state}"`)),
    ...[...denied]
      .filter((state) => !isDenied(state))
      .map((state) => fault(clause, `no cited record says that it is not "${state}"`)),
  ]
}

function judgementFaults(clause: string, parts: readonly Facts[], isNamed: boolean): StateFault[] {
  const { well, ill } = judgementIn(clause)
  if (!well && !ill) return []
  const known = parts.map(({ text }) => judgementIn(text))
  return [
    ...(well && !known.some((fact) => fact.well)
      ? [fault(clause, 'no cited record says that it is well')]
      : []),
    ...(well && !ill && !isNamed && known.some((fact) => fact.ill && !fact.well)
      ? [fault(clause, 'the cited records say of something that it fails: say what is well')]
      : []),
    ...(ill && !known.some((fact) => fact.ill) && !parts.some(({ text }) => trouble.test(text))
      ? [fault(clause, 'no cited record says that it fails')]
      : []),
  ]
}
/** Words of records that bear "is failing" without saying it so. */
const trouble =
  /\b(?:critical|oomkilled|crashloop\w*|notready|imagepull\w*|errimagepull|offline|severity (?:error|high|critical)|fatal)\b/i

function courseFaults(clause: string, parts: readonly Facts[]): StateFault[] {
  const { up, down } = courseIn(clause)
  if (!up && !down) return []
  const known = parts.map(({ text }) => ({ ...courseIn(text), arrow: arrowOf(text) }))
  const rose = known.some((fact) => fact.up || fact.arrow > 0)
  const fell = known.some((fact) => fact.down || fact.arrow < 0)
  return [
    ...(up && !rose && fell ? [fault(clause, 'the cited records say that it fell')] : []),
    ...(down && !fell && rose ? [fault(clause, 'the cited records say that it rose')] : []),
  ]
}

const fromTo = /\bfrom\s([^,;]{1,40}?)\s(?:up |down )?to\s([^,;.]{1,40})/i
const toFrom = /\bto\s([^,;]{1,40}?),?\s(?:up |down )?from\s([^;]{1,40})/i

/** "fell to 620 MiB, from 380 MiB": its own numbers say otherwise. */
function courseAgainstItself(text: string): StateFault[] {
  const { up, down } = courseIn(text)
  if (up === down) return []
  const [, first, second] = fromTo.exec(text) ?? []
  const [, last, earlier] = toFrom.exec(text) ?? []
  const from = readingIn(first ?? earlier)
  const to = readingIn(second ?? last)
  if (!from || !to || from.measure !== to.measure || from.value === to.value) return []
  return to.value > from.value === up ? [] : [fault(text, 'its numbers go the other way')]
}

/** "from 2.7.0 to 2.6.3" of what went from 2.6.3 to 2.7.0. */
function turnedRound(text: string, parts: readonly Facts[]): StateFault[] {
  const [, first, second] = /\bfrom (\S{1,80}) to (\S{1,80}?)(?=[.,;:!?]?(?:\s|$))/i.exec(text) ?? []
  if (first === undefined || second === undefined) return []
  const [from, to] = [first.toLowerCase(), second.toLowerCase()]
  const says = (a: string, b: string): boolean =>
    parts.some((part) =>
      [`from ${a} to ${b}`, `${a} → ${b}`, `${a} -> ${b}`].some((way) => part.text.includes(way)),
    )
  return says(to, from) && !says(from, to) ? [fault(text, `it went from ${to} to ${from}`)] : []
}

const readingIn = (text: string | undefined): Reading | undefined =>
  tokensOf(text ?? '').flatMap((token) => (token.kind === 'number' ? token.readings : []))[0]

/** `80 → 620`: up; only where both have the same unit, so that the numbers compare. */
function arrowOf(text: string): number {
  const [, from, fromUnit, to, toUnit] =
    /([\d.,]+)\s?(\p{L}*)\s?(?:→|->|to)\s?([\d.,]+)\s?(\p{L}*)/u.exec(text) ?? []
  if (from === undefined || (fromUnit !== '' && fromUnit !== toUnit)) return 0
  return Math.sign(Number(to?.replaceAll(',', '')) - Number(from.replaceAll(',', '')) || 0)
}

const fault = (clause: string, why: string): StateFault => ({
  text: clause.trim(),
  sentence: `"${clause.trim().slice(0, 120)}": ${why}`,
})
