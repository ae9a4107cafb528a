import fc from 'fast-check'
import { expect, it } from 'vitest'
import { namesLevel, severityOfLine, severityOfNumber, severityOfWord } from './log-level.ts'

it.each([
  ['{"level":"warn","msg":"an error is near"}', 'WARN'],
  ['{"time":1,"level":50,"msg":"x"}', 'ERROR'],
  ['{"severity": "CRITICAL", "message": "x"}', 'FATAL'],
  ['{"log.level":"info"}', 'INFO'],
  ['ts=2024-01-01T00:00:00Z caller=main.go:1 level=debug msg="ERROR is a word"', 'DEBUG'],
  ['level="error" msg=x', 'ERROR'],
  ['2024-01-01 00:00:00,123 ERROR [main] c.e.App - it broke', 'ERROR'],
  ['2024-01-01 12:00:00 [error] 31#31: *1 open() failed', 'ERROR'],
  ['[WARN] disk is filling', 'WARN'],
  ['error: no such file', 'ERROR'],
  ['E0102 12:13:14.123456       1 reflector.go:138] failed', 'ERROR'],
  ['I0102 12:13:14.123456       1 main.go:1] hello', 'INFO'],
  ['10.0.0.1 - - "GET /error HTTP/1.1" 200 12', 'UNSPECIFIED'],
  ['no error was found', 'UNSPECIFIED'],
  ['INFORMATION overload', 'UNSPECIFIED'],
  ['', 'UNSPECIFIED'],
])('the level that a line states is its level: %s', (line, severity) => {
  expect(severityOfLine(line)).toBe(severity)
})

it('a word far into a line is not looked for', () => {
  expect(severityOfLine(`${'x '.repeat(100)}ERROR`)).toBe('UNSPECIFIED')
})

it('words and numbers of loggers are known, others are not', () => {
  expect(['Warning', 'ERR', 'crit', '60', 'notice', '70', 'loud', '__proto__'].map(severityOfWord)).toEqual([
    'WARN',
    'ERROR',
    'FATAL',
    'FATAL',
    'INFO',
    'UNSPECIFIED',
    'UNSPECIFIED',
    'UNSPECIFIED',
  ])
  expect([0, 1, 9, 13, 17, 24, 25, Number.NaN].map(severityOfNumber)).toEqual([
    'UNSPECIFIED',
    'TRACE',
    'INFO',
    'WARN',
    'ERROR',
    'FATAL',
    'UNSPECIFIED',
    'UNSPECIFIED',
  ])
  expect(['level', 'LEVEL', 'detected_level', 'SeverityText', 'log-level'].every(namesLevel)).toBe(true)
  expect(['levels', 'sev', ''].some(namesLevel)).toBe(false)
})

it('no line takes long', () => {
  const nasty = fc.constantFrom('level', ' ', '=', '"', ':', '{', 'ERR', 'log_', 'severity_', '[', 'a')
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 400 }), (parts) => {
      severityOfLine(parts.join(''))
    }),
    { numRuns: 2_000 },
  )
})
