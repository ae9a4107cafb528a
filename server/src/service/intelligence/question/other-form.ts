import type { Token } from './token.ts'

/** The text of a stretch, as it could be a name. */
export const textOf = (tokens: readonly Token[], from: number, to: number): string =>
  tokens
    .slice(from, to)
    .map((token) => token.text)
    .join(' ')

const numberWords = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')
const databaseWords = new Set(['db', 'database', 'datastore', 'dbs', 'databases'])

/** How a stretch can be written too: "worker three", "worker number 3", "the billing database", "the db behind billing". */
export function otherForms(tokens: readonly Token[], from: number, to: number): readonly string[] {
  const text = textOf(tokens, from, to)
  if (to - from < 2) return [text]
  const words = tokens.slice(from, to).map((token) => token.lower)
  const last = words.at(-1)!
  const head = words.slice(0, -1).join(' ')
  const forms = [text]
  if (numberWords.includes(last)) forms.push(`${head} ${numberWords.indexOf(last)}`)
  if (words.length === 3 && ['number', 'no', 'nr'].includes(words[1]!)) {
    const digits = numberWords.includes(last) ? numberWords.indexOf(last) : last
    if (/^\d+$/.test(`${digits}`)) forms.push(`${words[0]} ${digits}`)
  }
  if (databaseWords.has(last)) forms.push(`${head} db`, `${head} database`)
  const isBehind = ['behind', 'under', 'beneath', 'of', 'below'].includes(words[1]!)
  if (databaseWords.has(words[0]!) && isBehind) {
    const owner = words.slice(words[2] === 'the' || words[2] === 'our' ? 3 : 2).join(' ')
    if (owner !== '') forms.push(`${owner} db`, `${owner} database`)
  }
  return [...new Set(forms)]
}

/** "the billing db pool" is the pool that billing has. */
export const isOfPool = (tokens: readonly Token[], from: number, to: number): boolean =>
  to - from > 1 &&
  databaseWords.has(tokens[to - 1]!.lower) &&
  ['pool', 'pools', 'connection', 'connections', 'conn', 'conns'].includes(tokens[to]?.lower ?? '')
