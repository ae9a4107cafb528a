import { describe, expect, test } from 'vitest'
import { seededRandom } from './random.ts'
import { redact } from './redaction.ts'
import { ordinaryLines } from './secret-shape-ordinary.ts'
import { secretShapes } from './secret-shape-sample.ts'

const alphabets: Record<string, string> = {
  U: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  a: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  h: '0123456789abcdef',
  w: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
  b: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  d: '0123456789',
  l: 'abcdefghijklmnopqrstuvwxyz0123456789',
  p: 'abcdefghijkmnpqrstuvwxyz',
}

/** `%h32` becomes 32 hexadecimal digits, `%C16` a card number of 16 digits that passes its check; what stands between ‹ and › is the secret. */
function written(shape: string, next: () => number): { line: string; secret: string } {
  const line = shape.replace(/%([UahwbdlpC])(\d+)/g, (_, kind: string, length: string) =>
    kind === 'C' ? cardNumber(Number(length), next) : characters(alphabets[kind] ?? '', Number(length), next),
  )
  const secret = /‹([\s\S]*?)›/.exec(line)?.[1] ?? line
  return { line: line.replace(/[‹›]/g, ''), secret }
}

const characters = (alphabet: string, length: number, next: () => number): string => {
  const made = Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
  // Without a digit at its end a made-up one may be a word.
  return /[0-9]/.test(alphabet) && length > 6 ? `${made.slice(0, -1)}7` : made
}

function cardNumber(length: number, next: () => number): string {
  const first = length === 15 ? '37' : '4'
  const body = first + characters('0123456789', length - first.length - 1, next)
  for (let check = 0; check < 10; check += 1) {
    const digits = `${body}${check}`
    const sum = [...digits].reverse().reduce((total, digit, at) => {
      const value = at % 2 === 1 ? Number(digit) * 2 : Number(digit)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
    if (sum % 10 === 0) return digits
  }
  return body
}

const around: ((text: string) => string)[] = [
  (text) => text,
  (text) => `2026-11-21T14:02:11Z level=info msg="sent" ${text} done`,
  (text) => `started with ${text}\nready`,
]

describe('redaction', () => {
  const random = seededRandom(20_261_121)
  const samples = secretShapes.flatMap((shape) =>
    around.map((put) => {
      const { line, secret } = written(shape, random.next)
      return { shape, line: put(line), secret }
    }),
  )

  test('finds at least 99 % of the secrets of 200 documented shapes', () => {
    expect(new Set(secretShapes).size).toBeGreaterThanOrEqual(200)
    const missed = samples.filter(({ line, secret }) => redact(line).text.includes(secret))
    expect(missed.length / samples.length, JSON.stringify(missed.slice(0, 10), null, 1)).toBeLessThanOrEqual(
      0.01,
    )
  })

  test('takes at most 1 % of 300 ordinary lines for secrets', () => {
    const lines = ordinaryLines.map((line) => written(line, random.next).line)
    expect(new Set(lines).size).toBeGreaterThanOrEqual(300)
    const taken = lines.filter((line) => redact(line).text !== line)
    expect(
      taken.length / lines.length,
      taken.map((line) => `${line} -> ${redact(line).text}`).join('\n'),
    ).toBeLessThanOrEqual(0.01)
  })

  test('counts what it took, by kind', () => {
    const { text, found } = redact(written('ghp_%a36 and password=%a12 and ghp_%a36', random.next).line)
    expect(text).toBe('[redacted] and password=[redacted] and [redacted]')
    expect(found).toEqual({ github_token: 2, assignment: 1 })
  })

  test.each([
    ['digits', '4111 '.repeat(60_000)],
    ['base64', `eyJ${'a'.repeat(300_000)}`],
    ['dots', 's.'.repeat(150_000)],
    ['lower', 'abcdef.'.repeat(40_000)],
    ['curl', 'curl -u '.repeat(30_000)],
    ['mysql', 'mysql a'.repeat(30_000)],
    ['hex', 'a1'.repeat(150_000)],
    ['dollars', '$6$'.repeat(100_000)],
    ['names', 'key_'.repeat(80_000)],
  ])(
    'ends for 300 kB of %s',
    (_, text) => {
      expect(redact(text).text.length).toBeGreaterThan(0)
    },
    5_000,
  )
})
