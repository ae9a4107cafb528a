/**
 * Light stemming: steps 1 and 5a of Porter (1980), "An algorithm for suffix stripping". Plurals, -ed, -ing and a last e or y go, so that
 * "restarted" meets "restarting", "retries" "retry" and "caching" "cache"; what the steps between would take off (-ation, -ness, -ive)
 * stays, for they join words that operators tell apart. Takes lower-case words of a to z; anything else comes back as it is.
 */
export function stem(word: string): string {
  if (word.length < 4 || kept.has(word) || !plain.test(word)) return word
  return withoutE(withoutY(withoutEnding(withoutPlural(word))))
}

const plain = /^[a-z]+$/
const vowel = /[aeiou]|(?<=[^aeiou])y/
/** Porter's own later exceptions (Snowball English): by the rule they would part from their other forms. */
const kept = new Set(['exceed', 'proceed', 'succeed', 'news'])

function withoutPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2)
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

function withoutEnding(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word
  const ending = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0
  const rest = word.slice(0, word.length - ending)
  if (ending === 0 || !vowel.test(rest)) return word
  if (/(at|bl|iz)$/.test(rest)) return `${rest}e`
  if (/([^aeioulsz])\1$/.test(rest)) return rest.slice(0, -1)
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest
}

const withoutY = (word: string): string =>
  word.endsWith('y') && vowel.test(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word

function withoutE(word: string): string {
  if (!word.endsWith('e')) return word
  const rest = word.slice(0, -1)
  const m = measure(rest)
  return m > 1 || (m === 1 && !endsShort(rest)) ? rest : word
}

/** Porter's m: how often a vowel is followed by a consonant. */
const measure = (text: string): number => text.match(/[aeiouy]+[^aeiouy]+/g)?.length ?? 0

/** Porter's *o: consonant, vowel, consonant, the last none of w, x, y. */
const endsShort = (text: string): boolean => /[^aeiou][aeiouy][^aeiouwxy]$/.test(text)
