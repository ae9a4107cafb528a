import { expect, it } from 'vitest'
import { periodText } from './period-text.ts'

it('a period names its day once', () => {
  const at = (text: string): string => new Date(text).toISOString()
  const day = { start: at('2026-11-20T07:00'), end: at('2026-11-20T09:30') }
  expect(periodText(day)).toBe('2026-11-20 07:00 to 09:30')
  expect(periodText({ ...day, end: at('2026-11-21T09:30') })).toBe('2026-11-20 07:00 to 2026-11-21 09:30')
})
