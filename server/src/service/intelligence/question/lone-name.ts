import type { Gazetteer } from './gazetteer.ts'
import { isTableWord } from './lemma.ts'
import type { Link } from './linked.ts'
import { isFixedWord } from './name-shape.ts'
import { functionWords, ordinaryVerbs } from './ordinary-word.ts'
import type { Token } from './token.ts'

/** "the database", where there is only one. */
export function soleOfKind(tokens: readonly Token[], free: readonly boolean[], gazetteer: Gazetteer): Link[] {
  return tokens.flatMap((token, at) => {
    const isOne = free[at] === true && tokens[at - 1]?.lower === 'the' && free[at + 1] !== false
    const kind = ['database', 'db'].includes(token.lower)
      ? 'DATABASE'
      : token.lower === 'queue'
        ? 'QUEUE'
        : undefined
    const after = tokens[at + 1]
    const thing =
      isOne && kind !== undefined && (after === undefined || !isNoun(after))
        ? gazetteer.only(kind)
        : undefined
    if (thing === undefined) return []
    return [
      {
        from: at,
        to: at + 1,
        text: token.text,
        things: [thing],
        how: 'PREFIX' as const,
        said: [],
        isGroup: false,
      },
    ]
  })
}

/** "the vpn cert": what alone an alert is named after, where nothing else is named. */
export function alertByPart(
  tokens: readonly Token[],
  free: readonly boolean[],
  gazetteer: Gazetteer,
): Link[] {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    if (free[at] !== true || token.type !== 'WORD' || token.lower.length < 4) continue
    const part = token.lemma === 'cert' ? 'certificate' : token.lemma
    if (functionWords.has(part) || ordinaryVerbs.has(part) || isTableWord(part) || isFixedWord(part)) continue
    const near = gazetteer.beginning(part).flatMap((one) => one.things)
    const things = near.filter(({ kind }) => kind === 'ALERT')
    const isOne = new Set(things.map(({ name }) => name)).size === 1
    if (isOne && things[0]!.name.toLowerCase().includes(part))
      return [{ from: at, to: at + 1, text: token.text, things, how: 'PREFIX', said: [], isGroup: false }]
  }
  return []
}

/** "the database pool" is about the pool. */
const isNoun = (token: Token): boolean =>
  token.type === 'WORD' &&
  !functionWords.has(token.lower) &&
  !['ok', 'fine', 'down', 'slow', 'healthy', 'involved', 'guilty', 'responsible', 'broken'].includes(
    token.lower,
  )
