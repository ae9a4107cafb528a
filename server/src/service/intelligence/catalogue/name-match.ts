import { plainName } from './metric-fact.ts'

/** Words that say nothing about which metric is meant. */
const idle: ReadonlySet<string> = new Set(
  (
    'a an the of in on at for to from by with and or is are was were be do does did has have had how what which who when where why ' +
    'many much current currently now right show me give tell list get find value values metric metrics series number we our us you ' +
    'it its this that there any all some per last over since minute minutes hour hours day today average mean unit labels label ' +
    'about exist exists available name names called use uses using used please can could much like'
  ).split(' '),
)

/** The word that metrics are named with, for those that people say. */
const saidAs: Readonly<Record<string, readonly string[]>> = {
  connection: ['connections', 'conn', 'connection'],
  db: ['db', 'database'],
  database: ['db', 'database'],
  mem: ['memory', 'mem'],
  memory: ['memory', 'mem'],
  latency: ['latency', 'duration'],
  disk: ['filesystem', 'disk'],
  network: ['network', 'net'],
  temperature: ['temperature', 'temp'],
  utilisation: ['utilization', 'util', 'utilisation'],
  utilization: ['utilization', 'util', 'utilisation'],
  maximum: ['max', 'limit'],
  error: ['error', 'errors', 'failed'],
}

/** A word's singular, near enough to tell that two words are one. */
const singular = (word: string): string =>
  word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word

export const wordsOf = (text: string): string[] =>
  [...new Set(plainName(text.replace(/([a-z])([A-Z])/g, '$1 $2')).split('_'))]
    .filter((word) => word !== '' && !idle.has(word))
    .map(singular)

/** Words of a question that could name a metric, entities left out. */
export function askedWords(text: string, without: readonly string[]): string[] {
  const names = new Set(without.flatMap((name) => plainName(name).split('_').map(singular)))
  return wordsOf(text).filter((word) => !names.has(word) && !/^\d+$/.test(word))
}

/** How well a name fits words, 0..1: the share of the words that it holds, and a little for holding nothing else. */
export function nameScore(name: string, help: string, words: readonly string[]): number {
  if (words.length === 0) return 0
  const own = new Set(wordsOf(name))
  const described = new Set(wordsOf(help))
  let held = 0
  for (const word of words) {
    const forms = (saidAs[word] ?? [word]).map(singular)
    if (forms.some((form) => own.has(form))) held += 1
    else if (forms.some((form) => described.has(form))) held += 0.5
  }
  return held === 0 ? 0 : 0.8 * (held / words.length) + 0.2 * (held / Math.max(held, own.size))
}
