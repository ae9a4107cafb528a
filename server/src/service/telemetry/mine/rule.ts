/**
 * What decides whether a word is a value, each by its form alone and never by what it says, so that it holds for
 * every system. On in the product; `bench/mine.ts` switches each off to see what it is worth.
 */
export const rules = {
  header: 'time, level, host, process and source before the message belong to the line, not to its statement',
  dotted: 'a word of three or more dotted parts, not the first, is a host, class or package handed in',
  path: 'what begins as a path or URL is one value to its end, however many words it would make',
  colonHex: 'pairs of hexadecimal digits between colons are one hardware or IPv6 address',
  calendar: 'names of days and months beside a number are part of a time',
  unit: 'an abbreviated unit after a number changes with its size (`1.2 KB`, `3 MB`)',
  quotedValue: 'quoted text after `=` is the value of that key, where the key does not name it the message',
  stand: 'a word where another line of the same statement has a value is a value too',
  vary: 'a position with many different words, the rest being equal, is a value',
} as const

export type Rule = keyof typeof rules
