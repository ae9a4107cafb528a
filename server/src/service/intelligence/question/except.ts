import type { Token } from './token.ts'

const leads: readonly (readonly string[])[] = [
  ...['except', 'excluding', 'besides', 'beside', 'ignoring', 'bar', 'minus'].map((word) => [word]),
  ...['apart from', 'aside from', 'other than', 'except for', 'leaving out', 'not counting'].map((words) =>
    words.split(' '),
  ),
  ['in', 'addition', 'to'],
]
/** In a question for several only: "X has nothing to do with Y" leaves nothing out. */
const parts: readonly (readonly string[])[] = [
  ...[
    'nothing to do with',
    'unrelated to',
    'not related to',
    'not concern',
    'not belong to',
    'not about',
  ].map((words) => words.split(' ')),
]
const asksSeveral = new Set('which what list show any give'.split(' '))
const between = new Set('the our that this and or'.split(' '))

/** "anything broken besides X", "apart from X and Y": which of the named stretches are left out of the question. */
export function exceptedOf<T extends { from: number; to: number }>(
  tokens: readonly Token[],
  named: readonly T[],
): readonly T[] {
  const excepted: T[] = []
  const ways = tokens.slice(0, 2).some(({ lower }) => asksSeveral.has(lower)) ? [...leads, ...parts] : leads
  for (const one of [...named].sort((a, b) => a.from - b.from)) {
    let at = one.from - 1
    while (between.has(tokens[at]?.lower ?? '') || tokens[at]?.text === ',') at -= 1
    const isSetAside =
      ['leaving', 'leave', 'putting', 'put', 'setting', 'keeping'].includes(tokens[at]?.lower ?? '') &&
      tokens.slice(one.to, one.to + 3).some(({ lower }) => ['aside', 'out'].includes(lower))
    const isNext = excepted.some(({ to }) => to === at + 1) && at < one.from - 1
    if (isNext || isSetAside || ways.some((words) => endsWith(tokens, at, words))) excepted.push(one)
  }
  return excepted
}

const endsWith = (tokens: readonly Token[], last: number, words: readonly string[]): boolean =>
  words.every((word, i) => tokens[last - words.length + 1 + i]?.lower === word)
