import fc from 'fast-check'
import { expect, it } from 'vitest'
import { redact } from './redaction.ts'

it('no form of a secret is left, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 4, unit: 'grapheme' }),
      fc.string(),
      fc.string(),
      (secret, before, after) => {
        fc.pre(secret.trim().length >= 4 && !`«secret KEY»${before}${after}`.includes(secret))
        fc.pre(!secret.includes('«') && !'«secret KEY»'.includes(secret.slice(0, 3)))
        const seen = redact(
          `${before} ${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')} ${after}`,
          new Map([['KEY', secret]]),
        )
        for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
          expect(seen.split('«secret KEY»').join('\n')).not.toContain(form)
      },
    ),
  )
})

it('a secret cut off at the end goes as well', () => {
  const secret = 'abcdefghij'
  for (let length = 3; length <= secret.length; length += 1)
    expect(redact(`key ${secret.slice(0, length)}`, new Map([['KEY', secret]]))).toBe('key «secret KEY»')
})
