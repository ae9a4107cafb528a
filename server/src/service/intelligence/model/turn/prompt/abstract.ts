import { technicalWords } from '../technical-word.ts'
import { neutral } from './neutral.ts'

/** Words of a stranger's text that are shown at most. */
const wordsMax = 40
const nameMax = 63
const linking = new Set(
  'ms s sec seconds minutes min hours h mib gib kib mb gb percent used a an the of for to in on at by from with without after before while and or not no was were is are be been has have had could cannot does did as'.split(
    ' ',
  ),
)

/**
 * A text that a stranger can write (a log line, an annotation), with only what tells what happened: technical words, numbers with units,
 * codes. Addresses, quotes, long strings and every other word become `…`, so that no sentence that asks for something is left of it.
 */
export function abstracted(text: string): string {
  const kept: string[] = []
  let shown = 0
  for (const word of neutral(text.slice(0, 4_000)).split(/\s+/)) {
    if (shown >= wordsMax) {
      if (kept.at(-1) !== '…') kept.push('…')
      break
    }
    const said = wordOf(word)
    if (said === '…' && kept.at(-1) === '…') continue
    kept.push(said)
    shown += 1
  }
  // Words that only link are left where something technical is linked.
  const joined = kept.filter(
    (word, at) => !linking.has(word) || isSolid(kept[at - 1]) || isSolid(kept[at + 1]),
  )
  return joined
    .join(' ')
    .replace(/…(?: …)+/g, '…')
    .trim()
}

const isSolid = (word: string | undefined): boolean =>
  word !== undefined && word !== '…' && !linking.has(word)

function wordOf(word: string): string {
  const bare = word.replace(/^[^\p{L}\p{N}<-]+|[^\p{L}\p{N}%>]+$/gu, '')
  const lower = bare.toLowerCase()
  if (bare === '') return '…'
  if (/:\/\/|^www\.|@/.test(bare)) return '<url>'
  if (/^-?\d[\d.,]{0,15}(?:%|[a-zA-Zµ]{1,3})?$/.test(bare)) return bare
  if (technicalWords.has(lower) || linking.has(lower)) return lower
  const pair = /^([a-z_]{1,24})=(-?\d[\d.]{0,12}[a-zA-Z%]{0,3})$/i.exec(bare)
  if (pair && [pair[1]!, ...pair[1]!.split('_')].some((part) => technicalWords.has(part.toLowerCase())))
    return bare
  if (/^(?:\d{3}|[A-Z][A-Z0-9_]{2,24}|E[A-Z]{3,14})$/.test(bare) && technicalWords.has(lower)) return bare
  const plural = lower.replace(/(?:ed|ing|s)$/, '')
  return technicalWords.has(plural) || technicalWords.has(`${plural}e`) ? lower : '…'
}

/** A name from telemetry (a label's value, a span's or an alert's name): kept where it looks like one, else a sign that there was something. */
export function nameShown(name: string): string {
  const bare = neutral(name)
  if (/\s/.test(bare)) return abstracted(bare)
  if (bare.length > nameMax) return '<long name>'
  if (/^[\p{L}\p{N}][\p{L}\p{N}._:/@-]*$/u.test(bare) && bare.split(/[._:/-]/).length <= 8) return bare
  return abstracted(bare)
}

/** Our own sentence about a stranger's text: what it quotes is abstracted, the rest is ours. */
export const quotesAbstracted = (text: string): string =>
  neutral(text).replace(
    /"([^"]{1,2000})"|“([^”]{1,2000})”|`([^`]{1,2000})`|«([^»]{1,2000})»|'([^'\n]{12,2000})'/g,
    (_, ...groups: unknown[]) => {
      const inner = groups.slice(0, 5).find((group) => typeof group === 'string') as string | undefined
      return `"${nameShown(inner ?? '')}"`
    },
  )
